/** A limit that a run has to keep, as people write it: `latency.p95 < 500ms`, `students-batch-10.failures.ratio < 1%`. */
import * as Either from "effect/Either"

/** In what a figure is counted: milliseconds, a share of 1, a number, a number per second. */
export type Dimension = "ms" | "ratio" | "count" | "perSecond"

/** Every figure that can be limited, named as in `summary.json`. */
export const figures = {
  "latency.min": "ms",
  "latency.mean": "ms",
  "latency.p50": "ms",
  "latency.p90": "ms",
  "latency.p95": "ms",
  "latency.p99": "ms",
  "latency.p999": "ms",
  "latency.max": "ms",
  "requests.total": "count",
  "requests.perSecond": "perSecond",
  "failures.count": "count",
  "failures.ratio": "ratio",
  "operations.succeeded": "count",
  "operations.perSecond": "perSecond",
  "operations.rolledBack": "count",
  "operations.refused": "count",
  "operations.unknown": "count"
} as const satisfies Record<string, Dimension>

export type FigureName = keyof typeof figures

const isFigureName = (text: string): text is FigureName => Object.hasOwn(figures, text)

/** Every name, in the order of the table. */
export const figureNames: ReadonlyArray<FigureName> = Object.keys(figures).filter(isFigureName)

const operators = ["<=", ">=", "<", ">"] as const
export type Operator = (typeof operators)[number]

export interface Threshold {
  /** As it was written, without blanks around it. */
  readonly expression: string
  /** The request name that it is about; all requests when left out. */
  readonly name: string | undefined
  readonly figure: FigureName
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

/** The expression, and below it a mark at the character that is wrong. */
export const pointAt = (text: string, { at, expected }: Mistake): string =>
  `${text}\n${" ".repeat(at)}^ expected ${expected}`

const units: Record<Dimension, Readonly<Record<string, number>>> = {
  ms: { "": 1, us: 0.001, ms: 1, s: 1000, min: 60_000 },
  ratio: { "": 1, "%": 0.01 },
  count: { "": 1 },
  perSecond: { "": 1, "/s": 1 }
}

const groups = [...new Set(figureNames.map((name) => name.split(".")[0] ?? ""))]

/** The figure that a text ends with, and what comes before it. */
export const readFigure = (
  text: string
): Either.Either<{ readonly name: string | undefined; readonly figure: FigureName }, Mistake> => {
  const whole = figureNames.find((name) => text === name)
  if (whole !== undefined) return Either.right({ name: undefined, figure: whole })
  const last = figureNames.find((name) => text.endsWith(`.${name}`))
  if (last !== undefined && text.length > last.length + 1) {
    return Either.right({ name: text.slice(0, -last.length - 1), figure: last })
  }
  // Whoever wrote `latency.p96` is told what there is of latency, at the p.
  for (const group of groups) {
    const found = new RegExp(`(?:^|\\.)${group}\\.`, "g")
    const at = [...text.matchAll(found)].at(-1)
    if (at !== undefined) {
      const known = figureNames.filter((name) => name.startsWith(`${group}.`))
      const statistics = known.map((name) => name.slice(group.length + 1)).join(", ")
      return Either.left({ at: at.index + at[0].length, expected: `one of ${statistics}` })
    }
  }
  return Either.left({ at: 0, expected: `a figure: ${figureNames.join(", ")}` })
}

/**
 * Reads a threshold.
 *
 * @example parseThreshold("latency.p95 < 500ms") // { figure: "latency.p95", operator: "<", bound: 500, ... }
 * @example parseThreshold("latency.p95 < 5x") // at 15, expected us, ms, s, min
 */
export const parseThreshold = (text: string): Either.Either<Threshold, Mistake> =>
  Either.gen(function* () {
    const start = text.length - text.trimStart().length
    const operatorAt = text.search(/[<>]/)
    const left = text.slice(0, operatorAt < 0 ? undefined : operatorAt).trim()
    const { figure, name } = yield* Either.mapLeft(readFigure(left), ({ at, expected }) => ({
      at: start + at,
      expected
    }))
    const operator = operators.find((each) => operatorAt >= 0 && text.startsWith(each, operatorAt))
    if (operator === undefined) {
      return yield* Either.left({ at: start + left.length, expected: "<, <=, > or >=" })
    }
    const rest = operatorAt + operator.length
    const numberAt = rest + text.slice(rest).length - text.slice(rest).trimStart().length
    const [digits] = /^\d+(?:\.\d+)?/.exec(text.slice(numberAt)) ?? []
    if (digits === undefined) return yield* Either.left({ at: numberAt, expected: "a number" })
    const afterNumber = text.slice(numberAt + digits.length)
    const unit = afterNumber.trim()
    const known = units[figures[figure]]
    const factor = Object.hasOwn(known, unit) ? known[unit] : undefined
    if (factor === undefined) {
      const at = numberAt + digits.length + afterNumber.length - afterNumber.trimStart().length
      const names = Object.keys(known).filter((each) => each !== "")
      return yield* Either.left({
        at,
        expected: [...names, "nothing more"].join(", ").replace(/, (?=[^,]*$)/, " or ")
      })
    }
    const bound = Number((Number(digits) * factor).toPrecision(15))
    return { expression: text.trim(), name, figure, operator, bound }
  })

/** Whether a value keeps a threshold; one that could not be measured does not. */
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
