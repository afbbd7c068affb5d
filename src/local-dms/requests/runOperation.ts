/** Runs one operation of a batch in its transaction. @see contract section 4, step 6, for the order of checks */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type { Precondition } from "./conditions.ts"
import type { ValidDocument } from "./validate.ts"
import type { ServerState } from "../ServerState.ts"
import { naturalKeyOf } from "../model/naturalKey.ts"
import type { Operation } from "./parseBatch.ts"
import * as Refusal from "./Refusal.ts"
import type { ResourceModel } from "../model/ResourceModel.ts"
import type { Stored, StoreError } from "../Store.ts"
import { create, denial, validateDocument, remove, replace, sameId } from "./writes.ts"
import type { Written } from "./writes.ts"

type Update = Extract<Operation, { readonly op: "update" }>
type Delete = Extract<Operation, { readonly op: "delete" }>
type Run<A> = Effect.Effect<A, Refusal.Refusal | StoreError>
type Key = Either.Either<string | undefined, Refusal.Refusal>

/** The resource of an operation, named as the server is told to expect. */
export const findResource = (
  { models, options }: ServerState,
  { resource }: Operation
): ResourceModel | undefined =>
  options.resourceNaming === "endpoint" ? models.findByEndpoint(resource) : models.findByName(resource)

// Plain functions instead of generators, because this is the hot path.
export const runOperation = (server: ServerState, operation: Operation, nowMillis: number): Run<Written> => {
  const model = findResource(server, operation)
  if (model === undefined) {
    return Effect.fail(Refusal.badRequest(`Resource '${operation.resource}' does not exist.`))
  }
  if (operation.op === "create") {
    const valid = validateOperation(server, model, operation)
    return Either.isLeft(valid) ? Effect.fail(valid.left) : create(server, model, valid.right, nowMillis)
  }
  const { target } = operation
  const key: Key = target._tag === "Key" ? naturalKeyOf(model, target.naturalKey) : Either.right(undefined)
  if (Either.isLeft(key)) return Effect.fail(key.left)
  return operation.op === "delete"
    ? runDelete(server, model, operation, key.right)
    : runUpdate(server, model, operation, key.right, nowMillis)
}

const runDelete = (
  server: ServerState,
  model: ResourceModel,
  operation: Delete,
  key: string | undefined
): Run<Written> => {
  const denied = denial(server, model, "delete")
  if (denied !== undefined) return Effect.fail(denied)
  return Effect.flatMap(findTarget(server, model, operation, key), (stored) =>
    Effect.as(remove(server, stored, conditionOf(server, operation)), { stored, inserted: false })
  )
}

const runUpdate = (
  server: ServerState,
  model: ResourceModel,
  operation: Update,
  key: string | undefined,
  nowMillis: number
): Run<Written> => {
  const valid = validateOperation(server, model, operation)
  if (Either.isLeft(valid)) return Effect.fail(valid.left)
  const document = valid.right
  if (key !== undefined && key !== document.key && !model.keyUpdates) {
    return Effect.fail(Refusal.keyChangeNotSupported(model.name))
  }
  const ownId = operation.document["id"]
  return Effect.flatMap(findTarget(server, model, operation, key), (existing) =>
    ownId !== undefined && !sameId(ownId, existing.id)
      ? Effect.fail(
          Refusal.badRequest("The document's 'id' must match the document that the naturalKey names.")
        )
      : replace(server, existing, document, conditionOf(server, operation), nowMillis)
  )
}

const conditionOf = ({ dialect }: ServerState, { ifMatch }: Update | Delete): Precondition | undefined =>
  ifMatch === undefined ? undefined : dialect.conditions.ofWrite("PUT", { ifMatch, ifNoneMatch: undefined })

const validateOperation = (
  server: ServerState,
  model: ResourceModel,
  operation: Exclude<Operation, Delete>
): Either.Either<ValidDocument, Refusal.Refusal> => {
  const { document, duplicates } = operation
  if (duplicates.length > 0) return Either.left(Refusal.duplicateMembers)
  if (operation.op === "create")
    return validateDocument(server, model, "create", document, { _tag: "absent" })
  const { target } = operation
  const idRule =
    target._tag === "Id" && document["id"] !== undefined
      ? ({ _tag: "equals", id: target.id } as const)
      : ({ _tag: "any" } as const)
  return validateDocument(server, model, "update", document, idRule)
}

/** The document that an operation updates or deletes, or the 404 for that kind of operation. */
const findTarget = (
  server: ServerState,
  model: ResourceModel,
  { op, target }: Update | Delete,
  key: string | undefined
): Run<Stored> => {
  const found =
    target._tag === "Id" ? server.store.findById(model, target.id) : server.store.findByKey(model, key ?? "")
  return Effect.flatMap(found, (stored) => {
    if (stored !== undefined) return Effect.succeed(stored)
    if (target._tag === "Key") return Effect.fail(Refusal.notFound(`No ${model.name} has this natural key.`))
    return Effect.fail(Refusal.notFound(`Resource to ${op} was not found.`))
  })
}
