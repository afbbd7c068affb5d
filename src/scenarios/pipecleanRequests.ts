/** The requests of the steps of PIPECLEAN, and what is wrong with their answers. */
import * as Effect from "effect/Effect"
import type { DocumentAnswer, Page, ReadClient } from "../dms/ReadClient.ts"
import type { SingleClient } from "../dms/SingleClient.ts"
import type { GeneratedDocument, GeneratedRecord } from "../documents/generateDocuments.ts"
import type { JsonObject } from "../domain/Json.ts"
import { readName, singleName } from "../domain/requestName.ts"
import type { Step } from "../domain/ResourceVerdict.ts"
import type { SingleError } from "../domain/SingleError.ts"
import { documentDifference } from "./documentDifference.ts"
import type { StepFailure } from "./pipecleanSteps.ts"

export interface ReadResource {
  /** `ed-fi/schoolYearTypes` */
  readonly path: string
  readonly project: string
  readonly endpoint: string
}

/** A resource that is created, and all that its record takes. */
export interface WrittenResource extends ReadResource {
  readonly canUpdate: boolean
  readonly canDelete: boolean
  /** The flat natural key of the record, as queries name it: `{ schoolId: 255901999, sessionName: "Fall" }`. */
  readonly key: Readonly<Record<string, string | number | boolean>>
  /** Parents before their dependents; those that earlier resources needed as well are there already. */
  readonly fixtures: ReadonlyArray<GeneratedDocument>
  /** The record, its new parents, its companions and its update. */
  readonly record: GeneratedRecord
}

export interface Clients {
  readonly single: SingleClient["Type"]
  readonly reads: ReadClient["Type"]
}

/** What the scenarios of one run share. */
export interface SoFar {
  /** The fixtures that were created, by path and key. */
  readonly created: Set<string>
  /** Paths of the resources that failed, as themselves or as a parent. */
  readonly failed: Set<string>
}

/** Sends the requests of a step until one fails. */
export type Sent = Effect.Effect<StepFailure | undefined>

/** The requests by step; a resource without a step has none for it. */
export type Requests = Readonly<Partial<Record<Step, Sent>>>

/** The names of the reads of a resource. */
export const readNamesOf = (resource: ReadResource & Partial<Pick<WrittenResource, "key">>) => ({
  list: readName(resource),
  byId: readName(resource, "/{id}"),
  byKey: readName(resource, `?${Object.keys(resource.key ?? {}).join("&")}`)
})

/** A request fails a step if it is refused, or if `wrongWith` finds something wrong with its answer. */
const judged = <A>(
  request: string,
  sent: Effect.Effect<A, SingleError>,
  wrongWith: (answer: A) => string | undefined = () => undefined
): Sent =>
  Effect.match(sent, {
    onFailure: ({ message }) => ({ request, problem: message }),
    onSuccess: (answer) => {
      const problem = wrongWith(answer)
      return problem === undefined ? undefined : { request, problem }
    }
  })

/** Sends one after the other until one fails. */
const oneByOne = <A>(items: ReadonlyArray<A>, send: (item: A) => Sent): Sent =>
  Effect.gen(function* () {
    for (const item of items) {
      const failure = yield* send(item)
      if (failure !== undefined) return failure
    }
    return undefined
  })

/** A query by key shows a second match, which is one too many. */
const matchLimit = 2

const fixtureId = ({ naturalKey, resource }: GeneratedDocument): string =>
  `${resource.path} ${JSON.stringify(naturalKey)}`

/** @example differenceFrom({ firstName: "Ada" })(answer) // 'firstName: "Ada" was sent, "Eve" was read' */
const differenceFrom =
  (sent: JsonObject) =>
  (answer: DocumentAnswer): string | undefined =>
    answer._tag === "Found" ? documentDifference(sent, answer.document) : undefined

/** Creates and deletes documents, and knows the ids of those that it created. */
const makeWrites = (single: SingleClient["Type"]) => {
  const ids = new Map<GeneratedDocument, string>()
  const idOf = (document: GeneratedDocument): string => ids.get(document) ?? ""
  return {
    idOf,
    isCreated: (document: GeneratedDocument): boolean => ids.has(document),
    post: (document: GeneratedDocument): Sent => {
      const { document: body, resource } = document
      return judged(
        singleName("create", resource),
        Effect.map(single.send({ op: "create", resource, document: body }), (id) => {
          ids.set(document, id)
        })
      )
    },
    put: (document: GeneratedDocument, body: JsonObject): Sent =>
      Effect.suspend(() => {
        const { resource } = document
        const target = { documentId: idOf(document) }
        return judged(
          singleName("update", resource),
          single.send({ op: "update", resource, target, document: body })
        )
      }),
    remove: (document: GeneratedDocument): Sent =>
      Effect.suspend(() => {
        const { resource } = document
        const target = { documentId: idOf(document) }
        return judged(singleName("delete", resource), single.send({ op: "delete", resource, target }))
      })
  }
}

/** Reads the record of a resource. @param idOf its id, when it has one */
const makeReads = (reads: ReadClient["Type"], resource: WrittenResource, idOf: () => string) => {
  const { endpoint, key, path } = resource
  const { byId, byKey } = readNamesOf(resource)
  const { document } = resource.record.record
  const wrongWithMatches = ({ rows: [row, ...others] }: Page): string | undefined => {
    if (row === undefined || others.length > 0)
      return `${row === undefined ? "no" : "more than one"} document has the key of the record`
    return row["id"] === idOf()
      ? documentDifference(document, row)
      : `another document has the key of the record: id ${String(row["id"])}`
  }
  return {
    byId: (expected: 200 | 404, wrongWith?: (answer: DocumentAnswer) => string | undefined): Sent =>
      Effect.suspend(() => {
        const address = `${path}/${encodeURIComponent(idOf())}`
        return judged(
          byId,
          reads.document({ name: byId, path: address, resource: endpoint, expected }),
          wrongWith
        )
      }),
    byKey: judged(
      byKey,
      reads.page({ name: byKey, path, resource: endpoint, query: { ...key, limit: matchLimit } }),
      wrongWithMatches
    )
  }
}

/** Makes the requests of a written resource; the record and its parents get their ids as these are created. */
export const writtenRequests = (
  { reads, single }: Clients,
  { created, failed }: SoFar,
  resource: WrittenResource
): Requests => {
  const { fixtures } = resource
  const { changed, companions, parents, record } = resource.record
  const updated = changed ?? record.document
  const writes = makeWrites(single)
  const read = makeReads(reads, resource, () => writes.idOf(record))
  const postParent = (document: GeneratedDocument): Sent =>
    Effect.tap(writes.post(document), (failure) =>
      Effect.sync(() => {
        if (failure !== undefined) failed.add(document.resource.path)
        else if (fixtures.includes(document)) created.add(fixtureId(document))
      })
    )
  const removeAll = (documents: ReadonlyArray<GeneratedDocument>): Sent =>
    Effect.suspend(() => oneByOne(documents.filter(writes.isCreated).toReversed(), writes.remove))
  return {
    parents: Effect.suspend(() =>
      oneByOne([...fixtures.filter((each) => !created.has(fixtureId(each))), ...parents], postParent)
    ),
    list: listOf({ reads }, resource),
    create: writes.post(record),
    createCompanions: oneByOne(companions, writes.post),
    read: read.byId(200, differenceFrom(record.document)),
    find: read.byKey,
    update: writes.put(record, updated),
    readUpdated: read.byId(200, differenceFrom(updated)),
    deleteCompanions: removeAll(companions),
    delete: writes.remove(record),
    readDeleted: read.byId(404),
    deleteParents: removeAll(parents)
  }
}

const listOf = (
  { reads }: Pick<Clients, "reads">,
  resource: ReadResource,
  onPage: (page: Page) => void = () => {}
): Sent => {
  const { list } = readNamesOf(resource)
  const page = reads.page({ name: list, path: resource.path, resource: resource.endpoint })
  return judged(list, page, (read) => {
    onPage(read)
    return undefined
  })
}

/** Makes the requests of a resource that is only read: its list, and the first document of that by id. */
export const readOnlyRequests = ({ reads }: Clients, resource: ReadResource): Requests => {
  const { endpoint, path } = resource
  const { byId } = readNamesOf(resource)
  let first: unknown
  return {
    list: listOf({ reads }, resource, ({ rows }) => {
      first = rows[0]?.["id"]
    }),
    read: Effect.suspend((): Sent => {
      const id = first
      if (typeof id !== "string") return Effect.succeed(undefined)
      return judged(
        byId,
        reads.document({ name: byId, path: `${path}/${encodeURIComponent(id)}`, resource: endpoint }),
        (answer) =>
          answer._tag === "Found" && answer.document["id"] !== id ? "the document has another id" : undefined
      )
    })
  }
}
