/** A limit for a figure of a run, and its notation: `latency.p95 < 500ms`, `students-batch-10.failures.ratio < 1%`. */
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"

/** The unit of a figure: milliseconds, seconds, a share of 1, a number, a number per second. */
export const Dimension = Schema.Literal("ms", "seconds", "ratio", "count", "perSecond")
export type Dimension = typeof Dimension.Type

/** The latencies and service times, named as in `summary.json`. */
export const timeFigures = {
  "latency.min": "ms",
  "latency.mean": "ms",
  "latency.p50": "ms",
  "latency.p90": "ms",
  "latency.p95": "ms",
  "latency.p99": "ms",
  "latency.p999": "ms",
  "latency.max": "ms",
  "service.min": "ms",
  "service.mean": "ms",
  "service.p50": "ms",
  "service.p90": "ms",
  "service.p95": "ms",
  "service.p99": "ms",
  "service.p999": "ms",
  "service.max": "ms"
} as const satisfies Record<string, Dimension>

export type TimeName = keyof typeof timeFigures

const isKnownTime = (text: string): text is TimeName => Object.hasOwn(timeFigures, text)

/** In the order of the table. */
export const timeNames: ReadonlyArray<TimeName> = Object.keys(timeFigures).filter(isKnownTime)

/** Every figure of requests, named as in `summary.json`; runs are compared by them. */
export const figures = {
  ...timeFigures,
  "starts.dropped": "count",
  "requests.total": "count",
  "requests.perSecond": "perSecond",
  "failures.count": "count",
  "failures.ratio": "ratio",
  "operations.succeeded": "count",
  "operations.perSecond": "perSecond",
  "operations.rolledBack": "count",
  "operations.refused": "count",
  "operations.unknown": "count",
  "rows.read": "count",
  "rows.perSecond": "perSecond"
} as const satisfies Record<string, Dimension>

export type FigureName = keyof typeof figures

const isFigureName = (text: string): text is FigureName => Object.hasOwn(figures, text)

/** Every name, in the order of the table. */
export const figureNames: ReadonlyArray<FigureName> = Object.keys(figures).filter(isFigureName)

/** Figures of the server, which a run has with `--databaseUrl` and `--watch`. */
const serverFigures = {
  "database.blockedSeconds": "seconds",
  "database.longestTransactionSeconds": "seconds",
  "process.memoryGrowth": "ratio"
} as const satisfies Record<string, Dimension>

/** Every figure that a threshold can limit. */
export const limitable = { ...figures, ...serverFigures } as const

export type LimitableName = keyof typeof limitable

const isLimitableName = (text: string): text is LimitableName => Object.hasOwn(limitable, text)

const limitableNames: ReadonlyArray<LimitableName> = Object.keys(limitable).filter(isLimitableName)

/** Figures of the whole run only: an iteration that was dropped has no request name. */
const ofRunAlone: ReadonlySet<LimitableName> = new Set<LimitableName>([
  "starts.dropped",
  "database.blockedSeconds",
  "database.longestTransactionSeconds",
  "process.memoryGrowth"
])

/** What a figure of the server needs; `undefined` for figures of requests. */
export const sourceOf = (name: LimitableName): "database" | "process" | undefined => {
  if (name.startsWith("database.")) return "database"
  return name.startsWith("process.") ? "process" : undefined
}

/** Whether a figure exists for each request name, and not only for all requests. */
export const isByName = (name: LimitableName): boolean => !ofRunAlone.has(name)

/** Whether a figure is a latency or a service time. */
export const isTimeName = (name: LimitableName): name is TimeName => isKnownTime(name)

const operators = ["<=", ">=", "<", ">"] as const
export type Operator = (typeof operators)[number]

export interface Threshold {
  /** As it was written, without blanks around it. */
  readonly expression: string
  /** The request name that it limits, of `process` the label of `--watch`; all of them if undefined. */
  readonly name: string | undefined
  readonly figure: LimitableName
  readonly operator: Operator
  /** In the figure's dimension: 500 for `500ms`, 0.01 for `1%`. */
  readonly bound: number
}

/** Where an expression is wrong. */
export interface Mistake {
  /** 0-based position of the character. */
  readonly at: number
  readonly expected: string
}

/**
 * The expression in one line, and below it a mark at the character that is wrong.
 *
 * @param indent prefix of both lines
 */
export const pointAt = (text: string, { at, expected }: Mistake, indent = ""): string => {
  const line = text.replaceAll(/[^\P{Cc}\t]/gu, " ")
  // Tabs stay, so that the mark is below its character however wide they are.
  const before = line.slice(0, at).replaceAll(/[^\t]/gu, " ")
  return `${indent}${line}\n${indent}${before}^ expected ${expected}`
}

const units: Record<Dimension, Readonly<Record<string, number>>> = {
  ms: { "": 1, us: 0.001, ms: 1, s: 1000, min: 60_000 },
  seconds: { "": 1, ms: 0.001, s: 1, min: 60 },
  ratio: { "": 1, "%": 0.01 },
  count: { "": 1 },
  perSecond: { "": 1, "/s": 1 }
}

/** A figure, and the name before it. */
interface NamedFigure<Name extends LimitableName> {
  readonly name: string | undefined
  readonly figure: Name
}

/** @param known the figures that a text may end with */
const readOneOf = <Name extends LimitableName>(
  known: ReadonlyArray<Name>,
  text: string
): Either.Either<NamedFigure<Name>, Mistake> => {
  const whole = known.find((name) => text === name)
  if (whole !== undefined) return Either.right({ name: undefined, figure: whole })
  const last = known.find((name) => text.endsWith(`.${name}`))
  if (last !== undefined) {
    const name = text.slice(0, -last.length - 1)
    if (!isByName(last) && sourceOf(last) !== "process")
      return Either.left({ at: 0, expected: `${last} alone, which is of the whole run` })
    return name === ""
      ? Either.left({ at: 0, expected: "a request name before the dot, or no dot" })
      : Either.right({ name, figure: last })
  }
  // For `latency.p96`, the mistake is at the p, and the message lists the figures of latency.
  for (const group of new Set(known.map((name) => name.split(".")[0] ?? ""))) {
    const found = new RegExp(`(?:^|\\.)${group}\\.`, "g")
    const at = [...text.matchAll(found)].at(-1)
    if (at !== undefined) {
      const ofGroup = known.filter((name) => name.startsWith(`${group}.`))
      const statistics = ofGroup.map((name) => name.slice(group.length + 1)).join(", ")
      return Either.left({ at: at.index + at[0].length, expected: `one of ${statistics}` })
    }
  }
  return Either.left({ at: 0, expected: `a figure: ${known.join(", ")}` })
}

/**
 * The figure of requests that a text ends with, and the request name before it.
 *
 * @example readFigure("students-batch-10.latency.p99") // { name: "students-batch-10", figure: "latency.p99" }
 */
export const readFigure = (text: string): Either.Either<NamedFigure<FigureName>, Mistake> =>
  readOneOf(figureNames, text)

/** The same for every figure that a threshold can limit. */
const readLimitable = (text: string): Either.Either<NamedFigure<LimitableName>, Mistake> =>
  readOneOf(limitableNames, text)

/** The position of the next character that is not blank. */
const afterBlanks = (text: string, from: number): number => {
  const found = text.slice(from).search(/\S/)
  return found < 0 ? text.length : from + found
}

/** The first of some characters that follows a figure; a request name may contain them as well. */
const firstAfterFigure = (text: string, characters: RegExp): number | undefined =>
  [...text.matchAll(characters)]
    .map(({ index }) => index)
    .find((at) => Either.isRight(readLimitable(text.slice(0, at).trim())))

/** Fails with the mistake in a text without a figure before an operator. */
const noOperator = (text: string): Either.Either<never, Mistake> =>
  Either.gen(function* () {
    const figureEnds = firstAfterFigure(text, /[\s=!~]|$/g)
    if (figureEnds === undefined) {
      const start = afterBlanks(text, 0)
      const operatorAt = text.search(/[<>]/)
      const left = text.slice(0, operatorAt < 0 ? undefined : operatorAt).trim()
      yield* Either.mapLeft(readLimitable(left), ({ at, expected }) => ({ at: start + at, expected }))
    }
    const at = afterBlanks(text, figureEnds ?? text.length)
    return yield* Either.left({ at, expected: "<, <=, > or >=" })
  })

/**
 * A number and its unit, from a position of a text to its end.
 *
 * @param units the units that may follow the number, `""` for none
 * @example readNumber("p95 +10%", 5, { "%": 0.01 }) // { at: 5, number: 10, unit: 0.01 }
 */
export const readNumber = <A>(
  text: string,
  from: number,
  units: Readonly<Record<string, A>>
): Either.Either<{ readonly at: number; readonly number: number; readonly unit: A }, Mistake> => {
  const at = afterBlanks(text, from)
  const [digits] = /^\d+(?:\.\d+)?/.exec(text.slice(at)) ?? []
  if (digits === undefined) return Either.left({ at, expected: "a number such as 500 or 0.5" })
  const unitAt = afterBlanks(text, at + digits.length)
  const name = text.slice(unitAt).trim()
  const unit = Object.hasOwn(units, name) ? units[name] : undefined
  if (unit !== undefined) return Either.right({ at, number: Number(digits), unit })
  const names = Object.keys(units).filter((each) => each !== "")
  const accepted = Object.hasOwn(units, "") ? [...names, "nothing more"] : names
  return Either.left({ at: unitAt, expected: accepted.join(", ").replace(/, (?=[^,]*$)/, " or ") })
}

/**
 * Reads a threshold: an optional request name, a figure, an operator and a bound. If a text can be read in two ways, the
 * shortest left side is used, and a figure without a name is that of all requests, whatever the requests are named.
 *
 * @example parseThreshold("latency.p95 < 500ms") // { figure: "latency.p95", operator: "<", bound: 500, ... }
 * @example parseThreshold("latency.p95 < 5x") // at 15, expected us, ms, s, min or nothing more
 */
export const parseThreshold = (text: string): Either.Either<Threshold, Mistake> =>
  Either.gen(function* () {
    const operatorAt = firstAfterFigure(text, /[<>]/g)
    const operator = operators.find((each) => operatorAt !== undefined && text.startsWith(each, operatorAt))
    if (operatorAt === undefined || operator === undefined) return yield* noOperator(text)
    const { figure, name } = yield* readLimitable(text.slice(0, operatorAt).trim())
    const { at, number, unit } = yield* readNumber(
      text,
      operatorAt + operator.length,
      units[limitable[figure]]
    )
    // 0.3 % is 0.003 and not 0.0030000000000000001, which a ratio of exactly that would be below.
    const bound = Number((number * unit).toPrecision(15))
    if (!Number.isFinite(bound)) return yield* Either.left({ at, expected: "a smaller number" })
    return { expression: text.trim(), name, figure, operator, bound }
  })

/**
 * The comma-separated expressions of a text. A comma may also be part of a request name: everything before an operator
 * belongs to its expression, unless it is a figure without an operator.
 *
 * @example splitThresholds("latency.p95 < 500ms, failures.ratio < 1%") // two
 * @example splitThresholds("GET /a,b.latency.p95 < 1s") // one
 */
export const splitThresholds = (text: string): ReadonlyArray<string> => {
  const expressions: Array<string> = []
  let begun: string | undefined
  for (const part of text.split(",")) {
    const sofar: string = begun === undefined ? part : `${begun},${part}`
    begun = undefined
    if (/[<>]/.test(part) || Either.isRight(readLimitable(sofar.trim()))) expressions.push(sofar)
    else if (sofar.trim() !== "") begun = sofar
  }
  if (begun !== undefined) expressions.push(...begun.split(","))
  return expressions.map((each) => each.trim()).filter((each) => each !== "")
}

/** Whether a value keeps a threshold; a value that could not be measured does not. */
export const keeps = ({ bound, operator }: Threshold, value: number | null): boolean => {
  if (value === null) return false
  switch (operator) {
    case "<":
      return value < bound
    case "<=":
      return value <= bound
    case ">":
      return value > bound
    case ">=":
      return value >= bound
  }
}

/**
 * Whether a value is further from keeping a threshold than another: the larger one if the threshold has an upper bound,
 * the smaller one if it has a lower bound.
 *
 * @example isWorse({ operator: "<" }, 300, 1) // true
 */
export const isWorse = ({ operator }: Pick<Threshold, "operator">, value: number, than: number): boolean =>
  operator === "<" || operator === "<=" ? value > than : value < than

/** Figures that can only rise during a run. */
const rising: ReadonlySet<LimitableName> = new Set<LimitableName>([
  "latency.max",
  "service.max",
  ...limitableNames.filter((name) => limitable[name] === "count" || limitable[name] === "seconds")
])

/** Figures that can only fall during a run. */
const falling: ReadonlySet<LimitableName> = new Set<LimitableName>(["latency.min", "service.min"])

/**
 * Whether a threshold ends a run early. Rates, ratios and most latencies rise and fall, and are judged by their current value.
 * Counts and the maximum latency only rise: `requests.total > 1000` may still be kept later, `failures.count < 5` is lost
 * once there are five. A value that was not measured yet ends no run; at its end the threshold is not kept.
 */
export const endsRun = (threshold: Threshold, value: number | null): boolean => {
  if (value === null || keeps(threshold, value)) return false
  const { figure, operator } = threshold
  const wantsMore = operator === ">" || operator === ">="
  return !(wantsMore ? rising : falling).has(figure)
}
