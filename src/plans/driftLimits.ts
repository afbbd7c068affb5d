/** What a load that stayed the same changed in the server or in the load generator. */
import type { Drift, DriftSeries } from "../result/Drift.ts"
import { drifting, driftSentence } from "../result/driftText.ts"
import type { Limit } from "../result/Limit.ts"

const isWorse = ({ from, kind, to }: DriftSeries): boolean => (kind === "throughput" ? to < from : to > from)

/**
 * A server that got slower or failed more often, and memory that grew as that of a leak does. Nothing is said of a run whose
 * load generator was limited: it may have changed itself.
 *
 * @example p95 that grew from 106 to 160 ms: the server, which gets slower with time
 */
export const driftLimits = (drift: Drift | null, isLimited: boolean): ReadonlyArray<Limit> => {
  if (drift === null || isLimited) return []
  const limitOf = (kind: Limit["kind"], what: string, series: ReadonlyArray<DriftSeries>) => {
    const evidence = driftSentence({ ...drift, series })
    return evidence === undefined ? [] : [{ kind, what, evidence }]
  }
  const changed = drifting(drift)
  const slower = changed.filter((series) => series.kind !== "memory" && isWorse(series))
  return [
    ...limitOf("drift", "server, which gets slower with time at the same load", slower),
    ...changed.flatMap((series) =>
      series.verdict === "leak"
        ? limitOf("memory", `${series.name}, which grows as with a leak`, [series])
        : []
    )
  ]
}
