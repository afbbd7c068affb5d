/** Compares sizes of batches or pages, numbers of users or pairs of both: several slices per point, measured in rounds, so that a drift affects all points alike. */
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import { type OperationRange, operationsText, timesRange } from "../result/batchSize.ts"
import { failureRatio } from "../result/Figures.ts"
import type { StudyHead } from "../result/MeasuredSlice.ts"
import {
  type LoadPlace,
  sizeText,
  type Sweep,
  type SweepPoint,
  termsOf,
  type Varied
} from "../result/Sweep.ts"
import { isMostlyLimited, limitText } from "../result/limitText.ts"
import { plural } from "../result/numberFormat.ts"
import type { MeasureSlice, SliceMeasured } from "./MeasureSlice.ts"
import {
  isGone,
  medianAndRange,
  percent,
  requestsOf,
  sumSlices,
  unlimited,
  warningsOf,
  wasComplete,
  wasMeasured,
  wasUnanswered,
  withTotalOnly
} from "./slices.ts"
import { answerOf } from "./sweepAnswer.ts"
import { completed, concluded, type EndedAt, endedWith, sliceAt } from "./studyEnd.ts"
import { findingOf, placeText } from "./sweepSentences.ts"
import { beginStudy, type StudyTime } from "./studyTime.ts"

export interface SweepOptions {
  /** `BATCH_VOLUME`, `VOLUME` or `READ`. */
  readonly testType: string
  /** Ascending. */
  readonly clientCounts: ReadonlyArray<number>
  /** Ascending; used for `BATCH_VOLUME` alone. */
  readonly batchTripleCounts: ReadonlyArray<number>
  /** Operations of a record; without meaning for `READ`. */
  readonly operationsPerRecord: OperationRange
  /** Ascending; used for `READ` alone. */
  readonly pageSizes?: ReadonlyArray<number>
  /** Of each point. */
  readonly slices: number
  readonly sliceSeconds: number
  readonly warmUpSeconds: number
  /** 0 to 1: a point with more failures is not recommended. */
  readonly maxFailRatio: number
  /** Determines the order of the slices. */
  readonly seed: number
  /** The configuration, for the document. */
  readonly config: StudyHead["config"]
}

type Size = Omit<LoadPlace, "clientCount">

/** The sizes to measure; a single request has none. */
const sizesOf = (options: SweepOptions): ReadonlyArray<Size> => {
  switch (termsOf(options).unit) {
    case "triple":
    case "record":
      return options.batchTripleCounts.map((batchTripleCount) => ({ batchTripleCount, pageSize: null }))
    case "row":
      return (options.pageSizes ?? []).map((pageSize) => ({ batchTripleCount: null, pageSize }))
    case undefined:
      return [{ batchTripleCount: null, pageSize: null }]
  }
}

const placesOf = (options: SweepOptions): ReadonlyArray<LoadPlace> =>
  options.clientCounts.flatMap((clientCount) => sizesOf(options).map((size) => ({ clientCount, ...size })))

const variedBy = (options: SweepOptions): Varied => {
  if (sizesOf(options).length > 1) return options.clientCounts.length > 1 ? "Pair" : "BatchSize"
  return options.clientCounts.length > 1 || termsOf(options).unit === undefined ? "Users" : "BatchSize"
}

/**
 * Rounds with every point once, each round in its own random order.
 *
 * @see Fisher and Yates; `Random.shuffle` is Durstenfeld's form of it
 */
export const roundsOf = <A>(
  points: ReadonlyArray<A>,
  rounds: number,
  seed: number
): Effect.Effect<ReadonlyArray<ReadonlyArray<A>>> =>
  Effect.replicateEffect(Effect.map(Random.shuffle(points), Chunk.toReadonlyArray), rounds).pipe(
    Effect.withRandom(Random.make(seed))
  )

/** A point and its slices so far. */
interface MeasuredPoint extends LoadPlace {
  readonly measured: Array<SliceMeasured>
}

const tooLarge = 413

const wasRefused = ({ measurements }: SliceMeasured): boolean =>
  measurements.failures.some(({ failure }) => failure.kind === "refused" && failure.status === tooLarge)

const isFailing = (measured: ReadonlyArray<SliceMeasured>, maxFailRatio: number): boolean =>
  measured.some(({ slice }) => slice.endedBy === "failureRatio") ||
  (failureRatio(requestsOf(measured)) ?? 0) > maxFailRatio

/** What ended a sweep or a size for all points. */
interface Ends {
  /** The smallest size that was rejected with 413. */
  readonly refusedSize: number
  /** The last slices, in which the server no longer responded: they say nothing about their points. */
  readonly unanswered: ReadonlyArray<SliceMeasured>
}

const outcomeOf = (
  { batchTripleCount, measured }: MeasuredPoint,
  judged: ReadonlyArray<SliceMeasured>,
  { refusedSize }: Ends,
  { maxFailRatio, operationsPerRecord, slices }: SweepOptions
): Pick<SweepPoint, "outcome" | "note"> => {
  const size = batchTripleCount ?? 0
  const rejects = (records: number) =>
    `the DMS rejects ${operationsText(timesRange(records, operationsPerRecord))} with 413`
  if (batchTripleCount !== null && (size === refusedSize || judged.some(wasRefused))) {
    return { outcome: "refused", note: rejects(size) }
  }
  if (size > refusedSize) {
    return { outcome: "skipped", note: rejects(refusedSize) }
  }
  if (isFailing(judged, maxFailRatio)) {
    return {
      outcome: "failing",
      note: `${percent(failureRatio(requestsOf(judged)))} of its requests failed`
    }
  }
  const complete = judged.filter(wasComplete).length
  if (complete === 0) {
    return {
      outcome: "skipped",
      note: `the sweep ended ${measured.length === 0 ? "before its first slice" : "during its first slice"}`
    }
  }
  const limits = limitText(judged.map(({ slice }) => slice))
  if (isMostlyLimited(judged.map(({ slice }) => slice))) return { outcome: "limited", note: limits }
  const notes = [
    ...(complete < slices ? [`${complete} of ${slices} slices`] : []),
    ...(limits === "" ? [] : [`${limits}, left out`])
  ]
  return { outcome: "measured", note: notes.length === 0 ? null : notes.join("; ") }
}

const pointOf = (visited: MeasuredPoint, ends: Ends, options: SweepOptions): SweepPoint => {
  const { batchTripleCount, clientCount, measured, pageSize } = visited
  const judged = measured.filter((slice) => !ends.unanswered.includes(slice))
  const valid = isMostlyLimited(judged.map(({ slice }) => slice)) ? judged : unlimited(judged)
  const complete = valid.filter(wasComplete)
  const rates = (of: (slice: SliceMeasured["slice"]) => number) =>
    medianAndRange(
      complete.map(({ slice }) => of(slice)),
      3
    )
  return {
    clientCount,
    batchTripleCount,
    pageSize,
    ...outcomeOf(visited, judged, ends, options),
    figures: valid.length === 0 ? null : sumSlices(valid).figures,
    operationsPerSecond: rates(({ operations }) => operations.perSecond),
    rowsPerSecond: pageSize === null ? null : rates(({ rows }) => rows.perSecond),
    slices: measured.map(({ slice }) => slice)
  }
}

/** The requests of a point, for warnings. @example "batches of 10 triples with 4 users" */
const subjectOf = ({ batchTripleCount, clientCount, pageSize }: LoadPlace, options: SweepOptions): string => {
  const users = options.clientCounts.length > 1 ? ` with ${plural(clientCount, "user")}` : ""
  if (batchTripleCount === null && pageSize === null) return `single requests${users}`
  const size = sizeText({ batchTripleCount, pageSize }, options.operationsPerRecord)
  return `${pageSize === null ? "batches" : "pages"} of ${size}${users}`
}

const documentOf = (
  options: SweepOptions,
  time: StudyTime,
  end: EndedAt,
  visited: ReadonlyArray<MeasuredPoint>,
  ends: Ends
): Sweep => {
  const points = visited.map((each) => pointOf(each, ends, options))
  const answer = answerOf(variedBy(options), points)
  return {
    ...time,
    endedBy: end.endedBy,
    refused: end.refused,
    config: options.config,
    testType: options.testType,
    operationsPerRecord: options.operationsPerRecord,
    points,
    answer,
    warnings: visited
      // A rejected size has its own note.
      .filter(({ batchTripleCount }) => (batchTripleCount ?? 0) < ends.refusedSize)
      .flatMap((each) => warningsOf(subjectOf(each, options), each.clientCount, each.measured)),
    ...concluded(findingOf({ answer, operationsPerRecord: options.operationsPerRecord, points }), end)
  }
}

/** Whether a slice ends the whole sweep. Failures, and a 413 for the batch size, concern only one point. */
const endsSweep = ({ slice: { endedBy, refused } }: SliceMeasured): boolean => {
  if (endedBy === "refused") return refused?.op !== null || refused.status !== tooLarge
  return endedBy !== "runTime" && endedBy !== "failureRatio"
}

/**
 * Measures every point in every round. A size that was rejected with 413 is not tried again, nor is any larger one; nor
 * is a point that failed.
 */
export const sweep = <E>(options: SweepOptions, measureSlice: MeasureSlice<E>): Effect.Effect<Sweep, E> =>
  Effect.gen(function* () {
    const { maxFailRatio, operationsPerRecord, seed, sliceSeconds, slices, testType, warmUpSeconds } = options
    const time = yield* beginStudy
    const visited = placesOf(options).map((place): MeasuredPoint => ({ ...place, measured: [] }))
    const order = (yield* roundsOf(visited, slices, seed)).flat()
    let refusedSize = Number.POSITIVE_INFINITY
    let unanswered: ReadonlyArray<SliceMeasured> = []
    let end: EndedAt = { ...completed, at: sliceAt(order.length, order.length) }
    for (const [index, { batchTripleCount, clientCount, measured, pageSize }] of order.entries()) {
      if ((batchTripleCount ?? 0) >= refusedSize || isFailing(measured, maxFailRatio)) continue
      const at = sliceAt(index + 1, order.length)
      const slice = yield* measureSlice({
        testType,
        batchTripleCount: batchTripleCount ?? 1,
        ...(pageSize === null ? {} : { pageSize }),
        load: { _tag: "Users", clientCount },
        warmUpSeconds,
        seconds: sliceSeconds,
        label: `${placeText({ batchTripleCount, clientCount, pageSize }, operationsPerRecord)}, ${at}`
      }).pipe(Effect.map(withTotalOnly))
      unanswered = wasUnanswered(slice) ? [...unanswered, slice] : []
      const gone = isGone(unanswered, measured)
      if (wasMeasured(slice)) measured.push(slice)
      if (wasRefused(slice)) refusedSize = Math.min(refusedSize, batchTripleCount ?? refusedSize)
      if (endsSweep(slice)) {
        end = { ...endedWith(slice), at }
        break
      }
      if (gone) {
        end = { endedBy: "failureRatio", refused: null, at, reason: "the server no longer responded" }
        break
      }
    }
    const gone = end.reason === undefined ? [] : unanswered
    return documentOf(options, yield* time, end, visited, { refusedSize, unanswered: gone })
  })
