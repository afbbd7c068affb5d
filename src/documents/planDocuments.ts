/** The plan of a load's documents: what is created once, what is new for each record, and what an update changes. */
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import { byPath } from "../schema/closure.ts"
import { type Extent, type RecordNeeds, recordNeeds } from "../schema/recordNeeds.ts"
import type { ApiModel, Reference, ResourceSchema } from "../schema/ResourceSchema.ts"
import { buildDocument, type BuildOptions } from "./buildDocument.ts"
import { changeDocument, ChangedDocument } from "./changeDocument.ts"
import { type Fixtures, makeFixtures, type PlannedFixture } from "./fixtureDocuments.ts"
import type { KeyHole, KeyUse } from "./generatedKeys.ts"
import { makeNewDocuments } from "./newDocuments.ts"
import { PlannedDocument, plannedDocument, type World } from "./PlannedDocument.ts"
import type { ServerFacts } from "./ServerFacts.ts"
import { holesOf } from "./Skeleton.ts"

/** The documents of each record of one resource. */
export const PlannedRecord = Schema.Struct({
  /** `ed-fi/studentSchoolAssociations` */
  path: Schema.String,
  /** New for each record, or from a pool; in the order of their creation. Each person is followed by its companion. */
  parents: Schema.Array(PlannedDocument),
  /** Of parents in a pool the number of the pool, from 0; `undefined` if they are new for each record. */
  pool: Schema.UndefinedOr(Schema.Int),
  record: PlannedDocument,
  /** What follows a record that is a person, before its update: its companion. */
  companions: Schema.Array(PlannedDocument),
  /** `undefined` if the record has nothing but its identity, or no member with a second value. */
  changed: Schema.UndefinedOr(ChangedDocument)
})
export interface PlannedRecord extends Schema.Schema.Type<typeof PlannedRecord> {}

export interface RecordPlan extends PlannedRecord {
  /** The numbers of the fixtures that it needs. */
  readonly fixtures: ReadonlySet<number>
}

/** A resource that cannot be generated. */
export interface LeftOut {
  readonly path: string
  /** As a clause. */
  readonly reason: string
}

/** Plain data that depends on no seed and no number of users. */
export interface DocumentsPlan {
  /** Created once, in this order. */
  readonly fixtures: ReadonlyArray<PlannedFixture>
  /** In the order in which they were chosen. */
  readonly records: ReadonlyArray<RecordPlan>
  readonly leftOut: ReadonlyArray<LeftOut>
  readonly keyUse: KeyUse
}

/**
 * Where the parents of a record come from that the records of other users do not share: new for each record, or from a pool
 * that has one for each user and index.
 */
export const parentKinds = ["new", "pooled"] as const
export type ParentKind = (typeof parentKinds)[number]

export interface PlanOptions {
  readonly extent: Extent
  readonly facts: ServerFacts
  /** Whether each person is followed by an association that relates it to an education organization. Default: false. */
  readonly companions?: boolean | undefined
  /** Default: new. */
  readonly parents?: ParentKind | undefined
}

/** Only the parents of a record are referred to: others would close a circle. */
const withinNeeds = (
  { addedByUpdate, parents }: RecordNeeds,
  extent: Extent,
  options: BuildOptions
): BuildOptions => ({
  ...options,
  refer: (reference: Reference) =>
    parents.has(reference.target ?? "") || (extent === "minimal" && reference === addedByUpdate)
      ? options.refer(reference)
      : Either.left("refers to a resource that needs this one")
})

const planRecord = (
  resource: ResourceSchema,
  { extent, parents: parentKind = "new" }: PlanOptions,
  number: number,
  world: World,
  fixtures: Fixtures
): Either.Either<RecordPlan, string> =>
  Either.gen(function* () {
    const needs = yield* recordNeeds(resource, world.resources, extent)
    const { companionsOf, needed, optionsFor, parents } = makeNewDocuments(resource, needs, world, fixtures)
    const options = withinNeeds(needs, extent, optionsFor(extent))
    const document = yield* buildDocument(resource, options)
    const changed = changeDocument(resource, document, options)
    const companions = yield* companionsOf(document)
    return {
      path: resource.path,
      fixtures: needed,
      parents,
      pool: parentKind === "pooled" && parents.length > 0 ? number : undefined,
      record: plannedDocument(resource, document),
      companions,
      changed
    }
  })

const keyUseOf = (fixtures: ReadonlyArray<PlannedDocument>, records: ReadonlyArray<RecordPlan>): KeyUse => {
  const documents = [
    ...fixtures,
    ...records.flatMap(({ companions, parents, record }) => [...parents, record, ...companions])
  ]
  const forms = new Set<KeyHole["form"]>()
  let slots = 1
  for (const { form, number, owner } of documents.flatMap(({ document }) => holesOf(document))) {
    forms.add(form)
    if (owner !== "fixture") slots = Math.max(slots, number + 1)
  }
  return { forms, slots }
}

/**
 * Plans the documents of the chosen resources.
 *
 * @param chosen of the model
 * @example of ed-fi/studentSchoolAssociations: one fixture, a school; per record a student and the association
 */
export const planDocuments = (
  model: ApiModel,
  chosen: ReadonlyArray<ResourceSchema>,
  options: PlanOptions
): DocumentsPlan => {
  const { companions = false, facts } = options
  const world: World = { resources: byPath(model), facts, companions }
  const fixtures = makeFixtures(world)
  const records: Array<RecordPlan> = []
  const leftOut: Array<LeftOut> = []
  for (const resource of chosen) {
    const { path } = resource
    Either.match(planRecord(resource, options, records.length, world, fixtures), {
      onLeft: (reason) => leftOut.push({ path, reason }),
      onRight: (record) => records.push(record)
    })
  }
  const needed = new Set(records.flatMap((record) => [...record.fixtures]))
  const shared = fixtures.documents.filter(({ number }) => needed.has(number))
  return { fixtures: shared, records, leftOut, keyUse: keyUseOf(shared, records) }
}
