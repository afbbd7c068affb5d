/**
 * Decides by the claim set whether the client may do something with a document, and which documents of a list it sees.
 * All values of a document that count must be ones of the client.
 * @see api-facts sections 4 ("403") and 5
 */
import * as Effect from "effect/Effect"
import type { JsonObject } from "../../domain/Json.ts"
import { sandboxStrategy } from "./sandboxClaims.ts"
import type { Strategy } from "./sandboxClaims.ts"
import type { Claims } from "./Claims.ts"
import * as denials from "./denials.ts"
import { valueAt } from "../model/keys.ts"
import type { Action, ClaimAction } from "../LocalDmsOptions.ts"
import { isMetByText } from "../store/memoryConditions.ts"
import { isPersonKind, linkedToPerson, personOf } from "./people.ts"
import type { Reached } from "./ReachedOrganizations.ts"
import type { Refusal } from "../requests/Refusal.ts"
import type { ResourceModel, SecuredElement, SecuredKind } from "../model/ResourceModel.ts"
import { oldestFirst } from "../Store.ts"
import type { Condition, StoreError } from "../Store.ts"

/** A value of a document, and what it must be. */
interface Requirement {
  readonly element: SecuredElement
  readonly condition: Condition
}

/** The values of one document: those stored, those in a request, or both of an update. */
export interface Values {
  readonly stored?: JsonObject
  readonly proposed?: JsonObject
}

type Result<A> = Effect.Effect<A, Refusal | StoreError>

const countedKinds: { readonly [strategy in Strategy]: ReadonlyArray<SecuredKind> } = {
  free: [],
  namespace: ["namespace"],
  organizations: ["educationOrganization"],
  organizationsAndPeople: ["educationOrganization", "student", "contact", "staff"],
  students: ["student"]
}

/** Whether the claim set has an action at all. It has `readChanges` for every resource. @see api-facts section 3 */
export const hasAction = ({ dialect }: Claims, model: ResourceModel, action: ClaimAction): boolean =>
  action === "readChanges" || sandboxStrategy(model, action, dialect) !== undefined

const elementsOf = (claims: Claims, model: ResourceModel, action: Action): ReadonlyArray<SecuredElement> => {
  const strategy = sandboxStrategy(model, action, claims.dialect) ?? "free"
  if (strategy !== "namespace" && !claims.checksRelationships) return []
  return model.secured.filter(({ kind }) => countedKinds[strategy].includes(kind))
}

const conditionOf = (claims: Claims, { kind, path }: SecuredElement, reached: Reached): Condition => {
  if (kind === "namespace") return { _tag: "startsWith", path, prefixes: claims.namespacePrefixes }
  return kind === "educationOrganization"
    ? { _tag: "oneOf", path, values: reached }
    : linkedToPerson(claims.models, kind, path, reached)
}

const nothingReached: Reached = new Set()

const requirementsOf = (
  claims: Claims,
  model: ResourceModel,
  action: Action
): Result<ReadonlyArray<Requirement>> => {
  const elements = elementsOf(claims, model, action)
  const requirements = (reached: Reached) =>
    elements.map((element) => ({ element, condition: conditionOf(claims, element, reached) }))
  if (elements.every(({ kind }) => kind === "namespace")) {
    return elements.length > 0 && claims.namespacePrefixes.length === 0
      ? Effect.fail(denials.noNamespaces)
      : Effect.succeed(requirements(nothingReached))
  }
  return Effect.map(claims.reached, requirements)
}

/** Looks a person up by its key, because a document with a new value is not stored yet. */
const isMet = (
  claims: Claims,
  { condition, element }: Requirement,
  body: JsonObject
): Effect.Effect<boolean, StoreError> => {
  const value = String(valueAt(body, element.path))
  if (condition._tag !== "linked") return Effect.succeed(isMetByText(condition, value))
  const person = isPersonKind(element.kind) ? personOf(claims.models, element.kind) : undefined
  if (person === undefined) return Effect.succeed(false)
  const terms = [{ paths: [person.path], value }]
  const where = [{ ...condition, path: person.path }]
  const found = claims.store.query(person.model, { ...oldestFirst, terms, where, limit: 1 })
  return Effect.map(found, ({ items }) => items.length > 0)
}

const check = Effect.fnUntraced(function* (
  claims: Claims,
  requirements: ReadonlyArray<Requirement>,
  body: JsonObject,
  source: keyof Values
) {
  const elementsOf = (some: ReadonlyArray<Requirement>) => some.map(({ element }) => element)
  const missing = requirements.filter(({ element }) => valueAt(body, element.path) === undefined)
  if (missing.length > 0) return yield* Effect.fail(denials.valueMissing(elementsOf(missing), source))
  const unmet = yield* Effect.filter(requirements, (one) => isMet(claims, one, body), { negate: true })
  if (unmet.length > 0) return yield* Effect.fail(denials.notTheClients(claims, elementsOf(unmet), source))
})

/** Fails unless the client may do this with a document of these values. */
export const authorize = (
  claims: Claims,
  model: ResourceModel,
  action: Action,
  { proposed, stored }: Values
): Result<void> =>
  Effect.flatMap(requirementsOf(claims, model, action), (requirements) => {
    if (requirements.length === 0) return Effect.void
    const checkStored = stored === undefined ? Effect.void : check(claims, requirements, stored, "stored")
    return proposed === undefined
      ? checkStored
      : Effect.zipRight(checkStored, check(claims, requirements, proposed, "proposed"))
  })

/** The conditions of the documents that the client sees in lists. */
export const visibleTo = (claims: Claims, model: ResourceModel): Result<ReadonlyArray<Condition>> =>
  Effect.map(requirementsOf(claims, model, "read"), (requirements) =>
    requirements.map(({ condition }) => condition)
  )
