/** Measures the slices of a study one after the other, against one DMS over the same connections. */
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import type { DatabaseReader } from "../database/DatabaseReader.ts"
import { watchDatabase } from "../database/watchDatabase.ts"
import { AgentNotReady } from "../agents/Agents.ts"
import type { ProcessWatch } from "../processes/watchProcesses.ts"
import type { DatabaseActivity } from "../result/DatabaseActivity.ts"
import type { ScenarioNotReady } from "../scenarios/loadModules.ts"
import type { Tokens } from "../dms/Tokens.ts"
import { awaitAtMost } from "../engine/awaitAtMost.ts"
import { suspensionReasons } from "../metrics/judgeGenerator.ts"
import { Recorder } from "../metrics/Recorder.ts"
import { rounded } from "../metrics/rounded.ts"
import { studyProgressLine } from "../output/progressLine.ts"
import { clock, figure } from "../result/numberFormat.ts"
import { failureText } from "../result/sentences.ts"
import type { MeasureSlice, SliceSpec, SliceMeasured } from "../studies/MeasureSlice.ts"
import { LocalDmsExit } from "./localDmsProcess.ts"
import { type Measurement, measureGenerator, type RunSnapshot, type ServerObserved } from "./measure.ts"
import { type LoadServices, prepareLoad, type RunnableSpec } from "./prepareLoad.ts"
import type { Progress } from "../output/progress.ts"
import { type Load, sliceOf, unmeasuredSlice } from "./sliceOf.ts"

/** The planned or maximum duration of a study. */
export interface Planned {
  readonly seconds: number
  readonly isUpperBound: boolean
}

/** @example "at most 12:30" */
const timeOf = ({ isUpperBound, seconds }: Planned): string =>
  `${isUpperBound ? "at most " : ""}${clock(seconds)}`

/** Duration and seed of a load. */
export interface SliceTime {
  readonly seconds: number
  readonly seed: number
}

/** The load of a slice, or of its warm-up. */
export type SpecOf<E> = (sliceSpec: SliceSpec, time: SliceTime) => RunnableSpec<E>

export interface SessionOptions<E, ES> {
  /** Seed of the first load; each further load has the next one, so that no two use the same keys. */
  readonly seed: number
  readonly specOf: SpecOf<ES>
  /** Duration of all slices together. */
  readonly planned: Planned
  readonly progress: Progress
  /** Runs once, when everything is ready and no load has been sent. */
  readonly begin: Effect.Effect<void, E>
  /** Watched during each slice, including its warm-up. */
  readonly database?: DatabaseReader["Type"] | undefined
  /** Of the whole study; each slice takes its part of it. */
  readonly processes?: ProcessWatch | undefined
  /** Ends a slice when it succeeds, with a defect that occurred outside of the load. */
  readonly defect: Effect.Effect<Error>
}

const logLocalDmsExit = ({ end }: Progress, exit: string): Effect.Effect<void> =>
  Effect.zipRight(end, Effect.logError(`the local DMS exited (${exit})`))

/** The exit of a process may be known only after its sockets refuse connections. */
const exitKnownMillis = 1000

/**
 * A slice whose load cannot start: with its local DMS gone, or for example because threads cannot be started. The figures
 * of the earlier slices are still valuable.
 */
const failedSlice = (
  progress: Progress,
  cause: Cause.Cause<unknown>,
  sinceStart: Effect.Effect<number>
): Effect.Effect<SliceMeasured> =>
  Effect.gen(function* () {
    const { exited } = yield* LocalDmsExit
    const exit = yield* awaitAtMost(exited, exitKnownMillis)
    const failure = Option.getOrUndefined(Cause.failureOption(cause))
    if (Option.isSome(exit)) yield* logLocalDmsExit(progress, exit.value)
    else if (failure instanceof AgentNotReady)
      yield* Effect.zipRight(progress.end, Effect.logError(failure.message))
    else yield* Effect.zipRight(progress.end, Effect.logError("a slice could not start", cause))
    const started = yield* sinceStart
    if (Option.isSome(exit)) return yield* unmeasuredSlice(started, "localDmsExited")
    return failure instanceof AgentNotReady
      ? yield* unmeasuredSlice(started, "agentLost", failure.message)
      : yield* unmeasuredSlice(started, "defect")
  })

const logDefects = (
  progress: Progress,
  { measurements: { defects }, summary: { localDmsExit } }: Measurement
): Effect.Effect<void> =>
  Effect.gen(function* () {
    if (localDmsExit !== null) yield* logLocalDmsExit(progress, localDmsExit)
    if (defects.length > 0) yield* progress.end
    for (const { message, trace } of defects) yield* Effect.logError(message, trace)
  })

/** The figures of a warm-up are not reported, but its failures may also occur in the slice. */
const logWarmUpFailures = (
  { end }: Progress,
  label: string,
  { summary: { failures, requests } }: Measurement
): Effect.Effect<void> => {
  const [mostFrequent] = failures
  return mostFrequent === undefined
    ? Effect.void
    : Effect.zipRight(
        end,
        Effect.logWarning(
          `${label}: ${figure(requests.failed)} of ${figure(requests.total)} requests of its warm-up failed, ` +
            `most frequent: ${failureText(mostFrequent)}`
        )
      )
}

/** A suspension interrupts the warm-up of the server. */
const logWarmUpSuspension = (
  { end }: Progress,
  label: string,
  { measurements: { generator } }: Measurement
): Effect.Effect<void> => {
  const [reason] = generator === undefined ? [] : suspensionReasons(generator.total)
  return reason === undefined
    ? Effect.void
    : Effect.zipRight(
        end,
        Effect.logWarning(`${label}: the load generator was interrupted in its warm-up: ${reason}`)
      )
}

/** A slice that is ready to be sent: its scenarios are prepared, and its threads have started. */
interface PreparedSlice {
  readonly warmUp: Option.Option<Effect.Effect<Load, never, Tokens>>
  readonly measured: Effect.Effect<Load, never, Tokens>
}

/** The seconds since now. */
const startClock = Effect.map(Clock.currentTimeMillis, (startedAtMillis) =>
  Effect.map(Clock.currentTimeMillis, (now) => rounded((now - startedAtMillis) / 1000, 3))
)

/** Prepares loads of one study, each with documents of its own. */
const makePrepare = <E, ES>(
  { begin, defect, planned, progress, seed, specOf }: SessionOptions<E, ES>,
  sinceStart: Effect.Effect<number>,
  server: () => ServerObserved
) => {
  let loads = 0
  let begun = false

  const prepareOne = (slice: SliceSpec, seconds: number, label: string) =>
    Effect.gen(function* () {
      const spec = specOf(slice, { seconds, seed: seed + loads++ })
      const load = yield* prepareLoad(spec)
      const observe = ({ slice }: RunSnapshot) =>
        Effect.flatMap(sinceStart, (now) =>
          progress.show(() =>
            studyProgressLine(label, slice, timeOf({ ...planned, seconds: planned.seconds - now }))
          )
        )
      return Effect.gen(function* () {
        const startedSeconds = yield* sinceStart
        const measured = yield* measureGenerator(spec, load, { observe, defect, server })
        yield* logDefects(progress, measured)
        return { startedSeconds, plannedSeconds: seconds, ...measured }
      }).pipe(Effect.provide(Recorder.layer))
    })

  return {
    /** Whether a slice has been prepared, so that there may be figures to keep. */
    hasBegun: () => begun,
    prepare: (slice: SliceSpec) =>
      Effect.gen(function* () {
        const { label, load, seconds, warmUpLoad = load, warmUpSeconds } = slice
        const warmUp =
          warmUpSeconds > 0
            ? Option.some(
                yield* prepareOne({ ...slice, load: warmUpLoad }, warmUpSeconds, `${label}, warm-up`)
              )
            : Option.none()
        const measured = yield* prepareOne(slice, seconds, label)
        if (!begun) yield* begin
        begun = true
        return { warmUp, measured }
      })
  }
}

/** Sends the warm-up, if there is one. Fails with the slice if that was the end of it. */
const sendWarmUp = (
  { warmUp }: PreparedSlice,
  { label }: SliceSpec,
  progress: Progress,
  sinceStart: Effect.Effect<number>
): Effect.Effect<Option.Option<Load>, SliceMeasured, Tokens> =>
  Effect.gen(function* () {
    if (Option.isNone(warmUp)) return Option.none()
    const warmed = yield* warmUp.value
    const { endedBy } = warmed.summary
    if (endedBy === "interrupt") return yield* Effect.flip(unmeasuredSlice(yield* sinceStart))
    // The early end of a warm-up is the result of the slice.
    if (endedBy !== "runTime") return yield* Effect.fail(sliceOf(warmed, { isWarmUp: true, warmed: false }))
    yield* logWarmUpFailures(progress, label, warmed)
    yield* logWarmUpSuspension(progress, label, warmed)
    return Option.some(warmed)
  })

/**
 * Starts the clock of a study. Measure slices in an uninterruptible region: an interrupt then ends the current slice,
 * and the study sees it in `endedBy`.
 */
export const openSession = <E, ES>(
  options: SessionOptions<E, ES>
): Effect.Effect<MeasureSlice<E | ES | ScenarioNotReady | AgentNotReady>, never, LoadServices> =>
  Effect.gen(function* () {
    const { database, processes, progress } = options
    const services = yield* Effect.context<LoadServices>()
    const sinceStart = yield* startClock
    let sofar: () => DatabaseActivity | undefined = () => undefined
    const { hasBegun, prepare } = makePrepare(options, sinceStart, () => ({
      database: sofar(),
      processes: processes?.sofar() ?? []
    }))

    const send = (ready: PreparedSlice, slice: SliceSpec) =>
      Effect.gen(function* () {
        const watch =
          database !== undefined && slice.isProbe !== true ? yield* watchDatabase(database) : undefined
        sofar = () => watch?.sofar()
        const warmUp = yield* sendWarmUp(ready, slice, progress, sinceStart)
        const endProcesses =
          slice.isProbe === true
            ? undefined
            : yield* processes?.beginSlice(slice.seconds) ?? Effect.succeed(undefined)
        const load = yield* ready.measured
        const measured = sliceOf(load, {
          isWarmUp: false,
          warmed: Option.isSome(warmUp),
          processes: endProcesses === undefined ? [] : yield* endProcesses
        })
        if (watch === undefined) return measured
        const warmedUp = Option.match(warmUp, {
          onNone: () => 0,
          onSome: ({ summary }) => summary.operations.succeeded
        })
        const seen = yield* watch.end(warmedUp + measured.slice.operations.succeeded)
        return { ...measured, slice: { ...measured.slice, database: seen } }
      }).pipe(Effect.merge)

    return (slice) =>
      Effect.gen(function* () {
        const ready = yield* Effect.exit(Effect.interruptible(prepare(slice)))
        if (Exit.isSuccess(ready)) return yield* send(ready.value, slice)
        if (Cause.isInterruptedOnly(ready.cause)) return yield* unmeasuredSlice(yield* sinceStart)
        if (!hasBegun()) return yield* Effect.failCause(ready.cause)
        return yield* failedSlice(progress, ready.cause, sinceStart)
      }).pipe(Effect.scoped, Effect.provide(services))
  })
