/** Measures the load of a run, and summarizes what was measured. */
import type * as Arr from "effect/Array"
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { DatabaseReader } from "../database/DatabaseReader.ts"
import { watchDatabase } from "../database/watchDatabase.ts"
import type { AgentsOfRun } from "../domain/AgentsOfRun.ts"
import type { EndReason, LoadResult } from "../domain/LoadResult.ts"
import { FindingSink, makeFindingSink } from "../domain/FindingSink.ts"
import { isOnThisMachine } from "../domain/loopback.ts"
import { countOf } from "../domain/Sample.ts"
import * as LoadRun from "../engine/LoadRun.ts"
import type { LoadPlan } from "../engine/LoadPlan.ts"
import type { Workload } from "../engine/Scenario.ts"
import { startLoad } from "../engine/startLoad.ts"
import { endedFrom, type StartGenerator } from "../engine/supervise.ts"
import { type Measurements, Recorder, type Slice } from "../metrics/Recorder.ts"
import { SampleLog } from "../metrics/SampleLog.ts"
import type { ProcessSource } from "../processes/ProcessReader.ts"
import { watchProcesses } from "../processes/watchProcesses.ts"
import type { SamplesFile } from "../output/samplesFile.ts"
import type { DatabaseActivity } from "../result/DatabaseActivity.ts"
import type { WatchedProcesses } from "../result/ProcessActivity.ts"
import type { PlannedFindings } from "../result/Findings.ts"
import type { PlannedWork } from "../result/FixedWork.ts"
import { type RunSetup, type RunState, stateOf, summarize, type Summary } from "../result/Summary.ts"
import type { MeasuredWarmUp } from "../result/WarmUp.ts"
import { isLost } from "../result/thresholds.ts"
import {
  constantAfter,
  fullLoadMillis,
  operationsPerRecord,
  requestNamesOf,
  type RunSpec,
  sendsBatches,
  serverOf
} from "./RunSpec.ts"
import { LocalDmsExit } from "./localDmsProcess.ts"
import { readManifest } from "./readManifest.ts"
import { redactedConfig } from "./redactedConfig.ts"
import { refusedOf } from "./refusedOf.ts"

/** The records of a load of a number of records. */
const plannedWorkOf = ({ plan, scenarios }: RunSpec): PlannedWork | undefined =>
  plan._tag !== "Users" || plan.records === undefined
    ? undefined
    : {
        records: plan.records,
        documentsPerRecord: Math.max(...scenarios.map((planned) => operationsPerRecord(planned).create)),
        operationsInBatch: new Map(
          scenarios
            .filter(sendsBatches)
            .flatMap((planned) =>
              requestNamesOf([planned]).map((name) => [name, operationsPerRecord(planned, name)] as const)
            )
        )
      }

/** What the scenarios of a run are going to find out. */
const plannedFindingsOf = ({ changes, scenarios, testType }: RunSpec): PlannedFindings => {
  const resources = scenarios.flatMap(({ scenario: { resource } }) => resource ?? [])
  return {
    pipeclean: testType === "PIPECLEAN" ? resources : undefined,
    changes: changes && { window: changes.window, resources: resources.length }
  }
}

const setupOf = (spec: RunSpec): RunSetup => {
  const { _tag, maxFailRatio, runMillis } = spec.plan
  const server = serverOf(spec.target)
  return {
    testType: spec.testType,
    model: _tag === "Arrivals" ? "open" : "closed",
    plannedSeconds: Number.isFinite(runMillis) ? runMillis / 1000 : null,
    constantAfter: constantAfter(spec.plan),
    work: plannedWorkOf(spec),
    findings: plannedFindingsOf(spec),
    maxFailRatio,
    requestNames: requestNamesOf(spec.scenarios),
    thresholds: spec.thresholds,
    failOnLimited: spec.failOnLimited,
    isLocal: server._tag === "LocalDms" || isOnThisMachine(server.address.baseUrl),
    config: redactedConfig(spec)
  }
}

/** The state of a run at the end of one second, also of its warm-up. */
export interface RunSnapshot {
  readonly slice: Slice
  /** Everything so far, with the warm-up apart; computed at the first call. */
  readonly state: () => RunState
  /** The measurements behind it. */
  readonly measurements: () => Measurements
}

export interface Measurement {
  readonly summary: Summary
  readonly measurements: Measurements
}

/** What was observed of the server beside a load; thresholds judge it. */
export interface ServerObserved {
  readonly database: DatabaseActivity | undefined
  readonly processes: ReadonlyArray<WatchedProcesses>
}

/** Hooks that watch a run, and may end it. */
export interface RunObserver {
  /** Called at the end of every second, those of the warm-up included, and at the end of the run. */
  readonly observe?: (snapshot: RunSnapshot) => Effect.Effect<void>
  /** Ends the run when it succeeds, as an interrupt does. */
  readonly stop?: Effect.Effect<void>
  /** Ends the run when it succeeds, with a defect that occurred outside of the run. */
  readonly defect?: Effect.Effect<Error>
  /** Records every request and every second, without those of the warm-up; ended before the summary is made. */
  readonly samples?: SamplesFile | undefined
  /** Read before, during and after the load, its warm-up included. */
  readonly database?: (typeof DatabaseReader)["Service"] | undefined
  /** The processes of the server, read during the load. */
  readonly processes?: ReadonlyArray<ProcessSource>
  /** What the caller has observed of the server so far, where it watches it beyond this load, as a study does. */
  readonly server?: (() => ServerObserved) | undefined
}

/**
 * Runs prepared scenarios as the spec says and summarizes what was measured. An interrupt ends the load
 * gracefully; in an uninterruptible region the caller still gets the measurement.
 */
export const measure = (
  spec: RunSpec,
  workloads: Arr.NonEmptyReadonlyArray<Workload>,
  observer: RunObserver = {}
): Effect.Effect<Measurement, never, Recorder> =>
  measureGenerator(spec, startLoad(spec.plan, workloads), observer)

/** Makes snapshots; a state is computed when it is read, at most once. */
const makeSnapshots =
  (
    setup: RunSetup,
    recorder: Recorder["Type"],
    soFar: (
      slice: Slice
    ) => Pick<
      Parameters<typeof stateOf>[1],
      "agents" | "startedAtMillis" | "samples" | "database" | "findings" | "processes" | "warmUp"
    >
  ) =>
  (slice: Slice, maxUsers: number): RunSnapshot => {
    let state: RunState | undefined
    let taken: Measurements | undefined
    const measurements = () => (taken ??= recorder.measurements())
    const elapsedSeconds = slice.inWarmUp ? 0 : slice.elapsedSeconds
    return {
      slice,
      measurements,
      state: () =>
        (state ??= stateOf(
          setup,
          { ...soFar(slice), elapsedSeconds, endedBy: null, users: maxUsers },
          measurements(),
          recorder.timeline
        ))
    }
  }

/** The warm-up of a plan that has one. @param seconds its length so far */
const measuredWarmUp = (
  { warmUpMillis = 0 }: LoadPlan,
  { warmUp }: Recorder["Type"],
  seconds = warmUpMillis / 1000
): MeasuredWarmUp | undefined =>
  warmUpMillis === 0
    ? undefined
    : {
        plannedSeconds: warmUpMillis / 1000,
        seconds,
        measurements: warmUp.measurements(),
        timeline: warmUp.timeline
      }

/** Whether a threshold is lost for good in a snapshot that may end the run. */
const isAborted = ({ abortDelayMillis, plan, thresholds }: RunSpec, snapshot: RunSnapshot): boolean => {
  if (abortDelayMillis === undefined || snapshot.slice.inWarmUp) return false
  if (1000 * snapshot.slice.elapsedSeconds < fullLoadMillis(plan) + abortDelayMillis) return false
  const state = snapshot.state()
  return thresholds.some((threshold) => isLost(threshold, state, state.byName))
}

/**
 * The end of a load whose local DMS may have exited: its requests then failed, so that the load may have ended for another
 * reason at the same time. Only an interrupt and a defect have precedence.
 */
const endedWith = (
  loaded: LoadResult,
  exit: Option.Option<string>
): LoadResult & { readonly localDmsExit?: string } => {
  if (Option.isNone(exit) || loaded.endedBy === "interrupt" || loaded.endedBy === "defect") return loaded
  return { ...loaded, refusal: undefined, endedBy: "localDmsExited", localDmsExit: exit.value }
}

/** The same for a load generator that may run in other threads. */
export const measureGenerator = <R>(
  spec: RunSpec,
  generator: StartGenerator<R>,
  {
    database,
    defect = Effect.never,
    observe = () => Effect.void,
    processes = [],
    samples,
    server,
    stop = Effect.never
  }: RunObserver = {}
): Effect.Effect<Measurement, never, R | Recorder> =>
  Effect.gen(function* () {
    const recorder = yield* Recorder
    const findings = makeFindingSink()
    const ended = yield* Deferred.make<EndReason>()
    const setup: RunSetup = { ...setupOf(spec), manifest: yield* readManifest }
    const watched = database && (yield* watchDatabase(database))
    const watchedProcesses = yield* watchProcesses(processes, {
      _tag: "WarmUp",
      millis: spec.plan.warmUpMillis ?? 0
    })
    const serverSofar = (): ServerObserved =>
      server?.() ?? { database: watched?.sofar(), processes: watchedProcesses.sofar() }
    const startedAtMillis = yield* Clock.currentTimeMillis
    let agents: AgentsOfRun | undefined
    const snapshotOf = makeSnapshots(setup, recorder, ({ elapsedSeconds, inWarmUp }) => ({
      startedAtMillis,
      agents,
      samples: samples?.written(),
      findings: findings.sofar(),
      ...serverSofar(),
      warmUp: measuredWarmUp(spec.plan, recorder, inWarmUp ? elapsedSeconds : undefined)
    }))

    const broken = Effect.map(defect, (error): EndReason => {
      recorder.unsafeRecordDefect(error.message, error.stack ?? "")
      return "defect"
    })
    const localDms = yield* LocalDmsExit
    const signal = Effect.raceAll([
      Deferred.await(ended),
      Effect.as(stop, "interrupt" as const),
      Effect.as(localDms.exited, "localDmsExited" as const),
      broken
    ])
    const onSlice: LoadRun.OnSlice = (slice, generator) => {
      // The last slice ends when the load has, so that its agents are those of the whole run.
      agents = generator.agents?.()
      const snapshot = snapshotOf(slice, generator.maxRunning())
      if (!slice.inWarmUp) samples?.recordSecond(slice.point)
      const abort = isAborted(spec, snapshot) ? Deferred.succeed(ended, "threshold") : Effect.void
      return Effect.zipRight(abort, observe(snapshot))
    }
    const { warmUpSeconds, ...loaded } = yield* LoadRun.runGenerator(
      spec.plan,
      endedFrom(signal)(generator),
      onSlice
    ).pipe(Effect.provideService(SampleLog, samples?.log), Effect.provideService(FindingSink, findings))

    // Before the wait for the database, in which no load is sent.
    const endedAtMillis = yield* Clock.currentTimeMillis
    yield* watchedProcesses.read
    const observed = serverSofar()
    if (samples !== undefined) yield* samples.end
    const { refusal, ...result } = endedWith(loaded, yield* localDms.sofar)
    const measurements = recorder.measurements()
    const warmUp = measuredWarmUp(spec.plan, recorder, warmUpSeconds)
    const parts = warmUp === undefined ? [measurements] : [measurements, warmUp.measurements]
    const succeeded = parts.reduce((sum, { total }) => sum + countOf(total.succeeded), 0)
    const complete = {
      ...result,
      refused: refusal && refusedOf(spec, refusal, { rows: parts.flatMap(({ rows }) => rows) }),
      samples: samples?.written(),
      findings: findings.sofar(),
      endedAtMillis,
      agents,
      ...observed,
      ...(watched === undefined ? {} : { database: yield* watched.end(succeeded) }),
      warmUp
    }
    return { summary: summarize(setup, complete, measurements, recorder.timeline), measurements }
  }).pipe(Effect.scoped, Effect.uninterruptible)
