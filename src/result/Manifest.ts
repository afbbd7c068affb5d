/** What a run was made with, beyond its settings: tool, server, machine. That of the database is in `database`. */
import * as Schema from "effect/Schema"

const Text = Schema.NullOr(Schema.String)

export const Manifest = Schema.Struct({
  tool: Schema.Struct({
    name: Schema.String,
    version: Schema.String,
    /** The commit that the command was built from, `with changes` if files differed from it; `null` where it is not known. */
    commit: Schema.optionalWith(Text, { default: () => null })
  }),
  /** What the server says of itself in its discovery document; `null` if it has none. */
  server: Schema.NullOr(
    Schema.Struct({
      version: Text,
      informationalVersion: Text,
      build: Text,
      dataModels: Schema.Array(Schema.Struct({ name: Schema.String, version: Text }))
    })
  ),
  /** The machine of the load generator; `null` where it was not read. */
  machine: Schema.NullOr(
    Schema.Struct({
      os: Schema.String,
      cpu: Schema.String,
      /** Processors that the generator may use. */
      cores: Schema.Int,
      memoryBytes: Schema.Int,
      /** The version of Node. */
      node: Schema.String
    })
  ),
  /** `null` without `--databaseUrl`, during the run, and in files of older versions. */
  database: Schema.optionalWith(
    Schema.NullOr(
      Schema.Struct({
        /** Of PostgreSQL: `15.18`. */
        version: Schema.String,
        name: Schema.String,
        /** Before the first load and after the last one; `null` where this login may not read it. */
        bytesBefore: Schema.NullOr(Schema.Int),
        bytesAfter: Schema.NullOr(Schema.Int)
      })
    ),
    { default: () => null }
  ),
  /** Whether the database was fresh before the load, and what shows it; `null` where nothing is known of that. */
  fresh: Schema.optionalWith(
    Schema.NullOr(Schema.Struct({ isFresh: Schema.Boolean, because: Schema.String })),
    { default: () => null }
  ),
  /** When the load ended: ISO 8601, UTC; `null` during the run. It began at `startedAt` of the summary. */
  endedAt: Text
})
export interface Manifest extends Schema.Schema.Type<typeof Manifest> {}
