/** The complete specification of a run: server, scenarios, load, limits and outputs. */
import * as Arr from "effect/Array"
import type * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import type * as Redacted from "effect/Redacted"
import { availableParallelism } from "node:os"
import type { AgentsOptions } from "../agents/AgentsOptions.ts"
import type { DmsOptions } from "../dms/DmsConfig.ts"
import type { ChangeWindow } from "../domain/ChangesRead.ts"
import { spawnOffsetMillis } from "../domain/LoadShape.ts"
import type { LoadWithFixtures } from "../documents/GeneratedLoad.ts"
import type { MixtureLoad } from "../domain/Mixture.ts"
import type { OperationCounts } from "../domain/Sample.ts"
import { endsSteady, peakMillis, peakOf, steady } from "../domain/Stages.ts"
import type { Threshold } from "../domain/Threshold.ts"
import type { WatchTarget } from "../domain/WatchTarget.ts"
import { tripleCounts } from "../domain/tripleCounts.ts"
import type { ArrivalsPlan, LoadPlan, UsersPlan } from "../engine/LoadPlan.ts"
import type { PlannedScenario, ScenarioInfo } from "../engine/Scenario.ts"
import type { ReadPlan } from "../fixtures/ReadSamples.ts"
import type { FixtureOptions } from "../fixtures/SharedFixtures.ts"
import type { OutKind } from "../output/resultFileList.ts"
import type { Summary } from "../result/Summary.ts"
import type { Connection, ServerTarget } from "./Connection.ts"

/** A server, or one to which a connection is open: its options then count, not those of the run. */
export type RunTarget = ServerTarget | { readonly _tag: "Connected"; readonly connection: Connection }

/** The server of a target, whether it is connected or not. */
export const serverOf = (target: RunTarget): ServerTarget =>
  target._tag === "Connected" ? target.connection.target : target

/** The folder of the result files, and the optional files to write. */
export interface ResultFolder {
  readonly folder: string
  readonly out: ReadonlyArray<OutKind>
}

/** The changes that a run reads, and the file that keeps the newest version of a complete run. */
export interface ChangeReading {
  readonly window: ChangeWindow
  /** Where it was read from, and is written to. */
  readonly stateFile: string
}

/** @typeParam S scenarios with enough information to check a configuration, or to run it */
export interface RunSpec<S extends ScenarioInfo = ScenarioInfo> {
  readonly target: RunTarget
  readonly dms: DmsOptions
  readonly fixtures: FixtureOptions
  /** Names the result files: `BATCH_VOLUME` makes `batch_volume_stats.csv`. */
  readonly testType: string
  readonly scenarios: Arr.NonEmptyReadonlyArray<PlannedScenario<S>>
  /** Modules that export scenarios, as file URLs; worker threads load them again, and need them. */
  readonly modules: ReadonlyArray<string>
  /** The documents of chosen resources, which some of the scenarios send; `undefined` without any. */
  readonly generated?: LoadWithFixtures | undefined
  /** The mixture that is one of the scenarios; `undefined` without one. */
  readonly mixture?: MixtureLoad | undefined
  /** Set in CHANGE_QUERY. */
  readonly changes?: ChangeReading | undefined
  /** What READ reads, and creates before; `undefined` for other test types. */
  readonly reads?: ReadPlan | undefined
  /** The source of all documents and waits: 0 to 2^53 - 1. */
  readonly seed: number
  readonly plan: LoadPlan
  /** The maximum number of threads of this machine that send load, >= 1. */
  readonly workers: number
  /** The agents that send the load instead of this machine; none if left out. */
  readonly agents?: AgentsOptions | undefined
  readonly thresholds: ReadonlyArray<Threshold>
  /** Ends the run on a threshold that is not kept, this long after full load; `undefined` never does. */
  readonly abortDelayMillis: number | undefined
  /** The run fails if the load generator was the bottleneck. */
  readonly failOnLimited: boolean
  /** Prints the outcome of every operation, as debug mode does. */
  readonly printsOutcomes: boolean
  /** `undefined` writes none. */
  readonly files: ResultFolder | undefined
  /** The PostgreSQL database of the server, whose statistics are read during the load. */
  readonly databaseUrl: Redacted.Redacted | undefined
  /** Resets `pg_stat_statements` of that server before the load; `false` if left out. */
  readonly resetsStatistics?: boolean | undefined
  /** The processes of the server that are read during the load; none if left out. */
  readonly watch?: ReadonlyArray<WatchTarget> | undefined
  /** Further settings that the summary reports, such as those of a command. */
  readonly reported: Summary["config"]
}

/** 36^8: seeds of up to eight letters and digits, so that keys stay short. */
const seedBound = 36 ** 8

/** The seed of a run that was given none. */
export const randomSeed: Effect.Effect<number> = Random.nextIntBetween(0, seedBound)

/** The same run with another seed, for other documents and waits. */
export const withSeed = <S extends ScenarioInfo>(spec: RunSpec<S>, seed: number): RunSpec<S> => {
  const { plan } = spec
  return {
    ...spec,
    seed,
    plan: plan._tag === "Arrivals" ? plan : { ...plan, waits: { ...plan.waits, seed } }
  }
}

/** Defaults for the end of a load: requests in flight have 30 s, and a run stops when more than half of them fail. */
const ending = { gracefulStopMillis: 30_000, maxFailRatio: 0.5 }

/**
 * Closed model: each user sends again as soon as its response has arrived.
 *
 * @param seconds without the warm-up
 * @example users(10, 60) // 10 users for 60 seconds, 25 of them started per second
 * @example users(10, 60, { warmUpMillis: 30_000 }) // the same after 30 seconds that are not measured
 */
export const users = (
  count: number,
  seconds: number,
  options: Partial<Omit<UsersPlan, "_tag" | "users" | "runMillis">> = {}
): UsersPlan => ({
  _tag: "Users",
  ...ending,
  spawnPerSecond: 25,
  waits: { seed: 0, minMillis: 0, maxMillis: 0 },
  passes: Number.POSITIVE_INFINITY,
  ...options,
  users: count,
  runMillis: seconds * 1000
})

/**
 * Open model: iterations begin when they are due, at most 1000 at the same time.
 *
 * @param seconds without the warm-up
 * @example arrivals(50, 60) // 50 iterations per second for 60 seconds
 */
export const arrivals = (
  perSecond: number,
  seconds: number,
  options: Partial<Omit<ArrivalsPlan, "_tag" | "arrivals" | "runMillis">> = {}
): ArrivalsPlan => ({
  _tag: "Arrivals",
  ...ending,
  maxUsers: 1000,
  startWithinMillis: 1000,
  ...options,
  arrivals: steady(perSecond, (options.warmUpMillis ?? 0) + seconds * 1000),
  runMillis: seconds * 1000
})

/** The maximum number of iterations in flight. */
export const maxUsersOf = (plan: LoadPlan): number => {
  switch (plan._tag) {
    case "Users":
      return plan.users
    case "StagedUsers":
      return peakOf(plan.users)
    case "Arrivals":
      return plan.maxUsers
  }
}

/** The time at which all users have started, or the stages reach their highest target; 0 if that is in the warm-up. */
export const fullLoadMillis = (plan: LoadPlan): number =>
  Math.max(0, fullLoadAfter(plan) - (plan.warmUpMillis ?? 0))

const fullLoadAfter = (plan: LoadPlan): number => {
  switch (plan._tag) {
    case "Users":
      return spawnOffsetMillis(plan.users - 1, plan.spawnPerSecond)
    case "StagedUsers":
      return peakMillis(plan.users)
    case "Arrivals":
      return peakMillis(plan.arrivals)
  }
}

/** When the load becomes constant, in seconds after the start of the run; `undefined` if it changes until its end. */
export const constantAfter = (plan: LoadPlan): number | undefined => {
  const seconds = fullLoadMillis(plan) / 1000
  switch (plan._tag) {
    case "Users":
      return Number.isFinite(plan.passes) ? undefined : seconds
    case "StagedUsers":
      return endsSteady(plan.users) ? seconds : undefined
    case "Arrivals":
      return endsSteady(plan.arrivals) ? seconds : undefined
  }
}

/** All cores but one, at least one. */
export const spareCores = (): number => Math.max(1, availableParallelism() - 1)

/** The number of threads that send load: never more than users or connections; 1 is this thread. */
export const workerCount = ({
  dms: { connections = Number.POSITIVE_INFINITY },
  plan,
  printsOutcomes,
  workers
}: Pick<RunSpec, "dms" | "plan" | "printsOutcomes" | "workers">): number =>
  printsOutcomes ? 1 : Math.min(maxUsersOf(plan), connections, workers)

/**
 * The connections of one worker: 11 for 4 workers are 3, 3, 3 and 2.
 *
 * @param index of the worker, 0-based
 */
export const connectionsOf = (spec: RunSpec, index: number): number | undefined => {
  const { connections } = spec.dms
  if (connections === undefined) return undefined
  const workers = workerCount(spec)
  return Math.floor(connections / workers) + (index < connections % workers ? 1 : 0)
}

export const sendsBatches = ({ batchTripleCount }: PlannedScenario<ScenarioInfo>): boolean =>
  batchTripleCount !== undefined

/** The operations of one record of a scenario with its options: of the largest, or of one in the batches of a name. */
export const operationsPerRecord = (
  { deleteResources, scenario }: PlannedScenario<ScenarioInfo>,
  requestName?: string
): OperationCounts =>
  scenario.operationsPerRecord?.({
    deleteResources,
    ...(requestName === undefined ? {} : { requestName })
  }) ?? tripleCounts()

/** The same scenarios; those that send batches, with batches of another size. */
export const scenariosOfSize = <S extends ScenarioInfo>(
  scenarios: RunSpec<S>["scenarios"],
  batchTripleCount: number
): RunSpec<S>["scenarios"] =>
  Arr.map(scenarios, (planned) => (sendsBatches(planned) ? { ...planned, batchTripleCount } : planned))

/** The same scenarios; those that read, with pages of one size. */
export const scenariosOfPageSize = <S extends ScenarioInfo>(
  scenarios: RunSpec<S>["scenarios"],
  pageSize: number
): RunSpec<S>["scenarios"] =>
  Arr.map(scenarios, (planned) =>
    planned.reads === undefined
      ? planned
      : { ...planned, reads: { ...planned.reads, pageSizes: [pageSize] as const } }
  )

/** The names of all requests of some scenarios. */
export const requestNamesOf = (
  scenarios: ReadonlyArray<PlannedScenario<ScenarioInfo>>
): ReadonlyArray<string> => scenarios.flatMap(({ scenario, ...options }) => scenario.requestNames(options))
