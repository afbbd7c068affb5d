/** The load path inside the bench's own process: what a bench needs that looks inside, or that changes a part of it. */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { spawnSync } from "node:child_process"
import { tuneHeap } from "../../src/cli/tuneHeap.ts"
import { DmsConfig } from "../../src/dms/DmsConfig.ts"
import { clientLayerLive } from "../../src/dms/clientLayer.ts"
import { run } from "../../src/engine/LoadRun.ts"
import type { LoadPlan } from "../../src/engine/LoadPlan.ts"
import type { Workload } from "../../src/engine/Scenario.ts"
import { Recorder } from "../../src/metrics/Recorder.ts"
import { StudentBatchVolumeTest } from "../../src/scenarios/studentBatchVolume.ts"
import { canPin } from "./report.ts"

/** Keeps this process on one core, with V8 as the command has it. */
export const becomeClient = (core: number): void => {
  tuneHeap()
  if (canPin) spawnSync("taskset", ["--all-tasks", "--cpu-list", "--pid", String(core), String(process.pid)])
}

/** The command's client services, for a target at this URL. */
export const clientLayer = (url: string) =>
  clientLayerLive.pipe(
    Layer.provide(
      DmsConfig.layer({
        baseUrl: url,
        key: Redacted.make("bench"),
        secret: Redacted.make("bench-secret"),
        resourceNaming: "endpoint",
        requestTimeout: Duration.seconds(10)
      })
    ),
    Layer.orDie
  )

/** The students of `edfi-perf run --seed 1`, ready to be sent. */
export const studentWorkload = (triples: number) =>
  StudentBatchVolumeTest.prepare({ batchTripleCount: triples, seed: 1 })

export interface Load {
  readonly users: number
  readonly seconds: number
  /** Users started per second. */
  readonly spawnPerSecond?: number
  /** Between two iterations of a user. */
  readonly waitMillis?: number
}

/** Sends a load, with a recorder of its own unless one is given. @returns what was recorded */
export const sendPlan = (
  workload: Workload,
  plan: LoadPlan,
  recorder: Layer.Layer<Recorder> = Recorder.layer
) =>
  Effect.flatMap(Layer.build(recorder), (context) =>
    Effect.gen(function* () {
      const { elapsedSeconds } = yield* run(plan, [workload])
      const { measurements, timeline } = Context.get(context, Recorder)
      return { total: measurements().total, elapsedSeconds, timeline }
    }).pipe(Effect.provide(context))
  ).pipe(Effect.scoped)

/** Users that send batches for so long. */
export const sendLoad = (
  workload: Workload,
  { seconds, spawnPerSecond = 100_000, users, waitMillis = 0 }: Load,
  recorder?: Layer.Layer<Recorder>
) =>
  sendPlan(
    workload,
    {
      _tag: "Users",
      users,
      spawnPerSecond,
      runMillis: seconds * 1000,
      gracefulStopMillis: 5000,
      waits: { seed: 1, minMillis: waitMillis, maxMillis: waitMillis },
      maxFailRatio: 1,
      passes: Number.POSITIVE_INFINITY
    },
    recorder
  )

/** Processor time of this process in microseconds, user and system. */
export const cpuMicros = (): number => {
  const { system, user } = process.cpuUsage()
  return system + user
}
