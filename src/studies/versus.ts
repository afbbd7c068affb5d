/** Compares single requests with batches in alternating slices, so that a drift affects both alike. */
import * as Effect from "effect/Effect"
import { rounded } from "../metrics/rounded.ts"
import type { OperationRange } from "../result/batchSize.ts"
import { addActivities } from "../result/databaseSums.ts"
import type { Figures } from "../result/Figures.ts"
import type { StudyHead } from "../result/MeasuredSlice.ts"
import { isLimitedSlice, limitText } from "../result/limitText.ts"
import { asPrinted, figure } from "../result/numberFormat.ts"
import { shownTimes } from "../result/outcomeRows.ts"
import { batchSizeText, medianPair, type Side, type Versus } from "../result/Versus.ts"
import type { MeasureSlice, SliceMeasured } from "./MeasureSlice.ts"
import { sumSlices, wasComplete, percent, warningsOf, wasMeasured } from "./slices.ts"
import { completed, concluded, type EndedAt, endedWith, type Finding, sliceAt } from "./studyEnd.ts"
import { beginStudy, type StudyTime } from "./studyTime.ts"

export interface VersusOptions {
  readonly clientCount: number
  /** Records per batch; of several sizes the largest. */
  readonly batchTripleCount: number
  /** Operations per batch. */
  readonly batchOperations: OperationRange
  /** As they were chosen: `students`, `tpdm/candidates`, `all`. */
  readonly resources: ReadonlyArray<string>
  readonly mixture?: string
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

/** Operations of a succeeded request; the mean if they differ. */
const operationsEach = ({ operations, requests }: Figures, { max, min }: OperationRange): number => {
  const succeeded = requests.total - requests.failed
  return min === max || succeeded === 0 ? max : operations.succeeded / succeeded
}

const sideOf = (
  side: SideName,
  measured: ReadonlyArray<SliceMeasured>,
  requestOperations: OperationRange
): Side => {
  const { elapsedSeconds, figures } = sumSlices(measured)
  const slices = measured.map(({ slice }) => slice)
  return {
    testType: testTypes[side],
    ...figures,
    elapsedSeconds,
    operationMs: perOperation(shownTimes(figures).latencyMs, operationsEach(figures, requestOperations)),
    slices,
    database: addActivities(slices.map(({ database }) => database))
  }
}

type Pairs = Versus["pairs"]

/** Neighbouring slices that were both complete, with their rates as they are printed. */
const pairsOf = (single: ReadonlyArray<SliceMeasured>, batch: ReadonlyArray<SliceMeasured>): Pairs =>
  single.flatMap((first, pair) => {
    const second = batch[pair]
    if (second === undefined || !wasComplete(first) || !wasComplete(second)) return []
    const [one, other] = [first, second].map(({ slice }) => asPrinted(slice.operations.perSecond))
    if (one === undefined || other === undefined) return []
    return one > 0 ? [{ single: one, batch: other, ratio: rounded(other / one, 4) }] : []
  })

const ratioOf = (pairs: Pairs): Versus["ratio"] => {
  const middle = medianPair(pairs)
  const ratios = pairs.map(({ ratio }) => ratio)
  return middle === undefined
    ? null
    : { median: middle.ratio, min: Math.min(...ratios), max: Math.max(...ratios) }
}

/** @example times(4.812) // "4.8", times(1.042) // "1.04" */
const times = (ratio: number): string => ratio.toFixed(ratio < 2 ? 2 : ratio < 100 ? 1 : 0)

/** Whether most slices of a side were limited by the generator or its machine. */
const isMostlyLimited = ({ slices }: Side): boolean =>
  2 * slices.filter(isLimitedSlice).length > slices.length

type Compared = Pick<
  Versus,
  "batch" | "batchOperations" | "batchTripleCount" | "pairs" | "ratio" | "requestsSaved" | "single"
>

/** The ratio with the two rates of its pair, and the range of the pairs. */
const ratioSentence = (compared: Compared): string => {
  const { pairs, ratio, requestsSaved } = compared
  const middle = medianPair(pairs)
  if (ratio === null || middle === undefined) return ""
  const batches = `Batches of ${batchSizeText(compared)}`
  const evidence =
    pairs.length === 1
      ? "1 pair, variation unknown"
      : `median of ${pairs.length} pairs, ${times(ratio.min)} to ${times(ratio.max)}`
  const saved = requestsSaved.share === null ? "" : `, with ${percent(requestsSaved.share)} fewer requests`
  const isUnclear = ratio.min <= 1 && ratio.max >= 1
  return (
    `${isUnclear ? `No clear difference: ${batches.toLowerCase()}` : batches} reached ${times(middle.ratio)} times the ` +
    `operations per second of single requests (${evidence}): ${figure(middle.batch)} against ${figure(middle.single)}${saved}.`
  )
}

/** A ratio describes the DMS unless the single requests were limited; limited batches make it a lower bound. */
const findingOf = (compared: Compared): Finding => {
  const { batch, ratio, single } = compared
  const sentence = ratioSentence(compared)
  if (ratio === null) {
    return {
      _tag: "NoResult",
      because:
        single.requests.total > 0 && single.operations.succeeded === 0
          ? "no single request succeeded"
          : "no pair of slices was completed with successful single requests",
      measured: ""
    }
  }
  if (isMostlyLimited(single)) {
    const because = `${limitText(single.slices)} of single requests`
    return { _tag: "NoResult", because, measured: `Measured was: ${sentence}` }
  }
  const note = isMostlyLimited(batch)
    ? ` With batches, ${limitText(batch.slices)}, so the DMS may be faster: the ratio is a lower bound.`
    : ""
  return { _tag: "Result", sentences: sentence + note }
}

const documentOf = (
  options: VersusOptions,
  time: StudyTime,
  end: EndedAt,
  measured: Readonly<Record<SideName, ReadonlyArray<SliceMeasured>>>
): Versus => {
  const { batchOperations, batchTripleCount, clientCount, config, mixture, resources } = options
  const single = sideOf("single", measured.single, { min: 1, max: 1 })
  const batch = sideOf("batch", measured.batch, batchOperations)
  const pairs = pairsOf(measured.single, measured.batch)
  const { succeeded } = batch.operations
  const versus = {
    ...time,
    endedBy: end.endedBy,
    refused: end.refused,
    config,
    clientCount,
    batchTripleCount,
    batchOperations,
    resources: [...resources],
    ...(mixture === undefined ? {} : { mixture }),
    single,
    batch,
    pairs,
    ratio: ratioOf(pairs),
    requestsSaved: {
      operations: succeeded,
      requests: batch.requests.total,
      share: succeeded === 0 ? null : rounded(1 - batch.requests.total / succeeded, 4)
    },
    warnings: [
      ...warningsOf("single requests", clientCount, measured.single),
      ...warningsOf("batches", clientCount, measured.batch)
    ]
  }
  return { ...versus, ...concluded(findingOf(versus), end) }
}

/** Measures until the last slice, or until one ends early. */
export const versus = <E>(options: VersusOptions, measureSlice: MeasureSlice<E>): Effect.Effect<Versus, E> =>
  Effect.gen(function* () {
    const { batchTripleCount, clientCount, pairs, sliceSeconds, warmUpSeconds } = options
    const time = yield* beginStudy
    const measured: Record<SideName, Array<SliceMeasured>> = { single: [], batch: [] }
    let end: EndedAt = { ...completed, at: sliceAt(2 * pairs, 2 * pairs) }
    for (const [index, side] of sliceOrder(pairs).entries()) {
      const testType = testTypes[side]
      const at = sliceAt(index + 1, 2 * pairs)
      const slice = yield* measureSlice({
        testType,
        batchTripleCount,
        load: { _tag: "Users", clientCount },
        warmUpSeconds,
        seconds: sliceSeconds,
        label: `${testType}, ${at}`
      })
      if (wasMeasured(slice)) measured[side].push(slice)
      if (!wasComplete(slice)) {
        end = { ...endedWith(slice), at }
        break
      }
    }
    return documentOf(options, yield* time, end, measured)
  })
