/** The slices of a study, measured one after the other against one DMS over the same connections. */
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import type { DatabaseReader } from "../database/DatabaseReader.ts"
import { watchDatabase } from "../database/watchDatabase.ts"
import { limitReasons, suspensionReasons } from "../metrics/generatorLimits.ts"
import { Recorder } from "../metrics/Recorder.ts"
import { rounded } from "../metrics/rounded.ts"
import { figuresAt, fullLoadOf } from "../result/fullLoad.ts"
import { studyProgressLine } from "../output/progressLine.ts"
import { clock, figure } from "../result/numberFormat.ts"
import { failureText } from "../result/sentences.ts"
import type { MeasureSlice, SliceAsked, SliceMeasured } from "../studies/MeasureSlice.ts"
import { type Measurement, measureGenerator, type RunSnapshot } from "./measure.ts"
import { type LoadServices, prepareLoad, type RunnableSpec } from "./prepareLoad.ts"
import type { Progress } from "../output/progress.ts"

/** How long a study will take, or how long at the most. */
export interface Planned {
  readonly seconds: number
  readonly isUpperBound: boolean
}

/** @example "at most 12:30" */
const timeOf = ({ isUpperBound, seconds }: Planned): string =>
  `${isUpperBound ? "at most " : ""}${clock(seconds)}`

/** How long a load takes, and what its documents are made of. */
export interface SliceTime {
  readonly seconds: number
  readonly seed: number
}

/** The load of a slice, or of its warm-up. */
export type SpecOf<E> = (asked: SliceAsked, time: SliceTime) => RunnableSpec<E>

export interface SessionOptions<E, ES> {
  /** The first load has this seed, and each that follows the next one, so that no two make the same keys. */
  readonly seed: number
  readonly specOf: SpecOf<ES>
  /** How long all slices will take together. */
  readonly planned: Planned
  readonly progress: Progress
  /** Once, when everything is ready and nothing of the load has been sent. */
  readonly begin: Effect.Effect<void, E>
  /** Watched during each slice, its warm-up included. */
  readonly database?: DatabaseReader["Type"] | undefined
  /** Ends a slice when it succeeds, with a defect of the program that came to light outside of it. */
  readonly defect: Effect.Effect<Error>
}

interface Load extends Measurement {
  readonly startedSeconds: number
  /** How long it was to be. */
  readonly plannedSeconds: number
}

/** What a load is to its slice: the warm-up, which is given only when it ended early, or what is measured. */
interface Place {
  readonly isWarmUp: boolean
  /** After a warm-up. */
  readonly warmed: boolean
}

const sliceOf = (
  { measurements, plannedSeconds, startedSeconds, summary }: Load,
  { isWarmUp, warmed }: Place
): SliceMeasured => {
  const { elapsedSeconds, endedBy, refused, timeline, users } = summary
  const { generator, total } = measurements
  const atFullLoad = fullLoadOf(total, { plannedSeconds, elapsedSeconds, endedBy, timeline })
  return {
    slice: {
      startedSeconds,
      elapsedSeconds,
      endedBy,
      refused,
      isWarmUp,
      users,
      ...figuresAt(total, atFullLoad),
      atFullLoad,
      limited:
        generator === undefined
          ? []
          : [...suspensionReasons(generator.inAll), ...limitReasons(generator.limited, warmed)],
      database: null
    },
    measurements,
    timeline
  }
}

/** A slice whose load ended, or could not begin, before it was measured. */
const neverMeasured = (
  startedSeconds: number,
  endedBy: "interrupt" | "defect" = "interrupt"
): Effect.Effect<SliceMeasured> =>
  Effect.map(Recorder, (recorder) => {
    const measurements = recorder.measurements()
    const atFullLoad = { seconds: 0, requests: 0, operations: 0 }
    const none = { elapsedSeconds: 0, isWarmUp: false, users: 0, atFullLoad, limited: [], database: null }
    const figures = figuresAt(measurements.total, atFullLoad)
    return {
      slice: { startedSeconds, endedBy, refused: null, ...none, ...figures },
      measurements,
      timeline: []
    }
  }).pipe(Effect.provide(Recorder.layer))

const tellDefects = ({ end }: Progress, { measurements: { defects } }: Measurement): Effect.Effect<void> =>
  Effect.forEach(defects, ({ message, trace }) => Effect.zipRight(end, Effect.logError(message, trace)), {
    discard: true
  })

/** Nobody sees the figures of a warm-up, but what failed in it may fail again. */
const tellFailures = (
  { end }: Progress,
  label: string,
  { summary: { failures, requests } }: Measurement
): Effect.Effect<void> => {
  const [most] = failures
  return most === undefined
    ? Effect.void
    : Effect.zipRight(
        end,
        Effect.logWarning(
          `${label}: ${figure(requests.failed)} of ${figure(requests.total)} requests of its warm-up failed, ` +
            `most of all ${failureText(most)}`
        )
      )
}

/** After a time without load a server may be cold again. */
const tellSuspension = (
  { end }: Progress,
  label: string,
  { measurements: { generator } }: Measurement
): Effect.Effect<void> => {
  const [reason] = generator === undefined ? [] : suspensionReasons(generator.inAll)
  return reason === undefined
    ? Effect.void
    : Effect.zipRight(
        end,
        Effect.logWarning(`${label}: the load generator was not at work in its warm-up: ${reason}`)
      )
}

/**
 * Begins the time of a study. Measure slices where nothing can be interrupted: an interrupt then ends the slice under
 * way, and the study learns of it.
 */
export const openSession = <E, ES>(
  options: SessionOptions<E, ES>
): Effect.Effect<MeasureSlice<E | ES>, never, LoadServices> =>
  Effect.gen(function* () {
    const { begin, database, defect, planned, progress, seed, specOf } = options
    const services = yield* Effect.context<LoadServices>()
    const startedAtMillis = yield* Clock.currentTimeMillis
    const sinceStart = Effect.map(Clock.currentTimeMillis, (now) =>
      rounded((now - startedAtMillis) / 1000, 3)
    )
    let loads = 0
    let begun = false

    /** A load that is ready to be sent, of documents that no other load has. */
    const prepare = (asked: SliceAsked, seconds: number, label: string) =>
      Effect.gen(function* () {
        const spec = specOf(asked, { seconds, seed: seed + loads++ })
        const load = yield* prepareLoad(spec)
        const observe = ({ slice }: RunSnapshot) =>
          Effect.flatMap(sinceStart, (now) =>
            progress.show(() =>
              studyProgressLine(label, slice, timeOf({ ...planned, seconds: planned.seconds - now }))
            )
          )
        return Effect.gen(function* () {
          const startedSeconds = yield* sinceStart
          const measured = yield* measureGenerator(spec, load, { observe, defect })
          yield* tellDefects(progress, measured)
          return { startedSeconds, plannedSeconds: seconds, ...measured }
        }).pipe(Effect.provide(Recorder.layer))
      })

    const prepareSlice = (asked: SliceAsked) =>
      Effect.gen(function* () {
        const { label, seconds, warmUpSeconds } = asked
        const warmUp = warmUpSeconds > 0 ? [yield* prepare(asked, warmUpSeconds, `${label}, warm-up`)] : []
        const measured = yield* prepare(asked, seconds, label)
        if (!begun) yield* begin
        begun = true
        return { warmUp, measured }
      })

    return (asked) =>
      Effect.gen(function* () {
        const ready = yield* Effect.exit(Effect.interruptible(prepareSlice(asked)))
        if (Exit.isFailure(ready)) {
          if (Cause.isInterruptedOnly(ready.cause)) return yield* neverMeasured(yield* sinceStart)
          // For example threads that cannot be started: the figures of the earlier slices are still valuable.
          const defect = begun ? Cause.keepDefects(ready.cause) : Option.none()
          if (Option.isNone(defect)) return yield* Effect.failCause(ready.cause)
          yield* Effect.zipRight(progress.end, Effect.logError("a slice could not begin", defect.value))
          return yield* neverMeasured(yield* sinceStart, "defect")
        }
        const watch = database && (yield* watchDatabase(database))
        let operations = 0
        for (const warmUp of ready.value.warmUp) {
          const warmed = yield* warmUp
          const { endedBy } = warmed.summary
          if (endedBy === "interrupt") return yield* neverMeasured(yield* sinceStart)
          // What ended a warm-up early is what there is to tell of the slice.
          if (endedBy !== "runTime") return sliceOf(warmed, { isWarmUp: true, warmed: false })
          yield* tellFailures(progress, asked.label, warmed)
          yield* tellSuspension(progress, asked.label, warmed)
          operations += warmed.summary.operations.succeeded
        }
        const place = { isWarmUp: false, warmed: ready.value.warmUp.length > 0 }
        const measured = sliceOf(yield* ready.value.measured, place)
        if (watch === undefined) return measured
        operations += measured.slice.operations.succeeded
        return { ...measured, slice: { ...measured.slice, database: yield* watch.end(operations) } }
      }).pipe(Effect.scoped, Effect.provide(services))
  })
