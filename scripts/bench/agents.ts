/**
 * `npm run bench:agents`: how much two agents of one thread send against one process, coordinator included. Each agent has
 * a core; the coordinator is on the same ones.
 */
import * as Command from "@effect/cli/Command"
import { fileURLToPath } from "node:url"
import { bin, type Contender, type Load, ourCommand } from "./contenders.ts"
import { runBench } from "./main.ts"
import { comparePlaced, scalingFlags } from "./scaling.ts"

const launcher = fileURLToPath(new URL("agentsRun.js", import.meta.url))

/** The same command, with an agent on each of these cores. */
const onAgents = (cores: string): Contender => {
  const alone = ourCommand(`agents on ${cores}`, bin)
  return {
    ...alone,
    // Joining takes two seconds more.
    warmUpSeconds: alone.warmUpSeconds + 2,
    command: (load: Load) => {
      const { program, words, ...rest } = alone.command(load)
      const [command = "", ...run] = words
      return { ...rest, program, words: [launcher, command, cores, load.folder, ...run] }
    }
  }
}

runBench(
  Command.make("bench:agents", scalingFlags, (options) =>
    comparePlaced(
      {
        one: { name: "1 process", contender: ourCommand("one process", bin) },
        two: { name: "2 agents", contender: onAgents("0,1") }
      },
      options
    )
  )
)
