/** The read steps of a mixture's items: single requests, whatever its writes are. */
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import { type Page, type PageRead, type Read, ReadClient, type Row } from "../dms/ReadClient.ts"
import type { ReadStep } from "../domain/Mixture.ts"
import { variation } from "../domain/RecordId.ts"
import { readName } from "../domain/requestName.ts"
import { type QueryValue, valueAt } from "../fixtures/ReadFacts.ts"
import { documentDifference } from "./documentDifference.ts"
import type { ItemRun, PlannedWrite, PreparedStep } from "./mixtureSteps.ts"
import { recordSource } from "./recordSources.ts"

/** A read step, and the create before it whose records are still there. */
export interface PlannedRead {
  readonly _tag: "Read"
  readonly step: ReadStep
  readonly created: PlannedWrite | undefined
}

const suffixOf = ({ by, limit, totalCount }: ReadStep): string => {
  switch (by) {
    case "id":
      return "/{id}"
    case "key":
      return " (by key)"
    case "page":
      return `?limit=${limit}${totalCount ? "&totalCount=true" : ""}`
  }
}

/**
 * @example "GET /data/ed-fi/students?limit=25&totalCount=true", "GET /data/ed-fi/students/{id}",
 *   "GET /data/ed-fi/students (by key)"
 */
export const readNameOf = (step: ReadStep): string => {
  const [project, endpoint = ""] = step.path.split("/")
  return readName({ project, endpoint }, suffixOf(step))
}

const idsOf = (rows: ReadonlyArray<Row>): ReadonlyArray<string> =>
  rows.flatMap(({ id }) => (Predicate.isString(id) ? [id] : []))

/** The documents of the item that are known by their ids: those that it created, otherwise those of its last page. */
const knownIds = ({ listed, made }: ItemRun, path: string): ReadonlyArray<string> => {
  const created = (made.get(path) ?? []).flatMap(
    ({ created, operations: { record } }) => created[record] ?? []
  )
  return created.length > 0 ? created.map(({ documentId }) => documentId) : idsOf(listed.get(path) ?? [])
}

/** By parameter. */
type Key = Readonly<Record<string, QueryValue>>

/** The key of a document; none if it lacks a part. */
const keysIn = (document: Row, fields: ReadStep["key"]): ReadonlyArray<Key> => {
  const parts = fields.flatMap((field) => {
    const value = valueAt(document, field)
    return value === undefined ? [] : [[field.name, value] as const]
  })
  return parts.length === fields.length ? [Object.fromEntries(parts)] : []
}

/**
 * What is wrong with the answer to a key. Of a page others may have deleted a document since; what the item itself created
 * has to be there.
 */
const onlyDocument =
  (fields: ReadStep["key"], key: Key, isOwn: boolean) =>
  ({ rows }: Page): string | undefined => {
    const [row, ...others] = rows
    if (row === undefined) return isOwn ? "the created document is not in the answer" : undefined
    if (others.length > 0) return `${rows.length} rows instead of one`
    const [found] = keysIn(row, fields)
    if (found === undefined) return "the document lacks a part of its key"
    return documentDifference(key, found) === undefined
      ? undefined
      : "it is another document than the one asked for"
  }

/** The keys of the documents that a read may ask for: those that the item created, otherwise those of its last page. */
const makeKnownKeys = ({ created, step: { by, key: fields, path } }: PlannedRead, seed: number) =>
  Effect.gen(function* () {
    if (created === undefined || by !== "key")
      return ({ listed }: ItemRun) => (listed.get(path) ?? []).flatMap((row) => keysIn(row, fields))
    const { create, facts, records } = created
    const { operationsOf } = yield* recordSource(facts)
    return ({ keysAt }: ItemRun) =>
      Array.from({ length: records }, (_, index) => {
        const { creates, record } = operationsOf({ seed, ...keysAt(create), index })
        return creates[record]?.document ?? {}
      }).flatMap((document) => keysIn(document, fields))
  })

/** @param seed of the run: which of the known documents are read */
export const readStep = (planned: PlannedRead, seed: number) =>
  Effect.gen(function* () {
    const client = yield* ReadClient
    const { by, key: fields, limit, path, repeat, totalCount } = planned.step
    const [, resource = path] = path.split("/")
    const read: Read = { name: readNameOf(planned.step), path, resource }
    const query = { limit, ...(totalCount ? { totalCount } : {}) }
    const knownKeys = yield* makeKnownKeys(planned, seed)

    const readPages = Effect.fnUntraced(function* (run: ItemRun) {
      let offset = 0
      for (let request = 0; request < repeat; request++) {
        const { rows } = yield* client.page({
          ...read,
          query: offset === 0 ? query : { ...query, offset }
        })
        if (rows.length > 0) run.listed.set(path, rows)
        offset = rows.length < limit ? 0 : offset + limit
      }
    })

    /** As many of the known documents as the step repeats, from one that the seed decides. */
    const chosenOf = <A>(known: ReadonlyArray<A>, run: ItemRun): ReadonlyArray<A> => {
      const first = variation({ seed, ...run.keysAt(0), index: 0 }, "read")
      return Array.from({ length: repeat }, (_, request) => known[(first + request) % known.length]).filter(
        Predicate.isNotUndefined
      )
    }

    const readDocuments = (run: ItemRun) =>
      Effect.forEach(
        chosenOf(knownIds(run, path), run),
        (id) => client.document({ ...read, path: `${path}/${encodeURIComponent(id)}` }),
        { discard: true }
      )

    const isOwn = planned.created !== undefined
    const byKey = (key: Key): PageRead => ({ ...read, query: key, check: onlyDocument(fields, key, isOwn) })
    const readKeys = (run: ItemRun) =>
      Effect.forEach(chosenOf(knownKeys(run), run), (key) => client.page(byKey(key)), { discard: true })

    const runs: Readonly<Record<ReadStep["by"], PreparedStep["run"]>> = {
      page: readPages,
      id: readDocuments,
      key: readKeys
    }
    return { cleansUp: false, run: runs[by] } satisfies PreparedStep
  })
