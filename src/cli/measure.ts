/** A measurement: the load as the configuration says, and what it comes to. */
import type * as Arr from "effect/Array"
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { availableParallelism } from "node:os"
import { sendsBatches } from "../config/chooseScenarios.ts"
import type { RunConfigValues } from "../config/RunConfig.ts"
import { addressOf } from "../database/address.ts"
import type { DatabaseReader } from "../database/DatabaseReader.ts"
import { watchDatabase } from "../database/watchDatabase.ts"
import type { EndedBy } from "../domain/LoadResult.ts"
import { countOf } from "../domain/Sample.ts"
import { endsRun } from "../domain/Threshold.ts"
import { spawnOffsetMillis } from "../domain/LoadShape.ts"
import { peakMillis, type Stages, stagesText, steady, totalMillis } from "../domain/Stages.ts"
import * as LoadRun from "../engine/LoadRun.ts"
import type { Workload } from "../engine/Scenario.ts"
import { startLoad } from "../engine/startLoad.ts"
import { endedFrom, type StartCrew } from "../engine/supervise.ts"
import { type Measurements, Recorder, type Slice } from "../metrics/Recorder.ts"
import { SampleLog } from "../metrics/SampleLog.ts"
import type { SamplesFile } from "../report/samplesFile.ts"
import { type RunAsked, type RunState, stateOf, summarize, type Summary } from "../report/Summary.ts"

/** A configuration whose seed has been decided. */
export type SeededConfig = RunConfigValues & { readonly seed: number }

/**
 * How many threads have users: `auto` is the cores but one, never more than there are users or connections, and 1,
 * which is this thread, in debug mode.
 */
export const workerCount = ({
  clientCount,
  connections,
  runInDebugMode,
  workers
}: RunConfigValues): number =>
  runInDebugMode
    ? 1
    : Math.min(
        clientCount,
        connections ?? Number.POSITIVE_INFINITY,
        workers === "auto" ? Math.max(1, availableParallelism() - 1) : workers
      )

/**
 * How many connections each worker may have, all that were allowed together: 11 for 4 workers are 3, 3, 3 and 2.
 *
 * @param index of the worker, 0-based
 */
export const connectionsOf = (config: SeededConfig, index: number): number | undefined => {
  if (config.connections === undefined) return undefined
  const workers = workerCount(config)
  return Math.floor(config.connections / workers) + (index < config.connections % workers ? 1 : 0)
}

/** The iterations that are due per second, over time, in the open model; nothing in the closed one. */
export const arrivalsOf = ({ arrivalRate, runTimeInMinutes, stages }: SeededConfig): Stages | undefined =>
  arrivalRate === undefined
    ? stages?.of === "arrivals"
      ? stages.stages
      : undefined
    : steady(arrivalRate, Math.round(runTimeInMinutes * 60_000))

/** What the engine is asked to do; debug mode is one user that goes through every scenario once. */
export const loadPlan = (config: SeededConfig): LoadRun.LoadPlan => {
  const { clientCount, maxFailRatio, runInDebugMode, spawnRate, stages } = config
  const common = { gracefulStopMillis: Duration.toMillis(config.gracefulStop), maxFailRatio }
  const waits = { seed: config.seed, minMillis: config.minWait, maxMillis: config.maxWait }
  const arrivals = arrivalsOf(config)
  if (arrivals !== undefined) {
    return {
      _tag: "Arrivals",
      ...common,
      arrivals,
      mostUsers: clientCount,
      startWithinMillis: Duration.toMillis(config.startWithin),
      runMillis: totalMillis(arrivals)
    }
  }
  if (stages !== undefined) {
    return {
      _tag: "StagedUsers",
      ...common,
      waits,
      users: stages.stages,
      runMillis: totalMillis(stages.stages)
    }
  }
  return {
    _tag: "Users",
    ...common,
    waits,
    users: runInDebugMode ? 1 : clientCount,
    spawnPerSecond: spawnRate,
    runMillis: runInDebugMode ? Number.POSITIVE_INFINITY : Math.round(config.runTimeInMinutes * 60_000),
    passes: runInDebugMode ? 1 : Number.POSITIVE_INFINITY
  }
}

/** What a report says of the load: only what belongs to its model. */
const publicLoad = (config: SeededConfig): RunState["config"] => {
  const { arrivalRate, clientCount, maxWait, minWait, runTimeInMinutes, spawnRate, stages } = config
  return {
    clientCount,
    ...(arrivalRate === undefined ? {} : { arrivalRate }),
    ...(stages === undefined ? { runTimeInMinutes } : { stages: stagesText(stages) }),
    ...(arrivalsOf(config) === undefined
      ? { ...(stages === undefined ? { spawnRate } : {}), minWait, maxWait }
      : { startWithinSeconds: Duration.toSeconds(config.startWithin) })
  }
}

/** The scenarios: those that send batches with the triples of one, others with what was asked of them. */
export const chosenOf = ({
  deleteResources,
  failDeliberately,
  scenarios
}: Pick<SeededConfig, "deleteResources" | "failDeliberately" | "scenarios">): RunState["config"] =>
  scenarios.every(sendsBatches)
    ? {
        scenarios: Object.fromEntries(
          scenarios.flatMap(({ batchTripleCount, name }) =>
            batchTripleCount === undefined ? [] : [[name, batchTripleCount]]
          )
        )
      }
    : { scenarios: scenarios.map(({ name }) => name), deleteResources, failDeliberately }

/** What a report says of the configuration: everything but secrets. */
export const publicConfig = (config: SeededConfig): RunState["config"] => ({
  baseUrl: config.target._tag === "Dms" ? config.target.address.baseUrl : "local",
  ...chosenOf(config),
  ...publicLoad(config),
  runInDebugMode: config.runInDebugMode,
  maxBatchOperations: config.maxBatchOperations,
  workers: workerCount(config),
  maxFailRatio: config.maxFailRatio,
  requestTimeoutSeconds: Duration.toSeconds(config.requestTimeout),
  gracefulStopSeconds: Duration.toSeconds(config.gracefulStop),
  ...(config.connections === undefined ? {} : { connections: config.connections }),
  strictDecoding: config.strictDecoding,
  retryTransport: config.retryTransport,
  resourceNaming: config.resourceNaming,
  ignoreCertificateErrors: config.ignoreCertificateErrors,
  localEducationOrganizationId: config.localEducationOrganizationId,
  ...(config.schoolYear === undefined ? {} : { schoolYear: config.schoolYear }),
  ...(config.apiPrefix === undefined ? {} : { apiPrefix: config.apiPrefix }),
  ...(config.oauthEndpoint === undefined ? {} : { oauthEndpoint: config.oauthEndpoint }),
  ...(config.batchPath === undefined ? {} : { batchPath: config.batchPath }),
  ...(config.out.length === 0 ? {} : { out: config.out }),
  web: config.web,
  // Without its query, in which some collectors take their key.
  ...(config.otlpEndpoint === undefined ? {} : { otlpEndpoint: config.otlpEndpoint.replace(/\?.*$/, "") }),
  ...(config.databaseUrl === undefined ? {} : { database: addressOf(config.databaseUrl) }),
  abortOnThreshold: config.abortOnThreshold,
  abortDelaySeconds: Duration.toSeconds(config.abortDelay),
  seed: config.seed
})

const askedOf = (config: SeededConfig): RunAsked => {
  const { _tag, runMillis } = loadPlan(config)
  return {
    testType: config.testType,
    model: _tag === "Arrivals" ? "open" : "closed",
    plannedSeconds: Number.isFinite(runMillis) ? runMillis / 1000 : null,
    maxFailRatio: config.maxFailRatio,
    thresholds: config.thresholds,
    config: publicConfig(config)
  }
}

/** A run as it stands at the end of one second. */
export interface Moment {
  readonly slice: Slice
  /** Everything so far; made when it is asked for, and then kept. */
  readonly state: () => RunState
  /** What it was made of. */
  readonly measurements: () => Measurements
}

export interface Measurement {
  readonly summary: Summary
  readonly measurements: Measurements
}

/** Who watches a run, and who may end it. */
export interface Watch {
  /** Sees the run at the end of every second and at its very end. */
  readonly observe?: (moment: Moment) => Effect.Effect<void>
  /** Ends the run when it succeeds, as an interrupt does. */
  readonly stop?: Effect.Effect<void>
  /** Ends the run when it succeeds, with a defect of the program that came to light outside of the run. */
  readonly defect?: Effect.Effect<Error>
  /** Takes every request and every second; complete before the summary is made. */
  readonly samples?: SamplesFile | undefined
  /** Is read before the load, while it goes on and after it. */
  readonly database?: (typeof DatabaseReader)["Service"] | undefined
}

/**
 * Runs prepared scenarios as the configuration says and sums up what was measured. An interrupt ends the load
 * gracefully; in an uninterruptible region the caller still gets the measurement.
 */
export const measure = (
  config: SeededConfig,
  workloads: Arr.NonEmptyReadonlyArray<Workload>,
  watch: Watch = {}
): Effect.Effect<Measurement, never, Recorder> =>
  measureCrew(config, startLoad(loadPlan(config), workloads), watch)

/** When the load is what it is to be: all users have started, or the stages are at their highest target. */
const fullLoadMillis = (config: SeededConfig): number => {
  const { clientCount, spawnRate, stages } = config
  if (stages !== undefined) return peakMillis(stages.stages)
  return config.arrivalRate === undefined ? spawnOffsetMillis(clientCount - 1, spawnRate) : 0
}

/** From when on a threshold that is not kept ends a run, in seconds after its start. */
const abortsFromSeconds = (config: SeededConfig): number =>
  fullLoadMillis(config) / 1000 + Duration.toSeconds(config.abortDelay)

/** The same for users who are elsewhere. */
export const measureCrew = <R>(
  config: SeededConfig,
  crew: StartCrew<R>,
  { database, defect = Effect.never, observe = () => Effect.void, samples, stop = Effect.never }: Watch = {}
): Effect.Effect<Measurement, never, R | Recorder> =>
  Effect.gen(function* () {
    const recorder = yield* Recorder
    const ended = yield* Deferred.make<EndedBy>()
    const asked = askedOf(config)
    const watched = database && (yield* watchDatabase(database))
    const startedAtMillis = yield* Clock.currentTimeMillis

    const momentOf = (slice: Slice, mostUsers: number): Moment => {
      let state: RunState | undefined
      let taken: Measurements | undefined
      const measurements = () => (taken ??= recorder.measurements())
      return {
        slice,
        measurements,
        state: () =>
          (state ??= stateOf(
            asked,
            {
              startedAtMillis,
              elapsedSeconds: slice.elapsedSeconds,
              endedBy: null,
              users: mostUsers,
              samples: samples?.written(),
              database: watched?.sofar()
            },
            measurements(),
            recorder.timeline
          ))
      }
    }
    /** Verdicts are in the order of the thresholds. */
    const isLost = (verdicts: RunState["thresholds"]) =>
      config.thresholds.some((threshold, at) => endsRun(threshold, verdicts[at]?.value ?? null))
    const abort = ({ slice, state }: Moment) =>
      config.abortOnThreshold &&
      slice.elapsedSeconds >= abortsFromSeconds(config) &&
      isLost(state().thresholds)
        ? Effect.asVoid(Deferred.succeed(ended, "threshold"))
        : Effect.void

    const broken = Effect.map(defect, (error): EndedBy => {
      recorder.unsafeRecordDefect(error.message, error.stack ?? "")
      return "defect"
    })
    const signal = Effect.raceAll([Deferred.await(ended), Effect.as(stop, "interrupt" as const), broken])
    const result = yield* LoadRun.runCrew(loadPlan(config), endedFrom(signal)(crew), (slice, mostUsers) => {
      const moment = momentOf(slice, mostUsers)
      samples?.recordSecond(slice.point)
      return Effect.zipRight(abort(moment), observe(moment))
    }).pipe(Effect.provideService(SampleLog, samples?.log))
    if (samples !== undefined) yield* samples.end
    const measurements = recorder.measurements()
    const complete = {
      ...result,
      samples: samples?.written(),
      database: watched && (yield* watched.end(countOf(measurements.total.succeeded)))
    }
    return { summary: summarize(asked, complete, measurements, recorder.timeline), measurements }
  }).pipe(Effect.scoped, Effect.uninterruptible)
