/** The plan of a load's documents: what is created once, what is new for each record, and what an update changes. */
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import { byPath } from "../schema/closure.ts"
import { freeKeyMember } from "../schema/freeKey.ts"
import { type Extent, type RecordNeeds, recordNeeds } from "../schema/recordNeeds.ts"
import type { ApiModel, Reference, ResourceSchema } from "../schema/ResourceSchema.ts"
import { buildDocument, type BuildOptions } from "./buildDocument.ts"
import { changeDocument, ChangedDocument } from "./changeDocument.ts"
import { type Fixtures, makeFixtures, type PlannedFixture } from "./fixtureDocuments.ts"
import type { KeyHole, KeyUse } from "./generatedKeys.ts"
import { ownKeyOf } from "./ownKey.ts"
import {
  type FindTarget,
  makeRefer,
  nameIn,
  PlannedDocument,
  plannedDocument,
  type Target,
  type World
} from "./PlannedDocument.ts"
import { documentKey } from "./referenceTo.ts"
import type { ServerFacts } from "./ServerFacts.ts"
import { holesOf } from "./Skeleton.ts"

/** The documents of each record of one resource. */
export const PlannedRecord = Schema.Struct({
  /** `ed-fi/studentSchoolAssociations` */
  path: Schema.String,
  /** New for each record, or from a pool; in the order of their creation. */
  parents: Schema.Array(PlannedDocument),
  record: PlannedDocument,
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

export interface PlanOptions {
  readonly extent: Extent
  readonly facts: ServerFacts
}

/** The documents of one record while they are planned: each resource of `created` once, parents first. */
const makeNewDocuments = (resource: ResourceSchema, needs: RecordNeeds, world: World, fixtures: Fixtures) => {
  const [source] = needs.created
  const known = new Map<string, Either.Either<Target, string>>()
  const parents: Array<PlannedDocument> = []
  const needed = new Set<number>()
  const slots = { next: 0 }

  const optionsFor = (each: ResourceSchema, extent: Extent): BuildOptions => {
    const owner = each === resource ? ("record" as const) : ("parent" as const)
    const number = freeKeyMember(each) === undefined ? 0 : slots.next++
    return {
      extent,
      facts: world.facts,
      refer: makeRefer(each, world, needed, findTarget),
      ownKey: ownKeyOf(each, { owner, number }, world.facts)
    }
  }

  const findTarget: FindTarget = (each, instance) => {
    // A second document beside the source of uniqueness may be shared; what depends on the source may not.
    if (!needs.created.includes(each) || (each === source && instance > 1) || each === resource)
      return fixtures.findTarget(each, instance)
    const id = `${each.path} ${instance}`
    const before = known.get(id)
    if (before !== undefined) return before
    const target = Either.map(buildDocument(each, optionsFor(each, "minimal")), (document): Target => {
      parents.push(plannedDocument(each, document))
      return { key: documentKey(each, document, nameIn(world)), fixtures: new Set() }
    })
    known.set(id, target)
    return target
  }

  return { parents, needed, optionsFor }
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
  { extent }: PlanOptions,
  world: World,
  fixtures: Fixtures
): Either.Either<RecordPlan, string> =>
  Either.gen(function* () {
    const needs = yield* recordNeeds(resource, world.resources, extent)
    const { needed, optionsFor, parents } = makeNewDocuments(resource, needs, world, fixtures)
    const options = withinNeeds(needs, extent, optionsFor(resource, extent))
    const document = yield* buildDocument(resource, options)
    const changed = changeDocument(resource, document, options)
    return {
      path: resource.path,
      fixtures: needed,
      parents,
      record: plannedDocument(resource, document),
      changed
    }
  })

const keyUseOf = (fixtures: ReadonlyArray<PlannedDocument>, records: ReadonlyArray<RecordPlan>): KeyUse => {
  const documents = [...fixtures, ...records.flatMap(({ parents, record }) => [...parents, record])]
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
  const world: World = { resources: byPath(model), facts: options.facts }
  const fixtures = makeFixtures(world)
  const records: Array<RecordPlan> = []
  const leftOut: Array<LeftOut> = []
  for (const resource of chosen) {
    const { path } = resource
    Either.match(planRecord(resource, options, world, fixtures), {
      onLeft: (reason) => leftOut.push({ path, reason }),
      onRight: (record) => records.push(record)
    })
  }
  const needed = new Set(records.flatMap((record) => [...record.fixtures]))
  const shared = fixtures.documents.filter(({ number }) => needed.has(number))
  return { fixtures: shared, records, leftOut, keyUse: keyUseOf(shared, records) }
}
