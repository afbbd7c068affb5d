/** The documents that the records of a load share: created once, minimal, each with the parents that it needs. */
import * as Either from "effect/Either"
import { isFound } from "../schema/closure.ts"
import type { ResourceSchema } from "../schema/ResourceSchema.ts"
import { buildDocument } from "./buildDocument.ts"
import { foundDocument, ownKeyOf } from "./ownKey.ts"
import {
  type FindTarget,
  makeRefer,
  nameIn,
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

/** One document, or two, of each resource that any record shares, so that all records agree on their parents. */
export const makeFixtures = (world: World): Fixtures => {
  const documents: Array<PlannedFixture> = []
  const known = new Map<string, Either.Either<Target, string>>()
  const counter = { next: 0 }

  const create = (resource: ResourceSchema): Either.Either<Target, string> => {
    const number = counter.next++
    const needed = new Set([number])
    const built = buildDocument(resource, {
      extent: "minimal",
      facts: world.facts,
      refer: makeRefer(resource, world, needed, findTarget),
      ownKey: ownKeyOf(resource, { owner: "fixture", number }, world.facts)
    })
    return Either.map(built, (document) => {
      documents.push({ number, ...plannedDocument(resource, document) })
      return { key: documentKey(resource, document, nameIn(world)), fixtures: needed }
    })
  }

  const findTarget: FindTarget = (resource, instance) => {
    const id = `${resource.path} ${instance}`
    const before = known.get(id)
    if (before !== undefined) return before
    const target = isFound(resource)
      ? Either.right({
          key: documentKey(resource, foundDocument(resource, world.facts), nameIn(world)),
          fixtures: new Set<number>()
        })
      : create(resource)
    known.set(id, target)
    return target
  }

  return { documents, findTarget }
}
