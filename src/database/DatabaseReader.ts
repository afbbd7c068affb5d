/** The service that reads the statistics of a database. */
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import type * as Effect from "effect/Effect"
import type { Server } from "./activityOf.ts"
import type { Inspection } from "./Inspection.ts"
import type { Reading } from "./Reading.ts"

/** The database cannot be reached, rejects the login or does not respond. No load was sent; exit code 3. */
export class DatabaseUnreachable extends Data.TaggedError("DatabaseUnreachable")<{
  /** Host, port, database and user; never a password. */
  readonly address: string
  /** The message of the server or the driver, without the password. */
  readonly reason: string
}> {
  override get message(): string {
    return `the database of --databaseUrl, ${this.address}, cannot be read: ${this.reason}`
  }
}

/** The connection was lost and could not be reopened. */
export class ReadingFailed extends Data.TaggedError("ReadingFailed")<{
  /** The message of the server or the driver, without the password. */
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
    /**
     * One reading; statistics that cannot be read are listed in its `missing`. Takes milliseconds, at most 10 seconds on
     * each of two connections.
     */
    readonly read: Effect.Effect<Reading, ReadingFailed>
    /** Statements and sizes, for the difference before and after a load; with the time limits of a reading. */
    readonly inspect: Effect.Effect<Inspection, ReadingFailed>
  }
>() {}
