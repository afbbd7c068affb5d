/**
 * Creates, replaces and removes a document, for single requests and for operations of a batch. The order of checks is
 * that of the server: first the document itself, then the store.
 * @see contract section 3 ("update order") and section 4 (step 6)
 */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type { JsonObject } from "../../domain/Json.ts"
import type { Precondition } from "./conditions.ts"
import type { Dialect } from "../Dialect.ts"
import { authorize, hasAction } from "../claims/authorize.ts"
import type { Values } from "../claims/authorize.ts"
import { parseUuid, uuid } from "../ids.ts"
import { sameJson } from "../json.ts"
import { valueAt } from "../model/keys.ts"
import { brokenRule } from "./constraints.ts"
import { jsonPath, validate } from "./validate.ts"
import type { Invalid, Reference, ValidDocument } from "./validate.ts"
import type { Action, ClaimAction } from "../LocalDmsOptions.ts"
import type { ServerState } from "../ServerState.ts"
import * as Refusal from "./Refusal.ts"
import type { ResourceModel } from "../model/ResourceModel.ts"
import type { Stored, StoreError } from "../Store.ts"

/** The allowed `id` in a document: none, a given one, or any because the target is not known yet. */
export type IdRule =
  { readonly _tag: "absent" } | { readonly _tag: "equals"; readonly id: string } | { readonly _tag: "any" }

/** The checks without the store: id on create, schema, id on update, equality, uniqueness, claim set. */
export const validateDocument = (
  server: ServerState,
  model: ResourceModel,
  action: Action,
  document: JsonObject,
  idRule: IdRule
): Either.Either<ValidDocument, Refusal.Refusal> => {
  if (idRule._tag === "absent" && document["id"] !== undefined) {
    return Either.left(
      Refusal.invalidRequest("Resource identifiers cannot be assigned by the client: leave 'id' out.")
    )
  }
  const { hasLinks, numbersAsBooleans } = server.dialect.documents
  const onPruned = (path: string) => {
    if (!(hasLinks && path.endsWith("Reference.link"))) server.counters.countPruned(model, path)
  }
  const valid = validate(model, document, onPruned, numbersAsBooleans)
  if (Either.isLeft(valid)) return Either.left(refusalOf(server, model, document, valid.left))
  if (idRule._tag === "equals" && !sameId(document["id"], idRule.id)) {
    const reason = "Request body id must match the id in the url."
    return Either.left(
      document["id"] === undefined ? Refusal.invalidRequest(reason) : Refusal.badRequest(reason)
    )
  }
  const broken = brokenRule(model, document, valid.right)
  if (broken !== undefined) return Either.left(Refusal.dataValidationFailed(broken))
  const denied = denial(server, model, action)
  return denied === undefined ? Either.right(valid.right) : Either.left(denied)
}

const refusalOf = (
  { dialect }: ServerState,
  { identity }: ResourceModel,
  document: JsonObject,
  invalid: Invalid
): Refusal.Refusal => {
  if (invalid._tag === "Violations") return Refusal.dataValidationFailed(invalid.errors)
  if (!dialect.documents.requiresIdentity) return Refusal.backendFailure
  const missing = identity.parts.flatMap(({ path }) => {
    const value = valueAt(document, path)
    return value === undefined || value === null ? [path] : []
  })
  return Refusal.dataValidationFailed(
    Object.fromEntries(missing.map((path) => [jsonPath(path), [`${path.at(-1) ?? ""} is required.`]]))
  )
}

export const sameId = (given: JsonObject[string], id: string): boolean =>
  typeof given === "string" && parseUuid(given) === id

/** The 403 if `--deny` names this action, or the claim set lacks it. */
export const denial = (
  { claims, options }: ServerState,
  model: ResourceModel,
  action: ClaimAction
): Refusal.Refusal | undefined =>
  options.deny.some((one) => one.action === action && one.endpoint === model.endpoint) ||
  (claims !== undefined && !hasAction(claims, model, action))
    ? Refusal.actionDenied(action, model.endpoint)
    : undefined

/** Goes on with `next` if the client may do this with a document of these values, which are read only to decide that. */
export const authorized = <A, E>(
  { claims }: ServerState,
  model: ResourceModel,
  action: Action,
  values: () => Values,
  next: () => Effect.Effect<A, E>
): Effect.Effect<A, E | Refusal.Refusal | StoreError> =>
  claims === undefined ? next() : Effect.flatMap(authorize(claims, model, action, values()), next)

export interface Written {
  readonly stored: Stored
  /** The document did not exist before. */
  readonly inserted: boolean
}

/** Creates a document, or updates the existing one with the same identity, which takes the right to create only. */
export const create = (
  server: ServerState,
  model: ResourceModel,
  document: ValidDocument,
  nowMillis: number
): Effect.Effect<Written, Refusal.Refusal | StoreError> =>
  Effect.suspend(() => {
    if (document.unstorable) return Effect.fail(Refusal.backendFailure)
    const id = uuid(server.random.ids)
    return authorized(
      server,
      model,
      "create",
      () => ({ proposed: document.body }),
      () =>
        Effect.flatMap(server.store.insert(model, id, document, nowMillis), (written) => {
          const { inserted, stored } = written
          return inserted
            ? Effect.succeed(written)
            : authorized(
                server,
                model,
                "create",
                () => ({ stored: stored.body }),
                () => rewrite(server, stored, document, nowMillis)
              )
        })
    )
  })

/** Replaces a document. @param condition what it must meet */
export const replace = (
  server: ServerState,
  existing: Stored,
  document: ValidDocument,
  condition: Precondition | undefined,
  nowMillis: number
): Effect.Effect<Written, Refusal.Refusal | StoreError> => {
  const { model } = existing
  const values = () => ({ stored: existing.body, proposed: document.body })
  return authorized(server, model, "update", values, () => {
    if (document.key !== existing.key && !model.keyUpdates) {
      return Effect.fail(Refusal.keyChangeNotSupported(model.name))
    }
    return condition !== undefined && !meets(server, existing, condition)
      ? Effect.fail(Refusal.optimisticLockFailed)
      : rewrite(server, existing, document, nowMillis)
  })
}

/** Does not write an unchanged document, so that its modification time stays. */
const rewrite = (
  server: ServerState,
  existing: Stored,
  document: ValidDocument,
  nowMillis: number
): Effect.Effect<Written, Refusal.Refusal | StoreError> => {
  if (sameJson(existing.body, document.body)) return Effect.succeed({ stored: existing, inserted: false })
  if (document.unstorable) return Effect.fail(Refusal.backendFailure)
  const atMillis = server.dialect.etag.fromTime ? Math.max(nowMillis, existing.modifiedMillis + 1) : nowMillis
  return Effect.map(server.store.update(existing, document, atMillis), (stored) => ({
    stored,
    inserted: false
  }))
}

export const remove = (
  server: ServerState,
  existing: Stored,
  condition: Precondition | undefined
): Effect.Effect<void, Refusal.Refusal | StoreError> =>
  authorized(
    server,
    existing.model,
    "delete",
    () => ({ stored: existing.body }),
    (): Effect.Effect<void, Refusal.Refusal | StoreError> =>
      condition !== undefined && !meets(server, existing, condition)
        ? Effect.fail(Refusal.optimisticLockFailed)
        : server.store.remove(existing)
  )

/** Whether a document meets the condition of a write; `undefined`: there is no document. */
export const meets = (
  { dialect }: ServerState,
  existing: Stored | undefined,
  condition: Precondition
): boolean => condition(existing === undefined ? undefined : dialect.etag.of(existing))

/** Unknown descriptors, by path, take precedence over references to other documents. */
const unresolved = ({ documents }: Dialect, references: ReadonlyArray<Reference>): Refusal.Refusal => {
  const named = references.filter(({ shape }) => shape._tag === "descriptor" || documents.namesReferences)
  const errors = Object.fromEntries(
    named.map(({ place, shape }) => [
      jsonPath(place),
      [
        shape._tag === "descriptor"
          ? `${shape.name}Descriptor value does not exist.`
          : "The referenced item does not exist."
      ]
    ])
  )
  return references.some(({ shape }) => shape._tag === "descriptor")
    ? Refusal.unknownDescriptor(errors)
    : Refusal.unresolvedReference(
        references.map(({ place }) => jsonPath(place)),
        errors
      )
}

/** The refusal for a store error. @param model the resource of the document that was written */
export const refusalFor = (
  dialect: Dialect,
  model: ResourceModel | undefined,
  error: Refusal.Refusal | StoreError
): Refusal.Refusal => {
  switch (error._tag) {
    case "Refusal":
      return error
    case "UnresolvedReferences":
      return unresolved(dialect, error.references)
    case "IdentityTaken":
      return Refusal.identityConflict(model?.name ?? "document")
    case "DependentsExist":
      return Refusal.dependentItemExists(error.by?.name)
    case "WriteConflict":
      return Refusal.writeConflict
    case "StoreFailed":
      return Refusal.backendFailure
  }
}
