/** What is read of a database once before a load and once after it: statements and sizes. */
import {
  activityOfStatements,
  addByText,
  type Statement,
  type StatementActivity
} from "../result/StatementActivity.ts"
import { byGrowth, type DatabaseSizes, type Sized, sumOf } from "../result/DatabaseSizes.ts"
import { plural } from "../result/numberFormat.ts"

/** `pg_stat_statements`. */
export interface StatementCounters {
  /** By the hash of the text, because cut texts may be equal. */
  readonly statements: ReadonlyMap<string, Statement>
  /** The time of the last reset of all statements; `null` before PostgreSQL 14. */
  readonly resetAt: string | null
  /** How often statements were evicted to make room; `null` before PostgreSQL 14. */
  readonly evictions: number | null
}

/** A table or an index, with all of its partitions. */
export interface SizeOf {
  readonly kind: "table" | "index"
  readonly name: string
  readonly bytes: number
}

export interface Inspection {
  readonly statements: StatementCounters | undefined
  readonly sizes: { readonly database: number | null; readonly relations: ReadonlyArray<SizeOf> } | undefined
  /** What could not be read, with the reason. */
  readonly missing: ReadonlyArray<string>
}

export const nothingInspected: Inspection = { statements: undefined, sizes: undefined, missing: [] }

const known = (a: number | null, b: number | null): number | null => (a === null || b === null ? null : a - b)

const minus = (after: Statement, before: Statement): Statement => ({
  text: after.text,
  calls: after.calls - before.calls,
  totalMillis: after.totalMillis - before.totalMillis,
  rows: after.rows - before.rows,
  blocksHit: after.blocksHit - before.blocksHit,
  blocksRead: after.blocksRead - before.blocksRead,
  blocksDirtied: after.blocksDirtied - before.blocksDirtied,
  tempBlocks: after.tempBlocks - before.tempBlocks,
  walBytes: known(after.walBytes, before.walBytes)
})

/**
 * The statements between two inspections. A statement with fewer calls than before was evicted or reset, and came back: then
 * all of its calls count, which is less than it had.
 *
 * @returns the activity, and notes about evictions and resets, after which figures are too low
 * @example 40 calls before, 100 after: 60
 */
export const statementsBetween = (
  before: StatementCounters,
  after: StatementCounters
): { readonly activity: StatementActivity; readonly notes: ReadonlyArray<string> } => {
  const isReset = before.resetAt !== after.resetAt
  let returned = 0
  const changed = [...after.statements].map(([id, later]) => {
    const earlier = isReset ? undefined : before.statements.get(id)
    if (earlier === undefined) return later
    if (later.calls >= earlier.calls) return minus(later, earlier)
    returned += 1
    return later
  })
  const evictions = isReset ? 0 : (known(after.evictions, before.evictions) ?? 0)
  const gone = isReset ? 0 : [...before.statements.keys()].filter((id) => !after.statements.has(id)).length
  const lost = returned + gone
  return {
    activity: activityOfStatements(addByText(changed.filter(({ calls }) => calls > 0))),
    notes: [
      ...(isReset ? ["pg_stat_statements: reset during the run; its figures begin with the reset"] : []),
      ...(evictions + lost === 0
        ? []
        : [
            `pg_stat_statements: statements were evicted during the run (${plural(evictions, "eviction")}, ` +
              `${plural(lost, "statement")} lost), so its figures are too low; raise pg_stat_statements.max or use --resetStatistics`
          ])
    ]
  }
}

const sizedOf = (
  kind: SizeOf["kind"],
  before: ReadonlyArray<SizeOf>,
  after: ReadonlyArray<SizeOf>
): ReadonlyArray<Sized> => {
  const ofKind = (all: ReadonlyArray<SizeOf>) => all.filter((one) => one.kind === kind)
  const earlier = new Map(ofKind(before).map(({ bytes, name }) => [name, bytes]))
  return ofKind(after).map(({ bytes, name }) => ({ name, before: earlier.get(name) ?? 0, after: bytes }))
}

const sizesBetween = (
  before: NonNullable<Inspection["sizes"]>,
  after: NonNullable<Inspection["sizes"]>
): DatabaseSizes => {
  const [tables, indexes] = (["table", "index"] as const).map((kind) =>
    sizedOf(kind, before.relations, after.relations)
  )
  return {
    database:
      before.database === null || after.database === null
        ? null
        : { before: before.database, after: after.database },
    allTables: sumOf(tables ?? []),
    allIndexes: sumOf(indexes ?? []),
    tables: byGrowth(tables ?? []),
    indexes: byGrowth(indexes ?? [])
  }
}

/** What changed between two inspections; `null` where one of them lacks it. */
export const inspectedBetween = (
  before: Inspection,
  after: Inspection
): {
  readonly statements: StatementActivity | null
  readonly sizes: DatabaseSizes | null
  readonly notes: ReadonlyArray<string>
} => {
  const statements =
    before.statements && after.statements && statementsBetween(before.statements, after.statements)
  return {
    statements: statements?.activity ?? null,
    sizes: before.sizes && after.sizes ? sizesBetween(before.sizes, after.sizes) : null,
    notes: [...before.missing, ...after.missing, ...(statements?.notes ?? [])]
  }
}
