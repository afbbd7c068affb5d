/** Chooses the load: a number of users, stages of users, or arrivals. Reports settings of another load. */
import * as Duration from "effect/Duration"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { type LoadStages, parseStages, peakOf, type Stages, steady, totalMillis } from "../domain/Stages.ts"
import { pointAt } from "../domain/Threshold.ts"
import type { LoadPlan } from "../engine/LoadPlan.ts"
import { describeWay, type GivenSettings, type ReportProblem } from "./readSettings.ts"
import type { RunSettings } from "./RunSettings.ts"
import { parseMillis } from "../domain/durations.ts"
import { Switch } from "./flagSchemas.ts"

/** Maximum number of concurrent iterations in the open model, unless `clientCount` is given. */
export const maxUsersByDefault = 1000

/** The chosen load. */
interface ChosenLoad {
  /** Users; in the open model the maximum number of concurrent iterations. */
  readonly clientCount: number
  readonly runTimeInMinutes: number
  /** Set in the open model, unless `stages` contains the rates. */
  readonly arrivalRate: number | undefined
  readonly stages: LoadStages | undefined
}

type Name = keyof RunSettings

interface Exclusion {
  readonly one: Name
  readonly others: ReadonlyArray<Name>
  /** Completes "cannot be combined with --one: ". */
  readonly reason: string
}

/** Completes the message about a setting that only the open model has. */
export const onlyWithArrivals = "requires --arrivalRate, or --stages with rates such as 30s:10/s"

const dueTimes = "iterations begin when they are due"
const lastRecord = "the run ends with its last record"
const onePass = "debug mode is one pass of one user"

const exclusionsFor = (of: LoadStages["of"] | undefined): ReadonlyArray<Exclusion> => [
  { one: "arrivalRate", others: ["stages"], reason: "both set the rate" },
  { one: "arrivalRate", others: ["spawnRate", "minWait", "maxWait"], reason: dueTimes },
  { one: "arrivalRate", others: ["runInDebugMode"], reason: onePass },
  { one: "stages", others: ["runTimeInMinutes"], reason: "the stages determine the duration" },
  { one: "stages", others: ["runInDebugMode"], reason: onePass },
  { one: "stages", others: ["warmUp"], reason: "the stages determine the load from its start" },
  { one: "warmUp", others: ["runInDebugMode"], reason: onePass },
  { one: "recordCount", others: ["runTimeInMinutes"], reason: lastRecord },
  {
    one: "recordCount",
    others: ["arrivalRate", "stages"],
    reason: "users share out the records, in the closed model"
  },
  { one: "recordCount", others: ["warmUp"], reason: "every record counts" },
  { one: "recordCount", others: ["runInDebugMode"], reason: onePass },
  ...(of === "arrivals"
    ? [{ one: "stages", others: ["spawnRate", "minWait", "maxWait"], reason: dueTimes } as const]
    : []),
  ...(of === "users"
    ? [
        {
          one: "stages",
          others: ["clientCount", "spawnRate"],
          reason: "the stages determine the number of users"
        } as const
      ]
    : [])
]

const textOf = (given: GivenSettings, name: Name): string | undefined => {
  const value = given[name]?.value
  return Redacted.isRedacted(value) ? undefined : value
}

const readStages = (given: GivenSettings) => {
  const text = textOf(given, "stages")
  return text === undefined ? undefined : Either.mapLeft(parseStages(text), (mistake) => ({ text, mistake }))
}

/** Whether the settings choose the open model, even with an invalid value, which is then the only problem to report. */
export const isOpenModel = (given: GivenSettings): boolean => {
  const stages = readStages(given)
  return (
    given["arrivalRate"] !== undefined ||
    (stages !== undefined &&
      Either.match(stages, { onLeft: () => true, onRight: ({ of }) => of === "arrivals" }))
  )
}

/** A switch that is off and a warm-up of no duration exclude nothing. */
const isSet = (given: GivenSettings, name: Name): boolean => {
  const text = textOf(given, name)
  if (text === undefined) return false
  if (name === "warmUp") return parseMillis(text) !== 0
  return name !== "runInDebugMode" || Option.getOrElse(Schema.decodeOption(Switch)(text), () => false)
}

const conflictsIn = (given: GivenSettings) => {
  const stages = readStages(given)
  const of = stages === undefined || Either.isLeft(stages) ? undefined : stages.right.of
  return exclusionsFor(of).flatMap(({ one, others, reason }) =>
    others
      .filter((other) => isSet(given, one) && isSet(given, other))
      .map((other) => ({ one, other, reason }))
  )
}

/**
 * A flag overrides a variable that it cannot be combined with: `--arrivalRate` works with `SPAWN_RATE` in `.env`, and
 * `--spawnRate` with `PERF_ARRIVAL_RATE`.
 */
export const withoutOverruled = (given: GivenSettings): GivenSettings => {
  for (const { one, other } of conflictsIn(given)) {
    if (given[one]?.from === given[other]?.from) continue
    const overruled = given[one]?.from === "variable" ? one : other
    return withoutOverruled({ ...given, [overruled]: undefined })
  }
  return given
}

/**
 * @param given without overruled variables
 * @param nameOf names a setting as it was given: `--stages`, `PERF_STAGES (--stages)`
 */
const chooseLoad = (
  settings: RunSettings,
  given: GivenSettings,
  report: ReportProblem,
  nameOf: (name: Name) => string
): ChosenLoad => {
  for (const { one, other, reason } of conflictsIn(given)) {
    report(other, `cannot be combined with ${nameOf(one)}: ${reason}`)
  }
  const read = readStages(given)
  if (read !== undefined && Either.isLeft(read)) {
    const { mistake, text } = read.left
    report("stages", `cannot be used\n${pointAt(text, mistake, "    ")}`, describeWay)
  }
  const stages = read === undefined || Either.isLeft(read) ? undefined : read.right
  const isOpen = settings.arrivalRate !== undefined || stages?.of === "arrivals"
  const usersByDefault = isOpen ? maxUsersByDefault : settings.clientCount
  return {
    clientCount:
      stages?.of === "users"
        ? peakOf(stages.stages)
        : given["clientCount"] === undefined
          ? usersByDefault
          : settings.clientCount,
    runTimeInMinutes: stages === undefined ? settings.runTimeInMinutes : totalMillis(stages.stages) / 60_000,
    arrivalRate: settings.arrivalRate,
    stages
  }
}

const runMillisOf = ({ runTimeInMinutes }: ChosenLoad): number => Math.round(runTimeInMinutes * 60_000)

/** Arrivals per second over time in the open model, from the start of the warm-up; `undefined` in the closed model. */
const arrivalsOf = (load: ChosenLoad, warmUpMillis: number): Stages | undefined => {
  const { arrivalRate, stages } = load
  if (arrivalRate !== undefined) return steady(arrivalRate, warmUpMillis + runMillisOf(load))
  return stages?.of === "arrivals" ? stages.stages : undefined
}

type PlanSettings = Pick<
  RunSettings,
  | "gracefulStop"
  | "maxFailRatio"
  | "maxWait"
  | "minWait"
  | "recordCount"
  | "runInDebugMode"
  | "spawnRate"
  | "startWithin"
  | "warmUp"
>

const planOf = (settings: PlanSettings, load: ChosenLoad, seed: number): LoadPlan => {
  const { maxFailRatio, maxWait, minWait, recordCount, runInDebugMode, spawnRate } = settings
  const { clientCount, stages } = load
  const warmUpMillis = Duration.toMillis(settings.warmUp)
  const common = {
    gracefulStopMillis: Duration.toMillis(settings.gracefulStop),
    maxFailRatio,
    ...(warmUpMillis === 0 ? {} : { warmUpMillis })
  }
  const waits = { seed, minMillis: minWait, maxMillis: maxWait }
  const arrivals = arrivalsOf(load, warmUpMillis)
  if (arrivals !== undefined) {
    return {
      _tag: "Arrivals",
      ...common,
      arrivals,
      maxUsers: clientCount,
      startWithinMillis: Duration.toMillis(settings.startWithin),
      runMillis: totalMillis(arrivals) - warmUpMillis
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
    runMillis: runInDebugMode || recordCount !== undefined ? Number.POSITIVE_INFINITY : runMillisOf(load),
    ...(recordCount === undefined ? {} : { records: recordCount }),
    passes: runInDebugMode ? 1 : Number.POSITIVE_INFINITY
  }
}

/**
 * The chosen plan; in debug mode one user runs every scenario once.
 *
 * @param given without overruled variables
 */
export const choosePlan = (
  settings: RunSettings,
  given: GivenSettings,
  report: ReportProblem,
  wayOf: (name: Name) => string,
  seed: number
): LoadPlan => planOf(settings, chooseLoad(settings, given, report, wayOf), seed)
