/** One operation of a batch, inside its transaction. @see contract section 4, step 6, for the order of checks */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { jsonPath } from "./judge.ts"
import type { Judged } from "./judge.ts"
import type { ServerState } from "./ServerState.ts"
import { naturalKeyOf } from "./naturalKey.ts"
import type { Operation } from "./parseBatch.ts"
import * as Refusal from "./Refusal.ts"
import { findByEndpoint, findByName } from "./ResourceModel.ts"
import type { ResourceModel } from "./ResourceModel.ts"
import type { Stored, StoreError } from "./Store.ts"
import { create, denial, judgeDocument, remove, replace, sameId } from "./writes.ts"
import type { Written } from "./writes.ts"

type Update = Extract<Operation, { readonly op: "update" }>
type Delete = Extract<Operation, { readonly op: "delete" }>
type Run<A> = Effect.Effect<A, Refusal.Refusal | StoreError>
type Key = Either.Either<string | undefined, Refusal.Refusal>

/** The resource an operation names, in the dialect spoken. */
export const findResource = (machine: ServerState, { resource }: Operation): ResourceModel | undefined =>
  machine.options.dialect === "endpoint" ? findByEndpoint(resource) : findByName(resource)

// Plain functions instead of generators: this runs for every operation of every batch.
export const runOperation = (machine: ServerState, operation: Operation, nowMillis: number): Run<Written> => {
  const model = findResource(machine, operation)
  if (model === undefined) {
    return Effect.fail(Refusal.badRequest(`Resource '${operation.resource}' does not exist.`))
  }
  if (operation.op === "create") {
    const judged = judgeOperation(machine, model, operation)
    return Either.isLeft(judged) ? Effect.fail(judged.left) : create(machine, model, judged.right, nowMillis)
  }
  const { target } = operation
  const key: Key = target._tag === "Key" ? naturalKeyOf(model, target.naturalKey) : Either.right(undefined)
  if (Either.isLeft(key)) return Effect.fail(key.left)
  return operation.op === "delete"
    ? runDelete(machine, model, operation, key.right)
    : runUpdate(machine, model, operation, key.right, nowMillis)
}

const runDelete = (
  machine: ServerState,
  model: ResourceModel,
  operation: Delete,
  key: string | undefined
): Run<Written> => {
  const denied = denial(machine, model, "delete")
  if (denied !== undefined) return Effect.fail(denied)
  return Effect.flatMap(findTarget(machine, model, operation, key), (stored) =>
    Effect.as(remove(machine, stored, operation.ifMatch), { stored, inserted: false })
  )
}

const runUpdate = (
  machine: ServerState,
  model: ResourceModel,
  operation: Update,
  key: string | undefined,
  nowMillis: number
): Run<Written> => {
  const judged = judgeOperation(machine, model, operation)
  if (Either.isLeft(judged)) return Effect.fail(judged.left)
  const document = judged.right
  if (key !== undefined && key !== document.key && !model.keyUpdates) {
    return Effect.fail(Refusal.keyChangeNotSupported(model.name))
  }
  const ownId = operation.document["id"]
  return Effect.flatMap(findTarget(machine, model, operation, key), (existing) =>
    ownId !== undefined && !sameId(ownId, existing.id)
      ? Effect.fail(
          Refusal.badRequest("The document's 'id' must match the document that the naturalKey names.")
        )
      : replace(machine, existing, document, operation.ifMatch, nowMillis)
  )
}

const judgeOperation = (
  machine: ServerState,
  model: ResourceModel,
  operation: Exclude<Operation, Delete>
): Either.Either<Judged, Refusal.Refusal> => {
  const { document, duplicates } = operation
  if (duplicates.length > 0) return Either.left(Refusal.duplicateMembers(duplicates.map(jsonPath)))
  if (operation.op === "create") return judgeDocument(machine, model, "create", document, { _tag: "absent" })
  const { target } = operation
  const idRule =
    target._tag === "Id" && document["id"] !== undefined
      ? ({ _tag: "equals", id: target.id } as const)
      : ({ _tag: "any" } as const)
  return judgeDocument(machine, model, "update", document, idRule)
}

/** The document an operation is about, or the 404 of its kind. */
const findTarget = (
  machine: ServerState,
  model: ResourceModel,
  { op, target }: Update | Delete,
  key: string | undefined
): Run<Stored> => {
  const found =
    target._tag === "Id"
      ? machine.store.findById(model, target.id)
      : machine.store.findByKey(model, key ?? "")
  return Effect.flatMap(found, (stored) => {
    if (stored !== undefined) return Effect.succeed(stored)
    if (target._tag === "Key") return Effect.fail(Refusal.notFound(`No ${model.name} has this natural key.`))
    return Effect.fail(
      op === "delete" ? Refusal.notFoundEmpty : Refusal.notFound("Resource to update was not found.")
    )
  })
}
