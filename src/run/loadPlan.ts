/** The load of a configuration: which model, how many users or arrivals, on how many threads. */
import * as Duration from "effect/Duration"
import { availableParallelism } from "node:os"
import type { RunConfigValues } from "../settings/RunConfig.ts"
import { spawnOffsetMillis } from "../domain/LoadShape.ts"
import { peakMillis, type Stages, steady, totalMillis } from "../domain/Stages.ts"
import type { LoadPlan } from "../engine/LoadRun.ts"

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
export const loadPlan = (config: SeededConfig): LoadPlan => {
  const { clientCount, maxFailRatio, runInDebugMode, spawnRate, stages } = config
  const common = { gracefulStopMillis: Duration.toMillis(config.gracefulStop), maxFailRatio }
  const waits = { seed: config.seed, minMillis: config.minWait, maxMillis: config.maxWait }
  const arrivals = arrivalsOf(config)
  if (arrivals !== undefined) {
    return {
      _tag: "Arrivals",
      ...common,
      arrivals,
      maxUsers: clientCount,
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

/** When the load is what it is to be: all users have started, or the stages are at their highest target. */
const fullLoadMillis = (config: SeededConfig): number => {
  const { clientCount, spawnRate, stages } = config
  if (stages !== undefined) return peakMillis(stages.stages)
  return config.arrivalRate === undefined ? spawnOffsetMillis(clientCount - 1, spawnRate) : 0
}

/** From when on a threshold that is not kept ends a run, in seconds after its start. */
export const abortsFromSeconds = (config: SeededConfig): number =>
  fullLoadMillis(config) / 1000 + Duration.toSeconds(config.abortDelay)
