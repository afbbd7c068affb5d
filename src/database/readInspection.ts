/** Reads statements and sizes, once before a load and once after it. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { figure } from "../result/numberFormat.ts"
import type { ReadingFailed } from "./DatabaseReader.ts"
import type { Inspection, StatementCounters } from "./Inspection.ts"
import {
  DatabaseSizeRow,
  databaseSizeQuery,
  EvictionsRow,
  evictionsUnknown,
  evictionsQuery,
  ExtensionRow,
  extensionQuery,
  hiddenStatements,
  maxRead,
  notInstalled,
  resetQuery,
  SizeRow,
  sizesOf,
  sizesQuery,
  StatementRow,
  statementsAdvice,
  statementsOf,
  statementsQuery
} from "./inspectionQueries.ts"

/** Reads views, and collects what is missing. */
export interface ViewReader {
  readonly missing: Array<string>
  /**
   * The rows of a view; `undefined`, with a note in `missing`, if it cannot be read.
   *
   * @param advised adds to the server's reason what to do
   */
  readonly rows: <A, I>(
    name: string,
    statement: string,
    row: Schema.Schema<A, I>,
    advised?: (reason: string) => string
  ) => Effect.Effect<ReadonlyArray<A> | undefined, ReadingFailed>
}

/** The statements of the database; reset before if that was asked for. */
const readStatements = (
  { missing, rows }: ViewReader,
  resetsStatistics: boolean
): Effect.Effect<StatementCounters | undefined, ReadingFailed> =>
  Effect.gen(function* () {
    const name = "pg_stat_statements"
    const extensions = yield* rows("pg_extension", extensionQuery, ExtensionRow)
    const [extension] = extensions ?? []
    if (extension === undefined) {
      if (extensions !== undefined) missing.push(notInstalled)
      return undefined
    }
    if (resetsStatistics) {
      yield* rows(`${name} was not reset`, resetQuery(extension.schema), Schema.Unknown)
    }
    const found = yield* rows(name, statementsQuery(extension.schema), StatementRow, statementsAdvice)
    if (found === undefined) return undefined
    if (found.length > maxRead) {
      missing.push(`${name}: more than ${figure(maxRead)} statements; --resetStatistics empties it`)
      return undefined
    }
    missing.push(...hiddenStatements(found))
    if (!extension.countsEvictions) {
      missing.push(evictionsUnknown)
      return statementsOf(found, undefined)
    }
    const [info] = (yield* rows(`evictions of ${name}`, evictionsQuery(extension.schema), EvictionsRow)) ?? []
    return statementsOf(found, info)
  })

/** @param resetsStatistics empties `pg_stat_statements` before it is read */
export const readInspection = (
  views: ViewReader,
  resetsStatistics: boolean
): Effect.Effect<Inspection, ReadingFailed> =>
  Effect.gen(function* () {
    const statements = yield* readStatements(views, resetsStatistics)
    const relations = yield* views.rows("sizes of tables", sizesQuery, SizeRow)
    const [database] = (yield* views.rows("size of the database", databaseSizeQuery, DatabaseSizeRow)) ?? []
    return { statements, sizes: relations && sizesOf(relations, database), missing: views.missing }
  })
