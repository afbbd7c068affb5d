/** Which load was asked for: users, users that come and go, or arrivals; what belongs to another one is refused. */
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
import { Switch } from "./flagSchemas.ts"

/** The most iterations under way at once in the open model, unless `clientCount` is given. */
export const maxUsersByDefault = 1000

/** The load that was chosen. */
interface ChosenLoad {
  /** Users; in the open model the most iterations under way at once. */
  readonly clientCount: number
  readonly runTimeInMinutes: number
  /** There in the open model, unless `stages` has the rates. */
  readonly arrivalRate: number | undefined
  readonly stages: LoadStages | undefined
}

type Name = keyof RunSettings

interface Exclusion {
  readonly one: Name
  readonly others: ReadonlyArray<Name>
  /** Completes "cannot be combined with --one: ". */
  readonly why: string
}

/** Of what nothing but the open model has. */
export const onlyWithArrivals = "means nothing without --arrivalRate, or --stages of rates such as 30s:10/s"

const dueTimes = "iterations begin when they are due"

const exclusionsFor = (of: LoadStages["of"] | undefined): ReadonlyArray<Exclusion> => [
  { one: "arrivalRate", others: ["stages"], why: "both give the rate" },
  { one: "arrivalRate", others: ["spawnRate", "minWait", "maxWait"], why: dueTimes },
  { one: "arrivalRate", others: ["runInDebugMode"], why: "debug mode is one pass of one user" },
  { one: "stages", others: ["runTimeInMinutes"], why: "their times add up to that of the run" },
  { one: "stages", others: ["runInDebugMode"], why: "debug mode is one pass of one user" },
  ...(of === "arrivals"
    ? [{ one: "stages", others: ["spawnRate", "minWait", "maxWait"], why: dueTimes } as const]
    : []),
  ...(of === "users"
    ? [
        {
          one: "stages",
          others: ["clientCount", "spawnRate"],
          why: "they say how many users there are when"
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

/** Whether the open model was asked for, also by what cannot be used: that alone is then what is wrong. */
export const isOpenModel = (given: GivenSettings): boolean => {
  const stages = readStages(given)
  return (
    given["arrivalRate"] !== undefined ||
    (stages !== undefined &&
      Either.match(stages, { onLeft: () => true, onRight: ({ of }) => of === "arrivals" }))
  )
}

/** A switch that is off excludes nothing. */
const isSet = (given: GivenSettings, name: Name): boolean => {
  const text = textOf(given, name)
  if (name !== "runInDebugMode" || text === undefined) return text !== undefined
  return Option.getOrElse(Schema.decodeOption(Switch)(text), () => false)
}

const conflictsIn = (given: GivenSettings) => {
  const stages = readStages(given)
  const of = stages === undefined || Either.isLeft(stages) ? undefined : stages.right.of
  return exclusionsFor(of).flatMap(({ one, others, why }) =>
    others.filter((other) => isSet(given, one) && isSet(given, other)).map((other) => ({ one, other, why }))
  )
}

/**
 * A flag wins over a variable, also over one that it cannot be combined with: who has `SPAWN_RATE` in `.env` can use
 * `--arrivalRate`, and who has `PERF_ARRIVAL_RATE` there `--spawnRate`.
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
 * @param given without what was overruled
 * @param wayOf names a setting as it was given: `--stages`, `PERF_STAGES (--stages)`
 */
const chooseLoad = (
  settings: RunSettings,
  given: GivenSettings,
  report: ReportProblem,
  wayOf: (name: Name) => string
): ChosenLoad => {
  for (const { one, other, why } of conflictsIn(given)) {
    report(other, `cannot be combined with ${wayOf(one)}: ${why}`)
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

/** The iterations that are due per second, over time, in the open model; nothing in the closed one. */
const arrivalsOf = ({ arrivalRate, runTimeInMinutes, stages }: ChosenLoad): Stages | undefined =>
  arrivalRate === undefined
    ? stages?.of === "arrivals"
      ? stages.stages
      : undefined
    : steady(arrivalRate, Math.round(runTimeInMinutes * 60_000))

type PlanSettings = Pick<
  RunSettings,
  "gracefulStop" | "maxFailRatio" | "maxWait" | "minWait" | "runInDebugMode" | "spawnRate" | "startWithin"
>

const planOf = (settings: PlanSettings, load: ChosenLoad, seed: number): LoadPlan => {
  const { maxFailRatio, maxWait, minWait, runInDebugMode, spawnRate } = settings
  const { clientCount, runTimeInMinutes, stages } = load
  const common = { gracefulStopMillis: Duration.toMillis(settings.gracefulStop), maxFailRatio }
  const waits = { seed, minMillis: minWait, maxMillis: maxWait }
  const arrivals = arrivalsOf(load)
  if (arrivals !== undefined) {
    return {
      _tag: "Arrivals",
      ...common,
      arrivals,
      maxUsers: clientCount,
      startWithinMillis: Duration.toMillis(settings.startWithin),
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
    runMillis: runInDebugMode ? Number.POSITIVE_INFINITY : Math.round(runTimeInMinutes * 60_000),
    passes: runInDebugMode ? 1 : Number.POSITIVE_INFINITY
  }
}

/**
 * The plan that was asked for; debug mode is one user that goes through every scenario once.
 *
 * @param given without what was overruled
 */
export const choosePlan = (
  settings: RunSettings,
  given: GivenSettings,
  report: ReportProblem,
  wayOf: (name: Name) => string,
  seed: number
): LoadPlan => planOf(settings, chooseLoad(settings, given, report, wayOf), seed)
