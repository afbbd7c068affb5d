/** What keys lead to, in the PostgreSQL store. */
import * as Effect from "effect/Effect"
import type { Database } from "./postgresDocuments.ts"
import type { Located, SpaceKey, StoreError } from "../Store.ts"

interface LocatedRow {
  /** 1-based, of the key. */
  readonly position: number
  readonly uuid: string
  readonly resource: string
  /** Null unless the document has the members of a descriptor. */
  readonly uri: string | null
}

/** In one round trip. */
export const locate = (
  { models, schema, session }: Database,
  keys: ReadonlyArray<SpaceKey>
): Effect.Effect<ReadonlyArray<Located | undefined>, StoreError> =>
  Effect.map(
    session.run<LocatedRow>(
      `SELECT w.position::integer, d.uuid, d.resource, (d.body->>'namespace') || '#' || (d.body->>'codeValue') AS uri
       FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS w (space, key, position)
       JOIN ${schema}.natural_key k ON k.space = w.space AND k.key = w.key
       JOIN ${schema}.document d ON d.id = k.document_id`,
      [keys.map(({ space }) => space), keys.map(({ key }) => key)]
    ),
    (rows) => {
      const found = new Map(rows.map((row) => [row.position, row]))
      return keys.map((_, index) => {
        const row = found.get(index + 1)
        const model = row === undefined ? undefined : models.findBySpace(row.resource)
        if (row === undefined || model === undefined) return undefined
        return { id: row.uuid, model, uri: model.isDescriptor ? (row.uri ?? undefined) : undefined }
      })
    }
  )
