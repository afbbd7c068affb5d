/**
 * Indexes for queries, each created when a resource is first queried by that path, so that a store which nobody queries
 * writes no faster or slower for them. They are partial: only writes of their resource maintain them.
 */
import * as Effect from "effect/Effect"
import { createHash } from "node:crypto"
import type { Session } from "./PostgresSession.ts"
import type { Path } from "../model/ResourceModel.ts"
import type { StoreError } from "../Store.ts"

/** What an index is by: the value at a path, or the change version. */
export type IndexedBy = Path | "changeVersion"

/** A text as a literal of SQL. */
const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`

const pathLiteral = (path: Path): string =>
  `${literal(`{${path.map((name) => JSON.stringify(name)).join(",")}}`)}::text[]`

/** The second column sorts documents with the same value, so that a page of them needs no sorting. */
const columnsOf = (by: IndexedBy): string =>
  by === "changeVersion" ? "(change_version)" : `((body #>> ${pathLiteral(by)}), id)`

/** `query_1f0c...`: names have at most 63 characters, paths may have more. */
const nameOf = (space: string, by: IndexedBy): string =>
  `query_${createHash("sha256")
    .update(JSON.stringify([space, by]))
    .digest("hex")
    .slice(0, 32)}`

export interface QueryIndexes {
  /** Creates the indexes of a resource that do not exist yet. Does nothing in a transaction. */
  readonly ensure: (space: string, by: ReadonlyArray<IndexedBy>) => Effect.Effect<void>
}

export const make = (schema: string, session: Session): Effect.Effect<QueryIndexes> =>
  Effect.map(Effect.makeSemaphore(1), (lock) => {
    const ready = new Set<string>()
    // An index that its creation left behind invalid, because the server ended, is created again.
    const create = (name: string, space: string, by: IndexedBy): Effect.Effect<void, StoreError> =>
      Effect.gen(function* () {
        const index = `${schema}.${name}`
        const [known] = yield* session.run<{ readonly valid: boolean }>(
          "SELECT indisvalid AS valid FROM pg_index WHERE indexrelid = to_regclass($1)",
          [index]
        )
        if (known?.valid === true) return
        if (known !== undefined) yield* session.run(`DROP INDEX CONCURRENTLY IF EXISTS ${index}`, [])
        // Concurrently: it neither blocks writers nor can it deadlock with them.
        yield* session.run(
          `CREATE INDEX CONCURRENTLY IF NOT EXISTS ${name} ON ${schema}.document ${columnsOf(by)} ` +
            `WHERE resource = ${literal(space)}`,
          []
        )
      })
    const ensureOne = (space: string, by: IndexedBy): Effect.Effect<void> => {
      const name = nameOf(space, by)
      return Effect.suspend(() =>
        ready.has(name)
          ? Effect.void
          : // The session logs a failure; the query then works without the index, and the next one tries again.
            Effect.ignore(Effect.map(create(name, space, by), () => void ready.add(name)))
      )
    }
    return {
      ensure: (space, by) =>
        by.every((one) => ready.has(nameOf(space, one)))
          ? Effect.void
          : Effect.flatMap(session.current, (transaction) =>
              transaction === undefined
                ? // One after the other: two of them on one table deadlock.
                  lock.withPermits(1)(Effect.forEach(by, (one) => ensureOne(space, one), { discard: true }))
                : Effect.void
            )
    }
  })
