/** The documents of one record while they are planned: what is new for it, and the companions of its people. */
import * as Either from "effect/Either"
import { freeKeyMember } from "../schema/freeKey.ts"
import type { Extent, RecordNeeds } from "../schema/recordNeeds.ts"
import type { ResourceSchema } from "../schema/ResourceSchema.ts"
import { buildDocument, type BuildOptions } from "./buildDocument.ts"
import type { Fixtures } from "./fixtureDocuments.ts"
import type { KeyHole } from "./generatedKeys.ts"
import { ownKeyOf } from "./ownKey.ts"
import {
  companionIn,
  finding,
  type FindTarget,
  makeRefer,
  nameIn,
  personIn,
  type PlannedDocument,
  plannedDocument,
  type Target,
  type World
} from "./PlannedDocument.ts"
import { documentKey } from "./referenceTo.ts"
import type { SkeletonObject } from "./Skeleton.ts"

/** The documents of a record beside its own. */
export interface NewDocuments {
  /** So far, in the order of their creation; each person is followed by its companion. */
  readonly parents: ReadonlyArray<PlannedDocument>
  /** The numbers of the fixtures that are needed so far. */
  readonly needed: ReadonlySet<number>
  /** How the record itself is built. */
  readonly optionsFor: (extent: Extent) => BuildOptions
  /** The companion of a record that is a person: none otherwise, or if the load has no companions. */
  readonly companionsOf: (record: SkeletonObject) => Either.Either<ReadonlyArray<PlannedDocument>, string>
}

/** Plans each resource of `needs.created` once, when it is first referred to. */
export const makeNewDocuments = (
  resource: ResourceSchema,
  needs: RecordNeeds,
  world: World,
  fixtures: Fixtures
): NewDocuments => {
  const [source] = needs.created
  const known = new Map<string, Either.Either<Target, string>>()
  const parents: Array<PlannedDocument> = []
  const needed = new Set<number>()
  const slots = { next: 0 }

  const optionsFor = (
    each: ResourceSchema,
    owner: KeyHole["owner"],
    extent: Extent,
    find: FindTarget
  ): BuildOptions => {
    const number = freeKeyMember(each) === undefined ? 0 : slots.next++
    return {
      extent,
      facts: world.facts,
      refer: makeRefer(each, world, needed, find),
      ownKey: ownKeyOf(each, { owner, number }, world.facts)
    }
  }

  const targetOf = (each: ResourceSchema, document: SkeletonObject): Target => ({
    key: documentKey(each, document, nameIn(world)),
    fixtures: new Set()
  })

  const addParent = (each: ResourceSchema, find: FindTarget): Either.Either<Target, string> => {
    const built = buildDocument(each, optionsFor(each, "parent", "minimal", find))
    const target = Either.map(built, (document) => {
      parents.push(plannedDocument(each, document))
      return targetOf(each, document)
    })
    known.set(each.path, target)
    return target
  }

  /** A record that is the companion of its parent is not created twice. */
  const addCompanion = (person: ResourceSchema, target: Target): Either.Either<Target, string> => {
    const companion = companionIn(world, person)
    if (companion === undefined || companion === resource) return Either.right(target)
    return Either.mapBoth(addParent(companion, finding(person, target, findTarget)), {
      onLeft: (reason) => `of its companion ${companion.path}: ${reason}`,
      onRight: () => target
    })
  }

  /** A second document beside the source of uniqueness may be shared; what depends on the source may not. */
  const isNew = (each: ResourceSchema, instance: number): boolean =>
    needs.created.includes(each) && !(each === source && instance > 1) && each !== resource

  const findTarget: FindTarget = (each, instance) => {
    if (!isNew(each, instance)) return fixtures.findTarget(each, instance)
    // A companion is created with its person.
    const person = personIn(world, each)
    if (person !== undefined && isNew(person, instance) && !known.has(each.path)) findTarget(person, instance)
    return (
      known.get(each.path) ??
      Either.flatMap(addParent(each, findTarget), (target) => addCompanion(each, target))
    )
  }

  return {
    parents,
    needed,
    optionsFor: (extent) => optionsFor(resource, "record", extent, findTarget),
    companionsOf: (record) => {
      const companion = companionIn(world, resource)
      if (companion === undefined) return Either.right([])
      const find = finding(resource, targetOf(resource, record), findTarget)
      return Either.mapBoth(buildDocument(companion, optionsFor(companion, "record", "minimal", find)), {
        onLeft: (reason) => `of its companion ${companion.path}: ${reason}`,
        onRight: (document) => [plannedDocument(companion, document)]
      })
    }
  }
}
