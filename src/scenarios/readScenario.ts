/** READ: requests for the documents of one resource, a mix of kinds, each with its answer checked. */
import * as Effect from "effect/Effect"
import { type DocumentRead, type Page, type PageRead, ReadClient } from "../dms/ReadClient.ts"
import {
  defaultReadMix,
  type ReadRequest,
  readRequestName,
  readRequests,
  requestAt
} from "../domain/ReadMix.ts"
import { type RecordId, variation } from "../domain/RecordId.ts"
import { pathOf } from "../domain/Resource.ts"
import type { SingleError } from "../domain/SingleError.ts"
import type { Scenario, UserIteration } from "../engine/Scenario.ts"
import { type FixtureError, ReadNotReady } from "../fixtures/FixtureError.ts"
import { type KnownDocument, missingFor, type ReadFacts } from "../fixtures/ReadFacts.ts"
import { ReadSamples } from "../fixtures/ReadSamples.ts"
import { enrollmentReads, knownRead, sectionReads, studentReads } from "./knownScenarios.ts"
import { scenarioNameOf } from "./resourceScenarios.ts"
import { chooseWalk, type Walks } from "./readWalks.ts"

type Readable = Pick<ReadFacts["resource"], "endpoint" | "name" | "project">

/** Pages at the start of a list, which people look at. */
const firstPages = 10

/** A number from 0 to below 1. */
const placeOf = (id: RecordId, purpose: string): number => variation(id, purpose) / 2 ** 32

const oneOf = <A>(items: ReadonlyArray<A>, place: number): A | undefined =>
  items[Math.floor(place * items.length)]

/** Ids with and without dashes are the same. @see api-facts section 2 */
const plainId = (id: unknown): string => String(id).replaceAll("-", "").toLowerCase()

const rowsAtMost =
  (limit: number) =>
  ({ rows }: Page): string | undefined =>
    rows.length <= limit ? undefined : `${rows.length} rows instead of at most ${limit}`

const withTotal =
  (limit: number) =>
  (page: Page): string | undefined =>
    page.totalCount === undefined ? "there is no header Total-Count" : rowsAtMost(limit)(page)

const isDocument =
  (id: string) =>
  (document: { readonly [member: string]: unknown }): string | undefined =>
    plainId(document["id"]) === plainId(id) ? undefined : "it is another document than the one asked for"

/** The requests of one resource that need no memory of the ones before. */
const makeReads = (facts: ReadFacts, named: (request: ReadRequest) => string) => {
  const { filteredBy, resource, total } = facts
  const withKey = facts.documents.filter(({ key }) => key !== undefined)
  const withTag = facts.documents.filter(({ etag }) => etag !== undefined)
  const withFilter = facts.documents.filter(({ filter }) => filter !== undefined)
  const common = (request: ReadRequest) => ({
    name: named(request),
    path: resource.path,
    resource: resource.endpoint
  })
  const document = (request: ReadRequest, { id }: KnownDocument): DocumentRead => ({
    ...common(request),
    path: `${resource.path}/${encodeURIComponent(id)}`,
    check: isDocument(id)
  })
  const offsetOf = (size: number, id: RecordId): number => {
    const pages = Math.min(firstPages, Math.max(1, Math.ceil(total / size)))
    return size * Math.floor(placeOf(id, "read page") * pages)
  }
  return {
    byId: (request: ReadRequest, id: RecordId): DocumentRead | undefined => {
      const known = oneOf(facts.documents, placeOf(id, "read document"))
      return known && document(request, known)
    },
    revalidation: (request: ReadRequest, id: RecordId): DocumentRead | undefined => {
      const known = oneOf(withTag, placeOf(id, "read document"))
      return known?.etag === undefined ? undefined : { ...document(request, known), ifNoneMatch: known.etag }
    },
    byKey: (request: ReadRequest, id: RecordId): PageRead | undefined => {
      const known = oneOf(withKey, placeOf(id, "read document"))
      return known?.key && { ...common(request), query: known.key, check: rowsAtMost(1) }
    },
    page: (request: ReadRequest, size: number, id: RecordId): PageRead => ({
      ...common(request),
      query: {
        offset: offsetOf(size, id),
        limit: size,
        ...(request.kind === "total" ? { totalCount: true } : {})
      },
      check: request.kind === "total" ? withTotal(size) : rowsAtMost(size)
    }),
    filtered: (request: ReadRequest, size: number, id: RecordId): PageRead | undefined => {
      const value = oneOf(withFilter, placeOf(id, "read document"))?.filter
      return filteredBy === undefined || value === undefined
        ? undefined
        : { ...common(request), query: { limit: size, [filteredBy]: value }, check: rowsAtMost(size) }
    }
  }
}

const makeIteration = (
  client: ReadClient["Type"],
  facts: ReadFacts,
  seed: number,
  requests: ReadonlyArray<ReadRequest>
) => {
  const named = (request: ReadRequest) => readRequestName(facts.resource, request)
  const names = new Map(requests.map((request) => [request, named(request)]))
  const reads = makeReads(facts, (request) => names.get(request) ?? named(request))
  const walks: Walks = { offset: new Map(), cursor: new Map() }
  const pageOf = (read: PageRead | undefined) => (read === undefined ? undefined : client.page(read))
  const documentOf = (read: DocumentRead | undefined) =>
    read === undefined ? undefined : client.document(read)

  const send = (request: ReadRequest, id: RecordId): Effect.Effect<unknown, SingleError> | undefined => {
    const { kind, size = 1 } = request
    switch (kind) {
      case "id":
        return documentOf(reads.byId(request, id))
      case "etag":
        return documentOf(reads.revalidation(request, id))
      case "key":
        return pageOf(reads.byKey(request, id))
      case "page":
      case "total":
        return pageOf(reads.page(request, size, id))
      case "filter":
        return pageOf(reads.filtered(request, size, id))
      case "offset":
      case "cursor": {
        const { query, read } = chooseWalk(
          kind,
          { facts, size, user: id.user, walks },
          placeOf(id, "read walk")
        )
        const { endpoint, path } = facts.resource
        const name = names.get(request) ?? named(request)
        return read(client.page({ name, path, resource: endpoint, query, check: rowsAtMost(size) }))
      }
    }
  }

  return ({ iteration, user }: UserIteration): Effect.Effect<unknown, SingleError> =>
    Effect.suspend(() => {
      const id: RecordId = { seed, user, iteration, index: 0 }
      const request = requestAt(requests, placeOf(id, "read request"))
      return (request && send(request, id)) ?? Effect.dieMessage("there is nothing to read")
    })
}

/**
 * The scenario `StudentReadTest` of students. It takes the documents that it asks for from `ReadSamples`; kinds of requests
 * that the server cannot answer are left out, and logged.
 */
export const readScenario = (resource: Readable): Scenario<FixtureError, ReadClient> => {
  const path = pathOf(resource)
  const name = scenarioNameOf("READ", resource.name)
  return {
    ...knownRead({ ...resource, name }),
    prepare: ({ reads = defaultReadMix, seed }) =>
      Effect.gen(function* () {
        const client = yield* ReadClient
        const facts = (yield* (yield* ReadSamples).facts).find((each) => each.resource.path === path)
        if (facts === undefined)
          return yield* new ReadNotReady({ detail: `${path} was not chosen, or has no rows any more` })
        const wanted = readRequests(reads)
        const requests = wanted.filter(({ kind }) => missingFor(kind, facts) === undefined)
        if (requests.length === 0)
          return yield* new ReadNotReady({
            detail: `${path} can be asked in none of the ways of --readMix`
          })
        return { name, iteration: makeIteration(client, facts, seed, requests) }
      })
  }
}

export const StudentReadTest = readScenario({ ...studentReads, name: "student" })
export const SectionReadTest = readScenario({ ...sectionReads, name: "section" })
export const StudentSchoolAssociationReadTest = readScenario({
  ...enrollmentReads,
  name: "studentSchoolAssociation"
})
