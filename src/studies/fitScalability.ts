/** Fits the Universal Scalability Law to measured throughput. */
import { rounded } from "../metrics/rounded.ts"
import {
  maxExtrapolation,
  peakUsers,
  type Scalability,
  type ScalabilityFit,
  throughputAt
} from "../result/ScalabilityLaw.ts"

export interface ThroughputPoint {
  /** Concurrent users, >= 1. */
  readonly users: number
  /** > 0. */
  readonly operationsPerSecond: number
}

/** With fewer points, three parameters would fit almost anything. */
const minPoints = 5

/** A worse fit says nothing about the server. */
const minRSquared = 0.9

/** Coefficients of N / X(N) = a + b (N - 1) + c N (N - 1), which is linear: a = 1 / lambda, b = sigma / lambda, ... */
type Coefficients = readonly [a: number, b: number, c: number]

type Row = readonly [number, number, number]

const termsOf = (users: number): Row => [1, users - 1, users * (users - 1)]

const dot = (a: Row, b: Row): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2]

const times = (row: Row, factor: number): Row => [row[0] * factor, row[1] * factor, row[2] * factor]

const cross = (a: Row, b: Row): Row => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0]
]

/**
 * Minimizes the sum of squares of `rows` x - 1. Columns are scaled to length 1, because N (N - 1) is larger than 1
 * by many orders of magnitude. `undefined` if the columns depend on each other, as those of few numbers of users do.
 */
const leastSquares = (rows: ReadonlyArray<Row>): Coefficients | undefined => {
  const sum = (of: (row: Row) => number) => rows.reduce((all, row) => all + of(row), 0)
  const norm = (column: 0 | 1 | 2) => Math.sqrt(sum((row) => row[column] ** 2))
  const norms: Row = [norm(0), norm(1), norm(2)]
  if (!norms.every((each) => each > 0 && Number.isFinite(each))) return undefined
  const cosine = (i: 0 | 1 | 2, j: 0 | 1 | 2) => sum((row) => (row[i] * row[j]) / norms[i] / norms[j])
  const right = (i: 0 | 1 | 2) => sum((row) => row[i] / norms[i])
  const [first, second, third]: readonly [Row, Row, Row] = [
    [1, cosine(0, 1), cosine(0, 2)],
    [cosine(0, 1), 1, cosine(1, 2)],
    [cosine(0, 2), cosine(1, 2), 1]
  ]
  const determinant = dot(first, cross(second, third))
  if (!(Math.abs(determinant) > 1e-14)) return undefined
  const sides: Row = [right(0), right(1), right(2)]
  // Cramer's rule: the matrix is symmetric.
  return [
    dot(sides, cross(second, third)) / determinant / norms[0],
    dot(first, cross(sides, third)) / determinant / norms[1],
    dot(first, cross(second, sides)) / determinant / norms[2]
  ]
}

const scalabilityOf = ([a, b, c]: Coefficients): Scalability => ({
  perUser: 1 / a,
  contention: b / a,
  coherency: c / a
})

/**
 * Coefficients with the least squared relative errors, measured throughput divided by predicted: slices of a point differ
 * by a share of its rate, not by a number of operations. X / (N / (a + b (N - 1) + c N (N - 1))) = 1 is linear in a, b and c.
 */
const coefficientsOf = (points: ReadonlyArray<ThroughputPoint>): Coefficients | undefined =>
  leastSquares(
    points.map(({ operationsPerSecond, users }) => times(termsOf(users), operationsPerSecond / users))
  )

/** The share of the variance of throughput that the law explains; `undefined` if throughput does not vary. */
const rSquaredOf = (law: Scalability, points: ReadonlyArray<ThroughputPoint>): number | undefined => {
  const mean = points.reduce((sum, point) => sum + point.operationsPerSecond, 0) / points.length
  const squares = (of: (point: ThroughputPoint) => number) =>
    points.reduce((sum, point) => sum + (point.operationsPerSecond - of(point)) ** 2, 0)
  const total = squares(() => mean)
  return total > 0 ? 1 - squares(({ users }) => throughputAt(law, users)) / total : undefined
}

/** Computed parameters of 0 may be this far below it. */
const tolerance = 1e-9

/** Rounded down, so that 0.899 does not look like the limit. */
const belowLimit = (rSquared: number): string => (Math.floor(100 * rSquared) / 100).toFixed(2)

const notFitted = (reason: string): ScalabilityFit => ({ _tag: "NotFitted", reason })

/**
 * The law through the points, if it describes them: at least five points, both parameters at least 0, and R squared at
 * least 0.9.
 *
 * @param points each number of users once
 * @example points of 1, 2, 4, 8 and 16 users with 100, 181.8, 291.3, 339 and 225.4 operations per second: 100 per user, contention
 * 0.05, coherency 0.02, peak at 6.9 users
 */
export const fitScalability = (points: ReadonlyArray<ThroughputPoint>): ScalabilityFit => {
  if (points.length < minPoints) {
    return notFitted(
      `it takes at least ${minPoints} numbers of users with a valid result, and ${points.length} had one`
    )
  }
  const sorted = points.toSorted((a, b) => a.users - b.users)
  const coefficients = coefficientsOf(sorted)
  if (coefficients === undefined || !(coefficients[0] > 0)) return notFitted("no curve of its kind fits")
  const fitted = scalabilityOf(coefficients)
  if (fitted.contention < -tolerance || fitted.coherency < -tolerance) {
    const negative = fitted.contention < -tolerance ? "contention" : "coherency"
    return notFitted(`it would fit only with a negative ${negative}, which no server has`)
  }
  const law = {
    perUser: Number(fitted.perUser.toPrecision(6)),
    contention: Number(Math.max(0, fitted.contention).toPrecision(6)),
    coherency: Number(Math.max(0, fitted.coherency).toPrecision(6))
  }
  const rSquared = rSquaredOf(law, sorted)
  if (rSquared === undefined || rSquared < minRSquared) {
    const explained =
      rSquared === undefined ? "throughput did not vary" : `R² is only ${belowLimit(rSquared)}`
    return notFitted(`it does not describe these points: ${explained}`)
  }
  const atPeak = peakUsers(law)
  return {
    _tag: "Fitted",
    ...law,
    rSquared: rounded(rSquared, 4),
    peak:
      atPeak <= maxExtrapolation * (sorted.at(-1)?.users ?? 0)
        ? { users: rounded(atPeak, 2), operationsPerSecond: rounded(throughputAt(law, atPeak), 3) }
        : null,
    residuals: sorted.map(({ operationsPerSecond, users }) => ({
      users,
      operationsPerSecond: rounded(operationsPerSecond - throughputAt(law, users), 3)
    }))
  }
}
