/**
 * `npm run bench`: our command against its peers, on the same batches, each in turn against a target that answers at
 * once; or this checkout against another commit. `--help` lists the flags, docs/performance.md explains the method.
 */
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { BenchFailed } from "./children.ts"
import { type Contender, ourCommand, type Peer, peers } from "./contenders.ts"
import { runBench, whole } from "./main.ts"
import { measure, type Measurement } from "./measure.ts"
import { writePeople } from "./people.ts"
import { out, printColumns, printHeader, spread } from "./report.ts"

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
  users: whole("users", 10, "Connections at full load"),
  triples: whole("triples", 10, "Students per batch, three operations each"),
  seconds: whole("seconds", 3, "How long each window lasts"),
  rounds: whole("rounds", 5, "How often each contender is measured"),
  only: Options.optional(only).pipe(
    Options.withDescription(`Only these peers: ${peers.map(({ name }) => name).join(",")} (default all)`)
  )
}

/** Where `npm run build` put our command. */
const bin = fileURLToPath(new URL("../../../dist/bin.js", import.meta.url))

const describe = ({ batchesPerSecond, cpuMicrosPerBatch }: Measurement): string =>
  `${batchesPerSecond.toFixed(0)} batches/s${cpuMicrosPerBatch === undefined ? "" : `, ${cpuMicrosPerBatch.toFixed(0)} µs`}`

/** Those that are there, with their versions; what is missing is told. */
const findPeers = (asked: ReadonlyArray<Peer>): ReadonlyArray<Peer> => {
  const found = asked.map((peer) => ({ peer, version: peer.version() }))
  const installed = found.filter(({ version }) => version !== undefined)
  const missing = found.filter(({ version }) => version === undefined)
  out(`peers ${installed.map(({ peer, version }) => `${peer.name} ${version}`).join(", ") || "none"}`)
  if (missing.length > 0) {
    out(`not installed: ${missing.map(({ peer }) => `${peer.name} (${peer.install})`).join(", ")}`)
  }
  return installed.map(({ peer }) => peer)
}

const defined = (figures: ReadonlyArray<number | undefined>): ReadonlyArray<number> =>
  figures.filter((figure) => figure !== undefined)

const printResult = (
  ours: Contender,
  contenders: ReadonlyArray<Contender>,
  rounds: ReadonlyArray<ReadonlyMap<Contender, Measurement>>
): void => {
  const all = (contender: Contender, figure: (measurement: Measurement) => number | undefined) =>
    defined(
      rounds.map((round) => {
        const measurement = round.get(contender)
        return measurement === undefined ? undefined : figure(measurement)
      })
    )
  /** Ours by the peer's, round by round. */
  const ratios = (peer: Contender) =>
    defined(
      rounds.map((round) => {
        const [our, its] = [round.get(ours), round.get(peer)]
        return our === undefined || its === undefined
          ? undefined
          : our.batchesPerSecond / its.batchesPerSecond
      })
    )
  const measuredUsage = all(ours, (each) => each.cpuMicrosPerBatch).length > 0
  out("\nmedian (min..max) of the rounds; ours/peer by round")
  printColumns([
    [
      "",
      "batches/s",
      "ours/peer",
      ...(measuredUsage ? ["CPU µs/batch", "peak RSS MB"] : []),
      "bytes/batch",
      "target busy %"
    ],
    ...contenders.map((contender) => [
      contender.name,
      spread(all(contender, (each) => each.batchesPerSecond)),
      contender === ours ? "" : spread(ratios(contender)),
      ...(measuredUsage
        ? [
            spread(all(contender, (each) => each.cpuMicrosPerBatch)),
            spread(all(contender, (each) => each.peakRssMegabytes))
          ]
        : []),
      spread(all(contender, (each) => each.bytesPerBatch)),
      spread(all(contender, (each) => each.targetBusy * 100))
    ])
  ])
  printColumns([
    ["of our own summary.json", "median (min..max)"],
    ["operations/s, start and end included", spread(all(ours, (each) => each.summary?.operations.perSecond))],
    ["p50 ms", spread(all(ours, (each) => each.summary?.latencyMs.p50))],
    ["p99 ms", spread(all(ours, (each) => each.summary?.latencyMs.p99))],
    ["failed", spread(all(ours, (each) => each.summary?.requests.failed))]
  ])
}

/** A temporary folder, removed with the scope. */
const temporaryFolder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "edfi-perf-bench-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
)

const againstPeers = (options: {
  readonly users: number
  readonly triples: number
  readonly seconds: number
  readonly rounds: number
  readonly only: Option.Option<ReadonlyArray<Peer>>
}) =>
  Effect.gen(function* () {
    const { rounds, seconds, triples, users } = options
    printHeader()
    const ours = ourCommand("edfi-perf", bin)
    const contenders = [ours, ...findPeers(Option.getOrElse(options.only, () => peers))]
    out(`${users} users, ${triples * 3} operations per batch, ${rounds} rounds with windows of ${seconds} s`)
    const folder = yield* temporaryFolder
    const people = join(folder, "people.csv")
    writePeople(people)
    const results: Array<ReadonlyMap<Contender, Measurement>> = []
    const disagreements: Array<string> = []
    for (let round = 1; round <= rounds; round++) {
      const measured = new Map<Contender, Measurement>()
      // There and back again, so that a machine that grows slower treats all alike.
      for (const contender of round % 2 === 1 ? contenders : contenders.toReversed()) {
        const load = { users, triples, people, folder: join(folder, "out") }
        const measurement = yield* measure(contender, load, seconds)
        measured.set(contender, measurement)
        out(`round ${round}  ${contender.name}: ${describe(measurement)}`)
        if (measurement.disagreement !== "") disagreements.push(measurement.disagreement)
      }
      results.push(measured)
    }
    printResult(ours, contenders, results)
    if (disagreements.length > 0) {
      return yield* new BenchFailed({ message: `WRONG COUNTS\n${disagreements.join("\n")}` })
    }
    out("\nin every round our command counted exactly the batches and operations that the target answered")
  }).pipe(Effect.scoped)

runBench(Command.make("bench", flags, againstPeers))
