/** The reader of a PostgreSQL: one connection of its own, read only, made anew when it is lost. */
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
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Scope from "effect/Scope"
import { loginOf } from "./address.ts"
import { DatabaseReader, DatabaseUnreachable, ReadingFailed } from "./DatabaseReader.ts"
import type { Reading, View } from "./Reading.ts"
import {
  CounterRow,
  idleTells,
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

/** It changes nothing, and a server that is short of breath is not made to answer it. */
const sessionSettings = "SET default_transaction_read_only = on; SET statement_timeout = 3000"

/** For one look, and for a connection. */
const patience = "10 seconds"

/** The deepest reason: what wraps it repeats less. */
const reasonOf = (cause: unknown): string => {
  if (cause instanceof AggregateError && cause.errors.length > 0) return reasonOf(cause.errors[0])
  if (!(cause instanceof Error)) return String(cause)
  return cause.cause === undefined ? cause.message : reasonOf(cause.cause)
}

/** The server refused one statement and still listens: what has no SQLSTATE, or one of connections, is a lost one. */
const isRefusal = ({ cause }: SqlError): boolean => {
  const state = Predicate.hasProperty(cause, "code") && typeof cause.code === "string" ? cause.code : ""
  return /^[0-9A-Z]{5}$/.test(state) && !/^(08|53|57P)/.test(state)
}

/** A connection, and what is to be known of the server behind it. */
interface Connected {
  readonly scope: Scope.CloseableScope
  readonly connection: Connection
  readonly settings: Settings
}

const make = (url: Redacted.Redacted) =>
  Effect.gen(function* () {
    const withoutSecret = withoutPassword(url)
    /** A driver or a server that quotes the URL is not repeated. */
    const wordsOf = (cause: unknown): string => withoutSecret(reasonOf(cause))
    const failed = (cause: unknown) => new ReadingFailed({ reason: wordsOf(cause) })

    let current: Connected | undefined
    /** Every statement is a transaction of its own. */
    let own: Reading["own"] = { commits: 0, rollbacks: 0 }
    const committed = (): void => void (own = { ...own, commits: own.commits + 1 })

    const execute = (connection: Connection, statement: string) =>
      connection.executeUnprepared(statement, [], undefined).pipe(
        Effect.tap(Effect.sync(committed)),
        Effect.tapError((error) =>
          Effect.sync(() => {
            if (isRefusal(error)) own = { ...own, rollbacks: own.rollbacks + 1 }
          })
        )
      )

    const open = Effect.gen(function* () {
      const client = yield* PgClient.make({
        url,
        maxConnections: 1,
        connectTimeout: patience,
        applicationName: "edfi-perf"
      })
      // A connection begins with a transaction, and the client with a statement.
      committed()
      committed()
      const connection = yield* client.reserve
      yield* execute(connection, sessionSettings)
      const [row] = yield* Effect.flatMap(
        execute(connection, settingsQuery),
        Schema.decodeUnknown(Schema.Tuple(Settings))
      )
      return { connection, settings: row }
    }).pipe(Effect.provide(Reactivity.layer), Effect.catchAllDefect(Effect.fail), Effect.mapError(failed))

    const connect: Effect.Effect<Connected, ReadingFailed> = Effect.uninterruptibleMask((restore) =>
      Effect.gen(function* () {
        const scope = yield* Scope.make()
        const opened = yield* restore(Scope.extend(open, scope)).pipe(
          Effect.onError((cause) => Scope.close(scope, Exit.failCause(cause)))
        )
        return (current = { ...opened, scope })
      })
    )

    /** Nobody waits for a connection that is lost to be closed. */
    const disconnect = Effect.suspend(() => {
      const lost = current
      current = undefined
      return lost === undefined ? Effect.void : Effect.forkDaemon(Scope.close(lost.scope, Exit.void))
    })

    const lookOver = ({ connection, settings }: Connected): Effect.Effect<Reading, ReadingFailed> =>
      Effect.gen(function* () {
        const missing: Array<string> = []
        /** The rows of a view; none when it fails, which is noted. */
        const rows = <A, I>(name: string, statement: string, row: Schema.Schema<A, I>) =>
          execute(connection, statement).pipe(
            Effect.catchIf(isRefusal, ({ cause }) => {
              missing.push(`${name}: ${wordsOf(cause)}`)
              return Effect.succeed(undefined)
            }),
            Effect.mapError(({ cause }) => failed(cause)),
            Effect.map((found): ReadonlyArray<A> | undefined => {
              if (found === undefined) return undefined
              const decoded = Schema.decodeUnknownEither(Schema.Array(row))(found)
              if (Either.isRight(decoded)) return decoded.right
              missing.push(`${name}: its answer is not what was expected`)
              return undefined
            })
          )
        // What this session did until now is then in what is read next.
        if (idleTells(settings)) {
          yield* rows("pg_stat_force_next_flush", "SELECT pg_stat_force_next_flush()", Schema.Unknown)
        }
        const atMillis = yield* Clock.currentTimeMillis
        const ownBefore = own
        const views: Array<View> = []
        for (const [name, statement] of viewQueries(settings)) {
          const [found] = (yield* rows(name, statement, CounterRow)) ?? []
          if (found !== undefined) views.push(viewOf(settings, name, found))
        }
        const sessions = yield* rows("pg_stat_activity", sessionsQuery, SessionRow)
        const tables = yield* rows("pg_stat_user_tables", tablesQuery, TableRow)
        const seen = sessionsOf(settings, sessions ?? [])
        return {
          atMillis,
          views,
          tables: tables && tablesOf(tables),
          own: ownBefore,
          ...seen,
          missing: [...missing, ...seen.missing]
        }
      })

    const once = Effect.flatMap(
      Effect.suspend(() => (current === undefined ? connect : Effect.succeed(current))),
      lookOver
    ).pipe(
      // A statement is not broken off, because that needs a connection too; it is left alone with its own.
      Effect.uninterruptible,
      Effect.disconnect,
      // Given up also where the caller cannot be interrupted; around the timeout it would be the caller that can be.
      Effect.interruptible,
      Effect.timeoutFail({
        duration: patience,
        onTimeout: () => new ReadingFailed({ reason: "it did not answer within 10 seconds" })
      }),
      Effect.tapError(() => disconnect)
    )

    yield* Effect.addFinalizer(() => disconnect)
    const { settings } = yield* Effect.mapError(
      connect,
      ({ reason }) => new DatabaseUnreachable({ address: loginOf(url), reason })
    )
    return DatabaseReader.of({
      server: serverOf(settings),
      read: Effect.suspend(() => (current === undefined ? once : Effect.orElse(once, () => once)))
    })
  })

/**
 * Reads the statistics of the database of a URL, `postgres://user:password@host:5432/database`, over one connection
 * that changes nothing. A look is six small statements. A connection that was lost is made anew, once for each look.
 */
export const postgresReader = (url: Redacted.Redacted): Layer.Layer<DatabaseReader, DatabaseUnreachable> =>
  Layer.scoped(DatabaseReader, make(url))
