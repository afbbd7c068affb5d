/** Reads the statistics of PostgreSQL, over one read-only connection that is reopened when it is lost. */
import * as Reactivity from "@effect/experimental/Reactivity"
import * as PgClient from "@effect/sql-pg/PgClient"
import type { Connection } from "@effect/sql/SqlConnection"
import type { SqlError } from "@effect/sql/SqlError"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Predicate from "effect/Predicate"
import type * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Scope from "effect/Scope"
import { loginOf } from "../domain/databaseUrl.ts"
import { rootMessage } from "../domain/rootMessage.ts"
import { DatabaseReader, DatabaseUnreachable, ReadingFailed } from "./DatabaseReader.ts"
import type { Reading, StatisticsView } from "./Reading.ts"
import type { Inspection } from "./Inspection.ts"
import { readInspection, type ViewReader } from "./readInspection.ts"
import { holdersOf, LockRow, locksQuery, longestOf, pairsOf } from "./lockQueries.ts"
import { contentOf, contentQuery, ContentRow } from "./contentBefore.ts"
import {
  CounterRow,
  idleSessionsReport,
  readerMark,
  serverOf,
  Settings,
  settingsQuery,
  TableRow,
  tablesOf,
  tablesQuery,
  viewOf,
  viewQueries
} from "./statistics.ts"
import { SessionRow, sessionsOf, sessionsQuery } from "./sessions.ts"
import { withoutPassword } from "./withoutPassword.ts"

/** Read-only, and with a timeout so that the statements add no load to an overloaded server. */
const sessionSettings = `
  SELECT set_config('default_transaction_read_only', 'on', false), set_config('statement_timeout', '3000', false)`

/** Time limit of a reading and of a connection attempt. */
const timeout = "10 seconds"

/**
 * Whether the server rejected a statement and the connection is still usable. Errors without SQLSTATE and those of the
 * classes connection exception, insufficient resources and operator intervention mean that it is lost.
 */
const isRejection = ({ cause }: SqlError): boolean => {
  const state = Predicate.hasProperty(cause, "code") && typeof cause.code === "string" ? cause.code : ""
  return /^[0-9A-Z]{5}$/.test(state) && !/^(08|53|57P)/.test(state)
}

/** A connection and the settings of its server. */
interface Connected {
  readonly scope: Scope.CloseableScope
  readonly connection: Connection
  readonly settings: Settings
}

/** The state of a reader. */
interface Reader {
  readonly url: Redacted.Redacted
  /** The message of an error, without the password, which a driver or a server may quote. */
  readonly messageOf: (cause: unknown) => string
  current: Connected | undefined
  /** Each statement is a transaction of its own. */
  own: Reading["own"]
  /** The next inspection resets the statistics of statements. */
  resetsStatistics: boolean
}

const failure = ({ messageOf }: Reader, cause: unknown) => new ReadingFailed({ reason: messageOf(cause) })

const countCommit = (reader: Reader): void => {
  reader.own = { ...reader.own, commits: reader.own.commits + 1 }
}

const countRollback = (reader: Reader): void => {
  reader.own = { ...reader.own, rollbacks: reader.own.rollbacks + 1 }
}

/** @example marked("SELECT 1") // "SELECT /* edfi-perf statistics *\/ 1" */
const marked = (statement: string): string => statement.replace(/^\s*\w+/, (verb) => `${verb} ${readerMark}`)

const execute = (reader: Reader, connection: Connection, statement: string) =>
  connection.executeUnprepared(marked(statement), [], undefined).pipe(
    Effect.tap(Effect.sync(() => countCommit(reader))),
    Effect.tapError((error) =>
      Effect.sync(() => {
        if (isRejection(error)) countRollback(reader)
      })
    )
  )

const open = (reader: Reader) =>
  Effect.gen(function* () {
    const client = yield* PgClient.make({
      url: reader.url,
      maxConnections: 1,
      connectTimeout: timeout,
      applicationName: "edfi-perf"
    })
    // A new connection and the start of the client take a transaction each.
    countCommit(reader)
    countCommit(reader)
    const connection = yield* client.reserve
    yield* execute(reader, connection, sessionSettings)
    const [settings] = yield* Effect.flatMap(
      execute(reader, connection, settingsQuery),
      Schema.decodeUnknown(Schema.Tuple(Settings))
    )
    return { connection, settings }
  }).pipe(
    Effect.provide(Reactivity.layer),
    Effect.catchAllDefect(Effect.fail),
    Effect.mapError((cause) => failure(reader, cause))
  )

const connect = (reader: Reader): Effect.Effect<Connected, ReadingFailed> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const opened = yield* restore(Scope.extend(open(reader), scope)).pipe(
        Effect.onError((cause) => Scope.close(scope, Exit.failCause(cause)))
      )
      return (reader.current = { ...opened, scope })
    })
  )

/** Closes the connection in the background: closing a lost one may take long. */
const disconnect = (reader: Reader) =>
  Effect.suspend(() => {
    const lost = reader.current
    reader.current = undefined
    return lost === undefined ? Effect.void : Effect.forkDaemon(Scope.close(lost.scope, Exit.void))
  })

/** Reads views over a connection, and collects what is missing. */
const viewReader = (reader: Reader, { connection }: Connected): ViewReader => {
  const missing: Array<string> = []
  const rows: ViewReader["rows"] = (name, statement, row, advised = (reason) => reason) =>
    execute(reader, connection, statement).pipe(
      Effect.catchIf(isRejection, ({ cause }) => {
        missing.push(`${name}: ${advised(reader.messageOf(cause))}`)
        return Effect.succeed(undefined)
      }),
      Effect.mapError(({ cause }) => failure(reader, cause)),
      Effect.map((found) => {
        if (found === undefined) return undefined
        const decoded = Schema.decodeUnknownEither(Schema.Array(row))(found)
        if (Either.isRight(decoded)) return decoded.right
        missing.push(`${name}: unexpected columns`)
        return undefined
      })
    )
  return { missing, rows }
}

const readAll = (reader: Reader, connected: Connected): Effect.Effect<Reading, ReadingFailed> =>
  Effect.gen(function* () {
    const { settings } = connected
    const { missing, rows } = viewReader(reader, connected)
    // Makes the statistics that are read next include the statements of this session so far.
    if (idleSessionsReport(settings)) {
      yield* rows("pg_stat_force_next_flush", "SELECT pg_stat_force_next_flush()", Schema.Unknown)
    }
    const atMillis = yield* Clock.currentTimeMillis
    const { own } = reader
    const views: Array<StatisticsView> = []
    for (const [name, statement] of viewQueries(settings)) {
      const [found] = (yield* rows(name, statement, CounterRow)) ?? []
      if (found !== undefined) views.push(viewOf(settings, name, found))
    }
    const sessionRows = (yield* rows("pg_stat_activity", sessionsQuery, SessionRow)) ?? []
    const tables = yield* rows("pg_stat_user_tables", tablesQuery, TableRow)
    const sessions = sessionsOf(settings, sessionRows)
    const locks = sessions.blocked === 0 ? [] : yield* rows("pg_locks", locksQuery, LockRow)
    return {
      atMillis,
      views,
      tables: tables && tablesOf(tables),
      own,
      ...sessions,
      pairs: pairsOf(locks ?? []),
      holders: holdersOf(locks ?? []),
      longestTransaction: longestOf(sessionRows),
      missing: [...missing, ...sessions.missing]
    }
  })

const inspectAll = (reader: Reader, connected: Connected): Effect.Effect<Inspection, ReadingFailed> =>
  Effect.suspend(() => {
    const { resetsStatistics } = reader
    reader.resetsStatistics = false
    return readInspection(viewReader(reader, connected), resetsStatistics)
  })

/** One attempt, on the current connection or a new one. */
const attempt = <A>(
  reader: Reader,
  reading: (reader: Reader, connected: Connected) => Effect.Effect<A, ReadingFailed>
): Effect.Effect<A, ReadingFailed> =>
  Effect.flatMap(
    Effect.suspend(() => (reader.current === undefined ? connect(reader) : Effect.succeed(reader.current))),
    (connected) => reading(reader, connected)
  ).pipe(
    // To cancel a statement takes a connection as well; it is abandoned together with its connection instead.
    Effect.uninterruptible,
    Effect.disconnect,
    // Interruptible even in an uninterruptible caller, because otherwise the timeout could not end it.
    Effect.interruptible,
    Effect.timeoutFail({
      duration: timeout,
      onTimeout: () => new ReadingFailed({ reason: "no response within 10 seconds" })
    }),
    Effect.tapError(() => disconnect(reader))
  )

const make = (url: Redacted.Redacted, { resetsStatistics = false }: ReaderOptions) =>
  Effect.gen(function* () {
    const redact = withoutPassword(url)
    const reader: Reader = {
      url,
      messageOf: (cause) => redact(rootMessage(cause)),
      current: undefined,
      own: { commits: 0, rollbacks: 0 },
      resetsStatistics
    }
    yield* Effect.addFinalizer(() => disconnect(reader))
    const connected = yield* Effect.mapError(
      connect(reader),
      ({ reason }) => new DatabaseUnreachable({ address: loginOf(url), reason })
    )
    const { missing, rows } = viewReader(reader, connected)
    const content = yield* Effect.orElseSucceed(
      rows("pg_stat_user_tables", contentQuery, ContentRow),
      () => []
    )
    const server = serverOf(connected.settings)
    /** A connection that was open may have been lost, and is then opened again. */
    const twice = <A>(once: Effect.Effect<A, ReadingFailed>) =>
      Effect.suspend(() => (reader.current === undefined ? once : Effect.orElse(once, () => once)))
    return DatabaseReader.of({
      server: {
        ...server,
        contentBefore: contentOf(connected.settings, content?.[0]),
        missing: [...server.missing, ...missing]
      },
      read: twice(attempt(reader, readAll)),
      inspect: twice(attempt(reader, inspectAll))
    })
  })

export interface ReaderOptions {
  /** Whether the first inspection resets `pg_stat_statements`, for the whole server. */
  readonly resetsStatistics?: boolean
}

/**
 * Reads the statistics of the database with this URL, `postgres://user:password@host:5432/database`, over one read-only
 * connection. A reading takes six or seven small statements, and one more while a session waits for a lock. A lost
 * connection is reopened, once per reading.
 */
export const postgresReader = (
  url: Redacted.Redacted,
  options: ReaderOptions = {}
): Layer.Layer<DatabaseReader, DatabaseUnreachable> => Layer.scoped(DatabaseReader, make(url, options))
