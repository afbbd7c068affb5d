/** Plans of documents for tests. */
import * as Either from "effect/Either"
import { buildDocument } from "../../src/documents/buildDocument.ts"
import {
  fixturesOf,
  type GeneratedDocument,
  type GeneratedRecord,
  generateRecord,
  pooledParents
} from "../../src/documents/generateDocuments.ts"
import { type KeySpace, makeKeySpace } from "../../src/documents/generatedKeys.ts"
import { type DocumentsPlan, planDocuments, type PlanOptions } from "../../src/documents/planDocuments.ts"
import { madeUpDescriptors, type ServerFacts } from "../../src/documents/ServerFacts.ts"
import { fillObject, fixed } from "../../src/documents/Skeleton.ts"
import type { RecordId } from "../../src/domain/RecordId.ts"
import type { Extent } from "../../src/schema/recordNeeds.ts"
import type { ApiModel } from "../../src/schema/ResourceSchema.ts"

/** What the server has, with values of descriptors that are made up. */
export const factsOf = (model: ApiModel): ServerFacts => ({
  schoolYear: 2026,
  localEducationAgencyId: 255901,
  namespace: "uri://ed-fi.org",
  descriptors: madeUpDescriptors(model.descriptors)
})

/** @param endpoints all unless given */
export const planOf = (
  model: ApiModel,
  extent: Extent,
  endpoints?: ReadonlyArray<string>,
  facts: ServerFacts = factsOf(model),
  options: Pick<PlanOptions, "companions" | "parents"> = {}
): DocumentsPlan =>
  planDocuments(
    model,
    model.resources.filter(({ endpoint }) => endpoints?.includes(endpoint) ?? true),
    { ...options, extent, facts }
  )

export const spaceOf = (plan: DocumentsPlan): KeySpace =>
  Either.getOrThrow(makeKeySpace({ users: 100, perIteration: 10, loads: 1, fixtureSeed: 7 }, plan.keyUse))

export const anyRecord: RecordId = { seed: 7, user: 4, iteration: 117, index: 9 }

/** The documents of one record of a resource, with its parents from a pool if there is one. */
export const recordOf = (
  plan: DocumentsPlan,
  endpoint: string,
  record: RecordId = anyRecord
): GeneratedRecord => {
  const found = plan.records.find(({ path }) => path.endsWith(`/${endpoint}`))
  if (found === undefined) throw new Error(`no plan of ${endpoint}`)
  const space = spaceOf(plan)
  const pooled = found.pool === undefined ? [] : pooledParents(found, record, space)
  const generated = generateRecord(found, record, space)
  return { ...generated, parents: [...pooled, ...generated.parents] }
}

type PlainDocument = Pick<GeneratedDocument, "resource" | "document">

/** The document of the server's school year, which a load finds and never creates: its key has no room for others. */
export const schoolYearOf = (model: ApiModel, extent: Extent): ReadonlyArray<PlainDocument> =>
  model.resources
    .filter(({ endpoint }) => endpoint === "schoolYearTypes")
    .map((resource) => {
      const facts = factsOf(model)
      const skeleton = buildDocument(resource, {
        extent,
        facts,
        refer: () => Either.left("refers to nothing"),
        ownKey: (name) => (name === "schoolYear" ? fixed(facts.schoolYear) : undefined)
      })
      return { resource, document: fillObject(Either.getOrThrow(skeleton), () => "no hole") }
    })

/** Every document that one record of each resource sends, changed ones included. */
export const allDocuments = (plan: DocumentsPlan): ReadonlyArray<PlainDocument> => [
  ...fixturesOf(plan, spaceOf(plan)),
  ...plan.records.flatMap((each) => {
    const { changed, companions, parents, record } = generateRecord(each, anyRecord, spaceOf(plan))
    const { resource } = record
    return [
      ...parents,
      record,
      ...companions,
      ...(changed === undefined ? [] : [{ resource, document: changed }])
    ]
  })
]
