/** `npm run bench:workers`: how much two workers send against one. */
import * as Command from "@effect/cli/Command"
import { bin, type Contender, ourCommand } from "./contenders.ts"
import { runBench } from "./main.ts"
import { comparePlaced, scalingFlags } from "./scaling.ts"

const withWorkers = (workers: number): Contender =>
  ourCommand(`--workers ${workers}`, bin, { flags: { workers } })

runBench(
  Command.make("bench:workers", scalingFlags, (options) =>
    comparePlaced(
      {
        one: { name: "1 worker", contender: withWorkers(1) },
        two: { name: "2 workers", contender: withWorkers(2) }
      },
      options
    )
  )
)
