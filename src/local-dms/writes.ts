/**
 * Creating, replacing and removing one document, alike for a single request and for an operation of a batch.
 * The order of checks is the server's: first the document by itself, then the store.
 * @see contract section 3 ("update order") and section 4 (step 6)
 */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type { JsonObject } from "../domain/Json.ts"
import { descriptorExists } from "./descriptors.ts"
import { etagOf } from "./etag.ts"
import { parseUuid, uuid } from "./ids.ts"
import { sameJson } from "./json.ts"
import { judgeEquality, judgeUniqueItems } from "./constraints.ts"
import { jsonPath, judge } from "./judge.ts"
import type { DescriptorValue, Judged } from "./judge.ts"
import type { Action } from "./LocalDmsOptions.ts"
import type { ServerState } from "./ServerState.ts"
import * as Refusal from "./Refusal.ts"
import type { ResourceModel } from "./ResourceModel.ts"
import type { Stored, StoreError } from "./Store.ts"

/** What a document's own `id` must be: absent, or this one, or (its target still unknown) any. */
export type IdRule =
  { readonly _tag: "absent" } | { readonly _tag: "equals"; readonly id: string } | { readonly _tag: "any" }

/** The stages that need no store: id on create, schema, id on update, equality, uniqueness, claim set. */
export const judgeDocument = (
  machine: ServerState,
  model: ResourceModel,
  action: Action,
  document: JsonObject,
  idRule: IdRule
): Either.Either<Judged, Refusal.Refusal> => {
  if (idRule._tag === "absent" && document["id"] !== undefined) {
    return Either.left(
      Refusal.badRequest("Resource identifiers cannot be assigned by the client: leave 'id' out.")
    )
  }
  const judged = judge(model, document, (path) => machine.ledger.prune(model, path))
  if (Either.isLeft(judged)) return Either.left(Refusal.dataValidationFailed(judged.left))
  if (idRule._tag === "equals" && !sameId(document["id"], idRule.id)) {
    return Either.left(Refusal.badRequest("Request body id must match the id in the url."))
  }
  const { body } = judged.right
  const broken = judgeEquality(model, body) ?? judgeUniqueItems(model.members, body)
  if (broken !== undefined) return Either.left(Refusal.dataValidationFailed(broken))
  const denied = denial(machine, model, action)
  return denied === undefined ? Either.right(judged.right) : Either.left(denied)
}

export const sameId = (given: JsonObject[string], id: string): boolean =>
  typeof given === "string" && parseUuid(given) === id

/** The 403 of `--deny`, if the claim set lacks this action. */
export const denial = (
  machine: ServerState,
  model: ResourceModel,
  action: Action
): Refusal.Refusal | undefined =>
  machine.options.deny.some((one) => one.action === action && one.endpoint === model.endpoint)
    ? Refusal.actionDenied(action, model.endpoint)
    : undefined

export interface Written {
  readonly stored: Stored
  /** It did not exist before. */
  readonly inserted: boolean
}

/** Creates a document, or updates the one that has its identity. */
export const create = (
  machine: ServerState,
  model: ResourceModel,
  document: Judged,
  nowMillis: number
): Effect.Effect<Written, Refusal.Refusal | StoreError> =>
  Effect.suspend(() => {
    const unknown = unknownDescriptors(document.descriptors)
    if (unknown !== undefined) {
      // An unchanged document is left alone, whatever it names.
      return Effect.flatMap(machine.store.findByKey(model, document.key), (existing) =>
        existing === undefined ? Effect.fail(unknown) : rewrite(machine, existing, document, nowMillis)
      )
    }
    const id = uuid(machine.random.ids)
    return Effect.flatMap(machine.store.insert(model, id, document, nowMillis), (written) =>
      written.inserted ? Effect.succeed(written) : rewrite(machine, written.stored, document, nowMillis)
    )
  })

/** Replaces a document. @param ifMatch compared as plain text, so a quoted tag never matches */
export const replace = (
  machine: ServerState,
  existing: Stored,
  document: Judged,
  ifMatch: string | undefined,
  nowMillis: number
): Effect.Effect<Written, Refusal.Refusal | StoreError> => {
  if (document.key !== existing.key && !existing.model.keyUpdates) {
    return Effect.fail(Refusal.keyChangeNotSupported(existing.model.name))
  }
  return ifMatch !== undefined && ifMatch !== etagOf(existing.body)
    ? Effect.fail(Refusal.optimisticLockFailed)
    : rewrite(machine, existing, document, nowMillis)
}

/** An unchanged document is left alone, its time of change too. */
const rewrite = (
  machine: ServerState,
  existing: Stored,
  document: Judged,
  nowMillis: number
): Effect.Effect<Written, Refusal.Refusal | StoreError> => {
  if (sameJson(existing.body, document.body)) return Effect.succeed({ stored: existing, inserted: false })
  const unknown = unknownDescriptors(document.descriptors)
  if (unknown !== undefined) return Effect.fail(unknown)
  return Effect.map(machine.store.update(existing, document, nowMillis), (stored) => ({
    stored,
    inserted: false
  }))
}

export const remove = (
  machine: ServerState,
  existing: Stored,
  ifMatch: string | undefined
): Effect.Effect<void, Refusal.Refusal | StoreError> =>
  ifMatch !== undefined && ifMatch !== etagOf(existing.body)
    ? Effect.fail(Refusal.optimisticLockFailed)
    : machine.store.remove(existing)

const unknownDescriptors = (descriptors: ReadonlyArray<DescriptorValue>): Refusal.Refusal | undefined => {
  if (descriptors.every(({ name, uri }) => descriptorExists(name, uri))) return undefined
  const unknown = descriptors.filter(({ name, uri }) => !descriptorExists(name, uri))
  return Refusal.badRequest(
    "Data validation failed. See 'validationErrors' for details.",
    Object.fromEntries(
      unknown.map(({ name, place, uri }) => [
        jsonPath(place),
        [`${name}Descriptor value '${uri}' does not exist.`]
      ])
    )
  )
}

/** What the server answers when the store refuses a write of `model`. */
export const explain = (model: ResourceModel, error: Refusal.Refusal | StoreError): Refusal.Refusal => {
  switch (error._tag) {
    case "Refusal":
      return error
    case "UnresolvedReferences":
      return Refusal.unresolvedReference(error.references.map(({ place }) => jsonPath(place)))
    case "IdentityTaken":
      return Refusal.identityConflict(model.name)
    case "DependentsExist":
      return Refusal.dependentItemExists(error.by?.name)
    case "WriteConflict":
      return Refusal.writeConflict
    case "StoreFailed":
      return Refusal.backendFailure
  }
}
