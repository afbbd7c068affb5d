/** Whoever can look at the statistics of a database. */
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import type * as Effect from "effect/Effect"
import type { Server } from "./activityOf.ts"
import type { Reading } from "./Reading.ts"

/** The database cannot be reached, refuses the login or does not answer. Nothing was sent; exit code 3. */
export class DatabaseUnreachable extends Data.TaggedError("DatabaseUnreachable")<{
  /** Host, port, database and user; never a password. */
  readonly address: string
  /** In the server's words. */
  readonly reason: string
}> {
  override get message(): string {
    return `the database of --databaseUrl, ${this.address}, cannot be read: ${this.reason}`
  }
}

/** A look that could not be made: the connection is lost, and another one could not be had. */
export class ReadingFailed extends Data.TaggedError("ReadingFailed")<{
  /** In the server's words, without a password. */
  readonly reason: string
}> {
  override get message(): string {
    return this.reason
  }
}

export class DatabaseReader extends Context.Tag("edfi-perf/database/DatabaseReader")<
  DatabaseReader,
  {
    readonly server: Server
    /** One look; what is missing in it is named in it. Takes milliseconds, at most 10 seconds on each of two connections. */
    readonly read: Effect.Effect<Reading, ReadingFailed>
  }
>() {}
