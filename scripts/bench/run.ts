/**
 * `npm run bench`: our command against its peers, on the same batches, each in turn against a target that answers at
 * once; or this checkout against another commit. `--help` lists the flags, docs/performance.md explains the method.
 */
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { join } from "node:path"
import { againstCommit } from "./againstCommit.ts"
import { againstPeers } from "./againstPeers.ts"
import { makeTlsFiles, temporaryFolder } from "./campaign.ts"
import { comparePairs } from "./comparePairs.ts"
import { bin, ourCommand, peers } from "./contenders.ts"
import { percent, runBench, whole } from "./main.ts"
import { writeNameLists } from "./nameLists.ts"
import { nodeFlag } from "./otherNode.ts"
import { out, printHeader } from "./report.ts"
import { targetName } from "./targetProgram.ts"

const only = Options.text("only").pipe(
  Options.filterMap(
    (text) =>
      Option.all(
        text.split(",").map((name) => Option.fromNullable(peers.find((each) => each.name === name.trim())))
      ),
    `--only takes peers, comma-separated: ${peers.map(({ name }) => name).join(", ")}`
  )
)

const flags = {
  node: nodeFlag,
  users: whole("users", 10, "Connections at full load"),
  triples: whole("triples", 10, "Students per batch, three operations each"),
  seconds: whole("seconds", 3, "How long each window lasts"),
  rounds: whole("rounds", 5, "How often each contender is measured, at least", 5),
  only: Options.optional(only).pipe(
    Options.withDescription(`Only these peers: ${peers.map(({ name }) => name).join(",")} (default all)`)
  ),
  tolerate: percent("tolerate", 5, "With --against: the tolerated loss of batches per second of CPU"),
  against: Options.optional(Options.text("against")).pipe(
    Options.withDescription("Instead of peers: a commit, branch or tag to compare this checkout with")
  ),
  wires: Options.boolean("wires").pipe(
    Options.withDescription("Instead of peers: compares --wire node with --wire undici")
  ),
  tls: Options.boolean("tls").pipe(Options.withDescription("The target is behind TLS"))
}

const over = (wire: string) => ourCommand(`--wire ${wire}`, bin, { flags: { wire } })

runBench(
  Command.make("bench", flags, ({ against, only, tls, tolerate, wires, ...rest }) =>
    Effect.gen(function* () {
      const { rounds, seconds, triples, users } = rest
      const folder = yield* temporaryFolder
      const people = join(folder, "people.csv")
      writeNameLists(people)
      const tlsFiles = tls ? makeTlsFiles(folder) : undefined
      printHeader()
      out(
        `${users} users, ${triples * 3} operations per batch, ${rounds} rounds with windows of ${seconds} s after warm-up`
      )
      out(`target ${targetName(tlsFiles)}`)
      const options = { ...rest, folder, people, tls: tlsFiles, tolerated: tolerate / 100 }
      if (Option.isSome(against)) return yield* againstCommit(against.value, options)
      if (wires) return yield* comparePairs({ ours: over("node"), theirs: over("undici") }, options)
      yield* againstPeers(
        Option.getOrElse(only, () => peers),
        options
      )
    }).pipe(Effect.scoped)
  )
)
