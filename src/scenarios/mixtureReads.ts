/** The read steps of a mixture's items: single requests, whatever its writes are. */
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import { type Read, ReadClient, type Row } from "../dms/ReadClient.ts"
import type { ReadStep } from "../domain/Mixture.ts"
import { variation } from "../domain/RecordId.ts"
import { readName } from "../domain/requestName.ts"
import type { ItemRun, PreparedStep } from "./mixtureSteps.ts"

/** @example "GET /data/ed-fi/students?limit=25&totalCount=true", "GET /data/ed-fi/students/{id}" */
export const readNameOf = ({ by, limit, path, totalCount }: ReadStep): string => {
  const [project, endpoint = ""] = path.split("/")
  const suffix = by === "id" ? "/{id}" : `?limit=${limit}${totalCount ? "&totalCount=true" : ""}`
  return readName({ project, endpoint }, suffix)
}

const idsOf = (rows: ReadonlyArray<Row>): ReadonlyArray<string> =>
  rows.flatMap(({ id }) => (Predicate.isString(id) ? [id] : []))

/** The documents of the item that are known by their ids: those that it created, otherwise those of its last page. */
const knownIds = ({ listed, made }: ItemRun, path: string): ReadonlyArray<string> => {
  const created = (made.get(path) ?? []).flatMap(
    ({ created, operations: { record } }) => created[record] ?? []
  )
  return created.length > 0 ? created.map(({ documentId }) => documentId) : (listed.get(path) ?? [])
}

/** @param seed of the run: which documents of a page are read by id */
export const readStep = (step: ReadStep, seed: number) =>
  Effect.map(ReadClient, (client): PreparedStep => {
    const { by, limit, path, repeat, totalCount } = step
    const [, resource = path] = path.split("/")
    const read: Read = { name: readNameOf(step), path, resource }
    const query = { limit, ...(totalCount ? { totalCount } : {}) }

    const readPages = Effect.fnUntraced(function* (run: ItemRun) {
      let offset = 0
      for (let request = 0; request < repeat; request++) {
        const { rows } = yield* client.page({
          ...read,
          query: offset === 0 ? query : { ...query, offset }
        })
        if (rows.length > 0) run.listed.set(path, idsOf(rows))
        offset = rows.length < limit ? 0 : offset + limit
      }
    })

    const readDocuments = Effect.fnUntraced(function* (run: ItemRun) {
      const ids = knownIds(run, path)
      const first = variation({ seed, ...run.keysAt(0), index: 0 }, "read")
      for (let request = 0; request < repeat && ids.length > 0; request++) {
        const id = ids[(first + request) % ids.length] ?? ""
        yield* client.document({ ...read, path: `${path}/${encodeURIComponent(id)}` })
      }
    })

    return { cleansUp: false, run: by === "id" ? readDocuments : readPages }
  })
