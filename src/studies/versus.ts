/** Compares single requests with batches in alternating slices, so that a drift affects both alike. */
import * as Effect from "effect/Effect"
import { rounded } from "../metrics/rounded.ts"
import { addActivities } from "../result/databaseSums.ts"
import type { Figures } from "../result/Figures.ts"
import type { StudyHead } from "../result/MeasuredSlice.ts"
import { figure } from "../result/numberFormat.ts"
import type { Side, Versus } from "../result/Versus.ts"
import type { MeasureSlice, SliceMeasured } from "./MeasureSlice.ts"
import {
  sumSlices,
  completed,
  earlyEnd,
  endedWith,
  isMostlyLimited,
  wasComplete,
  percent,
  medianAndRange,
  verdictAfter,
  warningsOf,
  wasMeasured
} from "./slices.ts"
import { beginStudy } from "./studyTime.ts"

export interface VersusOptions {
  readonly clientCount: number
  readonly batchTripleCount: number
  /** Kinds of records: `students`, `sections`. */
  readonly records: ReadonlyArray<string>
  /** Slices of each side. */
  readonly pairs: number
  readonly sliceSeconds: number
  readonly warmUpSeconds: number
  /** The configuration, for the document. */
  readonly config: StudyHead["config"]
}

type SideName = "single" | "batch"

const testTypes: Readonly<Record<SideName, string>> = { single: "VOLUME", batch: "BATCH_VOLUME" }

/**
 * The order of slices: A B B A A B B A ... Each side is first as often as second, so that a steady drift, such as a
 * growing table, costs both the same.
 *
 * @example turns(2) // ["single", "batch", "batch", "single"]
 */
export const sliceOrder = (pairs: number): ReadonlyArray<SideName> =>
  Array.from({ length: pairs }, (_, pair): ReadonlyArray<SideName> =>
    pair % 2 === 0 ? ["single", "batch"] : ["batch", "single"]
  ).flat()

/** Latency of a request divided by its operations, in milliseconds. */
const perOperation = (latency: Figures["latencyMs"], operations: number): Figures["latencyMs"] => {
  const each = (millis: number) => rounded(millis / operations, 4)
  if (latency === null) return null
  const { max, mean, min, p50, p90, p95, p99, p999 } = latency
  return {
    min: each(min),
    mean: each(mean),
    p50: each(p50),
    p90: each(p90),
    p95: each(p95),
    p99: each(p99),
    p999: each(p999),
    max: each(max)
  }
}

const sideOf = (side: SideName, measured: ReadonlyArray<SliceMeasured>, batchTripleCount: number): Side => {
  const { elapsedSeconds, figures } = sumSlices(measured)
  const slices = measured.map(({ slice }) => slice)
  return {
    testType: testTypes[side],
    ...figures,
    elapsedSeconds,
    operationMs: perOperation(figures.latencyMs, side === "single" ? 1 : 3 * batchTripleCount),
    slices,
    database: addActivities(slices.map(({ database }) => database))
  }
}

type Pairs = Versus["pairs"]

/** Neighbouring slices that were both complete. */
const pairsOf = (single: ReadonlyArray<SliceMeasured>, batch: ReadonlyArray<SliceMeasured>): Pairs =>
  single.flatMap((first, pair) => {
    const second = batch[pair]
    if (second === undefined || !wasComplete(first) || !wasComplete(second)) return []
    const [one, other] = [first.slice.operations.perSecond, second.slice.operations.perSecond]
    return one > 0 ? [{ single: one, batch: other, ratio: rounded(other / one, 4) }] : []
  })

/** @example times(4.812) // "4.8", times(1.042) // "1.04" */
const times = (ratio: number): string => ratio.toFixed(ratio < 2 ? 2 : ratio < 100 ? 1 : 0)

/** Qualifies the result if the generator was the bottleneck. */
const limitNote = (single: boolean, batch: boolean): string => {
  if (single) {
    return " The load generator was the bottleneck of the single requests, so this ratio does not describe the DMS: do not use it."
  }
  return batch
    ? " The load generator was the bottleneck of the batches, so the DMS may be faster: the ratio is a lower bound."
    : ""
}

const verdictOf = (
  versus: Omit<Versus, "verdict">,
  limited: { readonly single: boolean; readonly batch: boolean }
): string => {
  const { batch, batchTripleCount, pairs, ratio, requestsSaved, single } = versus
  if (ratio === null) {
    return "No result: no two neighbouring slices are complete with successful single requests."
  }
  const batches = `Batches of ${batchTripleCount} ${batchTripleCount === 1 ? "triple" : "triples"}`
  const evidence =
    pairs.length === 1
      ? "1 pair, variation unknown"
      : `median of ${pairs.length} pairs, ${times(ratio.min)} to ${times(ratio.max)}`
  const rates = `${figure(batch.operations.perSecond)} against ${figure(single.operations.perSecond)}`
  const saved = requestsSaved.share === null ? "" : `, with ${percent(requestsSaved.share)} fewer requests`
  const result =
    ratio.min <= 1 && ratio.max >= 1
      ? `No clear difference: ${batches.toLowerCase()} reached ${times(ratio.median)} times the operations per second of single requests (${evidence}): ${rates}${saved}.`
      : `${batches} reached ${times(ratio.median)} times the operations per second of single requests (${evidence}): ${rates}${saved}.`
  return result + limitNote(limited.single, limited.batch)
}

/** Whether there is a ratio that describes the DMS: not if the generator was the bottleneck of single requests. */
export const hasResult = ({ ratio, single }: Pick<Versus, "ratio" | "single">): boolean =>
  ratio !== null && !isMostlyLimited(single.slices.map((slice) => ({ slice })))

const documentOf = (
  options: VersusOptions,
  head: Pick<Versus, "startedAt" | "elapsedSeconds" | "endedBy" | "refused">,
  measured: Readonly<Record<SideName, ReadonlyArray<SliceMeasured>>>
): Versus => {
  const { batchTripleCount, clientCount, config, pairs: planned, records } = options
  const single = sideOf("single", measured.single, batchTripleCount)
  const batch = sideOf("batch", measured.batch, batchTripleCount)
  const pairs = pairsOf(measured.single, measured.batch)
  const { succeeded } = batch.operations
  const versus = {
    ...head,
    config,
    clientCount,
    batchTripleCount,
    records: [...records],
    single,
    batch,
    pairs,
    ratio: medianAndRange(
      pairs.map(({ ratio }) => ratio),
      4
    ),
    requestsSaved: {
      operations: succeeded,
      requests: batch.requests.total,
      share: succeeded === 0 ? null : rounded(1 - batch.requests.total / succeeded, 4)
    },
    warnings: [
      ...earlyEnd(head.endedBy, measured.single.length + measured.batch.length, 2 * planned),
      ...warningsOf("single requests", clientCount, measured.single),
      ...warningsOf("batches", clientCount, measured.batch)
    ]
  }
  const limited = { single: isMostlyLimited(measured.single), batch: isMostlyLimited(measured.batch) }
  return { ...versus, verdict: verdictAfter(head, verdictOf(versus, limited), versus.ratio !== null) }
}

/** Measures until the last slice, or until one ends early. */
export const versus = <E>(options: VersusOptions, measureSlice: MeasureSlice<E>): Effect.Effect<Versus, E> =>
  Effect.gen(function* () {
    const { batchTripleCount, clientCount, pairs, sliceSeconds, warmUpSeconds } = options
    const time = yield* beginStudy
    const measured: Record<SideName, Array<SliceMeasured>> = { single: [], batch: [] }
    let end = completed
    for (const [index, side] of sliceOrder(pairs).entries()) {
      const testType = testTypes[side]
      const slice = yield* measureSlice({
        testType,
        batchTripleCount,
        load: { _tag: "Users", clientCount },
        warmUpSeconds,
        seconds: sliceSeconds,
        label: `${testType}, slice ${index + 1} of ${2 * pairs}`
      })
      if (wasMeasured(slice)) measured[side].push(slice)
      if (!wasComplete(slice)) {
        end = endedWith(slice)
        break
      }
    }
    return documentOf(options, { ...(yield* time), ...end }, measured)
  })
