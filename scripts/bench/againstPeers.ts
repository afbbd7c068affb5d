/** Our command against its peers, round by round. */
import * as Effect from "effect/Effect"
import { join } from "node:path"
import type { Campaign } from "./campaign.ts"
import { BenchFailed } from "./children.ts"
import { bin, type Contender, ourCommand, type Peer } from "./contenders.ts"
import { measure, type Measurement } from "./measure.ts"
import { out, printColumns, spread } from "./report.ts"

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

const percent = (share: number | undefined) => (share === undefined ? undefined : share * 100)

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
      ...(measuredUsage ? ["CPU µs/batch", "peak RSS MB", "core taken by others %"] : []),
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
            spread(all(contender, (each) => each.peakRssMegabytes)),
            spread(all(contender, (each) => percent(each.takenByOthers)))
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

/**
 * Measures every peer that is installed, and us, so many times.
 *
 * @throws BenchFailed when a contender does not do what it should, or when we counted what the target did not
 */
export const againstPeers = (
  asked: ReadonlyArray<Peer>,
  options: Campaign
): Effect.Effect<void, BenchFailed> =>
  Effect.gen(function* () {
    const { folder, rounds, seconds } = options
    const ours = ourCommand("edfi-perf", bin)
    const contenders = [ours, ...findPeers(asked)]
    const results: Array<ReadonlyMap<Contender, Measurement>> = []
    const disagreements: Array<string> = []
    for (let round = 1; round <= rounds; round++) {
      const measured = new Map<Contender, Measurement>()
      // There and back again, so that a machine that grows slower treats all alike.
      for (const contender of round % 2 === 1 ? contenders : contenders.toReversed()) {
        const measurement = yield* measure(contender, { ...options, folder: join(folder, "out") }, seconds)
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
  })
