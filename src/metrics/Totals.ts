/** Everything counted over a period: a slice, a whole run, or the time since a worker's last report. */
import type * as Clock from "effect/Clock"
import * as Schema from "effect/Schema"
import { Failure, type Sample } from "../domain/Sample.ts"
import { type Addable, Counts } from "./Counts.ts"
import { HistogramsByOutcome } from "./LatenciesByOutcome.ts"
import { addStarts, lateStartMillis, noStarts, Starts } from "./Starts.ts"

/** Failures of one kind, with one of them as an example. */
const FailureGroup = Schema.Struct({
  name: Schema.String,
  method: Schema.String,
  failure: Failure,
  count: Schema.Int,
  /** Milliseconds since 1970. */
  firstSeenMillis: Schema.Number,
  lastSeenMillis: Schema.Number
})
export interface FailureGroup extends Schema.Schema.Type<typeof FailureGroup> {}

/** A bug in this program or in a scenario that occurred during the run. */
const DefectGroup = Schema.Struct({ message: Schema.String, trace: Schema.String, count: Schema.Int })
export interface DefectGroup extends Schema.Schema.Type<typeof DefectGroup> {}

const Count = Schema.NonNegativeInt

/** Totals as a message between threads: complete, with every bucket of the histograms. */
export const Counted = Schema.Struct({
  /** By name, then method. */
  rows: Schema.Array(
    Schema.Struct({
      name: Schema.String,
      method: Schema.String,
      requests: Count,
      failures: Count,
      expectedFailures: Count,
      succeeded: Schema.Struct({ create: Count, update: Count, delete: Count }),
      rolledBack: Count,
      refused: Count,
      unknown: Count,
      rowsRead: Count,
      sentBytes: Count,
      receivedBytes: Count,
      latenciesByOutcome: HistogramsByOutcome,
      servicesByOutcome: Schema.optional(HistogramsByOutcome)
    })
  ),
  failures: Schema.Array(FailureGroup),
  defects: Schema.Array(DefectGroup),
  starts: Starts,
  /** Records that had a verdict, in a load of a number of records; else 0. */
  judgedRecords: Count
})
export interface Counted extends Schema.Schema.Type<typeof Counted> {}

/** Maximum number of failure groups; further ones are counted together, one group per kind, so that memory stays bounded. */
export const maxFailureGroups = 1000

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

const identityOf = ({ failure, method, name }: FailureGroup): string => {
  const { index, kind, op, problemType, resource, status } = failure
  return JSON.stringify([name, method, kind, status, op, resource, index, problemType])
}

/** No request has an empty name, neither by its scenario nor by a text of the server. */
const isOther = ({ name }: FailureGroup): boolean => name === ""

const otherFailures = (group: FailureGroup): FailureGroup => ({
  ...group,
  name: "",
  method: "",
  failure: {
    kind: group.failure.kind,
    status: null,
    op: null,
    resource: null,
    index: null,
    problemType: "other",
    example: `more than ${maxFailureGroups} different kinds of failure; the further ones are counted here`
  }
})

/** Identifies a kind of request. */
export const keyOf = ({ method, name }: { readonly method: string; readonly name: string }): string =>
  `${method} ${name}`

export class Totals {
  /** By name, then method: to look for a text that joins both would cost more than to count the request. */
  private readonly rows = new Map<string, Map<string, Counts>>()
  private readonly failures = new Map<string, Mutable<FailureGroup>>()
  private readonly defects = new Map<string, Mutable<DefectGroup>>()
  private starts = noStarts
  private judgedRecords = 0

  constructor(private readonly clock: Clock.Clock) {}

  record(sample: Sample): void {
    this.rowOf(sample).record(sample)
    if (sample.outcome._tag !== "Failed") return
    const { method, name, outcome } = sample
    const now = this.clock.unsafeCurrentTimeMillis()
    const seen = { firstSeenMillis: now, lastSeenMillis: now }
    this.addFailure({ name, method, failure: outcome.failure, count: 1, ...seen })
  }

  recordStart(lateMillis: number): void {
    const late = lateMillis > lateStartMillis ? 1 : 0
    const maxLateMillis = Math.max(0, lateMillis)
    this.starts = addStarts(this.starts, { count: 1, late, maxLateMillis, dropped: 0 })
  }

  recordJudged(records: number): void {
    this.judgedRecords += records
  }

  recordDropped(count: number): void {
    this.starts = { ...this.starts, dropped: this.starts.dropped + count }
  }

  recordDefect(message: string, trace: string): void {
    this.addDefect({ message, trace, count: 1 })
  }

  /** The result is the same as if all had been counted here, up to the maximum number of failure groups. */
  add({ defects, failures, judgedRecords, rows, starts }: Counted): void {
    this.judgedRecords += judgedRecords
    for (const row of rows) this.rowOf(row).add(row)
    for (const group of failures) this.addFailure(group)
    for (const group of defects) this.addDefect(group)
    this.starts = addStarts(this.starts, starts)
  }

  /** The current counts; the rows continue to change. */
  counted(): { readonly rows: ReadonlyArray<Counts> } & Counted {
    return {
      rows: [...this.rows.values()]
        .flatMap((methods) => [...methods.values()])
        .sort((a, b) => (a.name === b.name ? (a.method < b.method ? -1 : 1) : a.name < b.name ? -1 : 1)),
      failures: [...this.failures.values()],
      defects: [...this.defects.values()],
      starts: this.starts,
      judgedRecords: this.judgedRecords
    }
  }

  private rowOf({ method, name }: Pick<Addable, "name" | "method">): Counts {
    const methods = this.rows.get(name)
    const known = methods?.get(method)
    if (known !== undefined) return known
    const row = new Counts(name, method)
    if (methods === undefined) this.rows.set(name, new Map([[method, row]]))
    else methods.set(method, row)
    return row
  }

  private addFailure(group: FailureGroup): void {
    const key = identityOf(group)
    const known = this.failures.get(key)
    if (known !== undefined) {
      known.count += group.count
      known.firstSeenMillis = Math.min(known.firstSeenMillis, group.firstSeenMillis)
      known.lastSeenMillis = Math.max(known.lastSeenMillis, group.lastSeenMillis)
    } else if (this.failures.size >= maxFailureGroups && !isOther(group))
      this.addFailure(otherFailures(group))
    else this.failures.set(key, { ...group })
  }

  private addDefect(group: DefectGroup): void {
    const known = this.defects.get(group.message)
    if (known === undefined) this.defects.set(group.message, { ...group })
    else known.count += group.count
  }
}
