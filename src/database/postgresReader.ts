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
import {
  CounterRow,
  idleSessionsReport,
  serverOf,
  SessionRow,
  sessionsOf,
  sessionsQuery,
  Settings,
  settingsQuery,
  TableRow,
  tablesOf,
  tablesQuery,
  viewOf,
  viewQueries
} from "./statistics.ts"
import { withoutPassword } from "./withoutPassword.ts"

/** Read-only, and with a timeout so that the statements add no load to an overloaded server. */
const sessionSettings = "SET default_transaction_read_only = on; SET statement_timeout = 3000"

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
}

const failure = ({ messageOf }: Reader, cause: unknown) => new ReadingFailed({ reason: messageOf(cause) })

const countCommit = (reader: Reader): void => {
  reader.own = { ...reader.own, commits: reader.own.commits + 1 }
}

const countRollback = (reader: Reader): void => {
  reader.own = { ...reader.own, rollbacks: reader.own.rollbacks + 1 }
}

const execute = (reader: Reader, connection: Connection, statement: string) =>
  connection.executeUnprepared(statement, [], undefined).pipe(
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

const readAll = (
  reader: Reader,
  { connection, settings }: Connected
): Effect.Effect<Reading, ReadingFailed> =>
  Effect.gen(function* () {
    const missing: Array<string> = []
    /** The rows of a view; `undefined`, with a note in `missing`, if it cannot be read. */
    const rows = <A, I>(name: string, statement: string, row: Schema.Schema<A, I>) =>
      execute(reader, connection, statement).pipe(
        Effect.catchIf(isRejection, ({ cause }) => {
          missing.push(`${name}: ${reader.messageOf(cause)}`)
          return Effect.succeed(undefined)
        }),
        Effect.mapError(({ cause }) => failure(reader, cause)),
        Effect.map((found): ReadonlyArray<A> | undefined => {
          if (found === undefined) return undefined
          const decoded = Schema.decodeUnknownEither(Schema.Array(row))(found)
          if (Either.isRight(decoded)) return decoded.right
          missing.push(`${name}: unexpected columns`)
          return undefined
        })
      )
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
    const sessionRows = yield* rows("pg_stat_activity", sessionsQuery, SessionRow)
    const tables = yield* rows("pg_stat_user_tables", tablesQuery, TableRow)
    const sessions = sessionsOf(settings, sessionRows ?? [])
    return {
      atMillis,
      views,
      tables: tables && tablesOf(tables),
      own,
      ...sessions,
      missing: [...missing, ...sessions.missing]
    }
  })

/** One attempt, on the current connection or a new one. */
const attempt = (reader: Reader): Effect.Effect<Reading, ReadingFailed> =>
  Effect.flatMap(
    Effect.suspend(() => (reader.current === undefined ? connect(reader) : Effect.succeed(reader.current))),
    (connected) => readAll(reader, connected)
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

const make = (url: Redacted.Redacted) =>
  Effect.gen(function* () {
    const redact = withoutPassword(url)
    const reader: Reader = {
      url,
      messageOf: (cause) => redact(rootMessage(cause)),
      current: undefined,
      own: { commits: 0, rollbacks: 0 }
    }
    yield* Effect.addFinalizer(() => disconnect(reader))
    const { settings } = yield* Effect.mapError(
      connect(reader),
      ({ reason }) => new DatabaseUnreachable({ address: loginOf(url), reason })
    )
    const once = attempt(reader)
    return DatabaseReader.of({
      server: serverOf(settings),
      read: Effect.suspend(() => (reader.current === undefined ? once : Effect.orElse(once, () => once)))
    })
  })

/**
 * Reads the statistics of the database with this URL, `postgres://user:password@host:5432/database`, over one read-only
 * connection. A reading takes six small statements. A lost connection is reopened, once per reading.
 */
export const postgresReader = (url: Redacted.Redacted): Layer.Layer<DatabaseReader, DatabaseUnreachable> =>
  Layer.scoped(DatabaseReader, make(url))
