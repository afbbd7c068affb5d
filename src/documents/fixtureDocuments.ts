/** The documents that the records of a load share: created once, minimal, each with the parents that it needs. */
import * as Either from "effect/Either"
import { isFound } from "../schema/closure.ts"
import type { ResourceSchema } from "../schema/ResourceSchema.ts"
import { buildDocument } from "./buildDocument.ts"
import { foundDocument, ownKeyOf } from "./ownKey.ts"
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

export interface PlannedFixture extends PlannedDocument {
  /** As in the holes of its key. */
  readonly number: number
}

export interface Fixtures {
  /** All so far, parents before their dependents. */
  readonly documents: ReadonlyArray<PlannedFixture>
  /** The shared document of a resource, planned when it is first needed. */
  readonly findTarget: FindTarget
}

/**
 * One document, or two, of each resource that any record shares, so that all records agree on their parents. A person is
 * followed by its companion, before anything else can refer to it.
 */
export const makeFixtures = (world: World): Fixtures => {
  const documents: Array<PlannedFixture> = []
  const known = new Map<string, Either.Either<Target, string>>()
  const counter = { next: 0 }
  const idOf = ({ path }: ResourceSchema, instance: number) => `${path} ${instance}`

  const create = (resource: ResourceSchema, find: FindTarget): Either.Either<Target, string> => {
    const number = counter.next++
    const needed = new Set([number])
    const built = buildDocument(resource, {
      extent: "minimal",
      facts: world.facts,
      refer: makeRefer(resource, world, needed, find),
      ownKey: ownKeyOf(resource, { owner: "fixture", number }, world.facts)
    })
    return Either.map(built, (document) => {
      documents.push({ number, ...plannedDocument(resource, document) })
      return { key: documentKey(resource, document, nameIn(world)), fixtures: needed }
    })
  }

  /** @returns a person that needs its companion as well */
  const withCompanion = (person: ResourceSchema, instance: number, target: Target) => {
    const companion = companionIn(world, person)
    if (companion === undefined) return Either.right(target)
    const created = create(companion, finding(person, target, findTarget))
    known.set(idOf(companion, instance), created)
    return Either.mapBoth(created, {
      onLeft: (reason) => `of its companion ${companion.path}: ${reason}`,
      onRight: ({ fixtures }) => ({ key: target.key, fixtures: new Set([...target.fixtures, ...fixtures]) })
    })
  }

  const findTarget: FindTarget = (resource, instance) => {
    const id = idOf(resource, instance)
    // A companion is created with its person.
    const person = known.has(id) ? undefined : personIn(world, resource)
    if (person !== undefined) findTarget(person, instance)
    const before = known.get(id)
    if (before !== undefined) return before
    const target = isFound(resource)
      ? Either.right({
          key: documentKey(resource, foundDocument(resource, world.facts), nameIn(world)),
          fixtures: new Set<number>()
        })
      : Either.flatMap(create(resource, findTarget), (created) => withCompanion(resource, instance, created))
    known.set(id, target)
    return target
  }

  return { documents, findTarget }
}
