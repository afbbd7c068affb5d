/**
 * Descriptor values in the case in which they were defined: `uri://ed-fi.org/countrydescriptor#us` in a document becomes
 * `uri://ed-fi.org/CountryDescriptor#US`, as on servers that store a reference to the descriptor instead of its text.
 */
import * as Effect from "effect/Effect"
import { isObject } from "../json.ts"
import { keyOf } from "../model/keys.ts"
import { replaceAt, valueAtPlace } from "../store/places.ts"
import type { ResourceModel } from "../model/ResourceModel.ts"
import type { Store, StoreError } from "../Store.ts"
import type { Reference, ValidDocument } from "./validate.ts"

/** The known values of a server by id space and key; empty again after each write of a descriptor. */
export type DefinedDescriptors = Map<string, string>

const nameOf = ({ key, shape }: Reference): string => `${shape.space} ${key}`

/** Looks up the values that are not known yet, all at once. */
const learn = (
  known: DefinedDescriptors,
  store: Store["Type"],
  references: ReadonlyArray<Reference>
): Effect.Effect<void, StoreError> => {
  const missing = references.filter((one) => !known.has(nameOf(one)))
  if (missing.length === 0) return Effect.void
  const keys = missing.map(({ key, shape }) => ({ space: shape.space, key }))
  return Effect.map(store.locate(keys), (found) => {
    for (const [index, reference] of missing.entries()) {
      const uri = found[index]?.uri
      if (uri !== undefined) known.set(nameOf(reference), uri)
    }
  })
}

/** The document with its descriptor values as they were defined; those that do not exist stay as they are. */
export const asDefined = (
  known: DefinedDescriptors,
  store: Store["Type"],
  model: ResourceModel,
  document: ValidDocument
): Effect.Effect<ValidDocument, StoreError> => {
  const descriptors = document.references.filter(({ shape }) => shape._tag === "descriptor")
  return Effect.map(learn(known, store, descriptors), () => {
    const body = descriptors.reduce((before, reference) => {
      const uri = known.get(nameOf(reference))
      if (uri === undefined || uri === valueAtPlace(before, reference.place)) return before
      const after = replaceAt(before, reference.place, uri)
      return isObject(after) ? after : before
    }, document.body)
    return body === document.body
      ? document
      : { ...document, body, key: keyOf(model.identity, body) ?? document.key }
  })
}
