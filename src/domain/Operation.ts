/** The operations of a batch: an operation that `POST /batch` would refuse does not compile. */
import type { JsonObject } from "./Json.ts"
import type { Resource } from "./Resource.ts"

export type Op = "create" | "update" | "delete"

type Named = Pick<Resource, "endpoint" | "name" | "project">

/**
 * The target of an update or a delete: a natural key or a `documentId`, never both. A record created earlier in the same
 * batch is addressed by its natural key, because its `documentId` is not known yet.
 */
export type Target<Key extends JsonObject = JsonObject> =
  | { readonly naturalKey: Key; readonly documentId?: never }
  | { readonly documentId: string; readonly naturalKey?: never }

/** Creates a record; on a server that already has its identity, the record is updated (an upsert). */
export interface Create {
  readonly op: "create"
  readonly resource: Named
  readonly document: JsonObject
}
/** Replaces the whole document of a record. */
export interface Update {
  readonly op: "update"
  readonly resource: Named
  readonly target: Target
  readonly document: JsonObject
}
export interface Delete {
  readonly op: "delete"
  readonly resource: Named
  readonly target: Target
}
export type Operation = Create | Update | Delete

/** An update or a delete of a record whose id is known. */
export type AtId<O extends Update | Delete> = O & { readonly target: { readonly documentId: string } }

/** An operation for a single request: the single-resource API addresses records only by id. */
export type SingleOperation = Create | AtId<Update> | AtId<Delete>

/** The same operation, aimed at an id. */
export const atId = <O extends Update | Delete>(operation: O, documentId: string): AtId<O> => ({
  ...operation,
  target: { documentId }
})

/** Create, update and delete of one record, in the order in which they have to run. */
export type Triple = readonly [Create, Update, Delete]

/** `create(students, student)` */
export const create = <D extends JsonObject, K extends JsonObject, I extends keyof D>(
  resource: Resource<D, K, I>,
  document: D
): Create => ({ op: "create", resource, document })

/** `update(students, { documentId }, student)` or `update(students, { naturalKey: { studentUniqueId } }, student)` */
export const update = <D extends JsonObject, K extends JsonObject, I extends keyof D>(
  resource: Resource<D, K, I>,
  target: Target<K>,
  document: D
): Update => ({ op: "update", resource, target, document })

/** `remove(students, { documentId })`; `delete` is a reserved word. */
export const remove = <D extends JsonObject, K extends JsonObject, I extends keyof D>(
  resource: Resource<D, K, I>,
  target: Target<K>
): Delete => ({ op: "delete", resource, target })

/**
 * The triple of one record: created as `document`, updated with `change`, deleted; the update and the delete
 * aim at its natural key. A change of an identity member does not compile.
 *
 * @example triple(students, student, { firstName: `${student.firstName} Updated` })
 */
export const triple = <D extends JsonObject, K extends JsonObject, I extends keyof D>(
  resource: Resource<D, K, I>,
  document: D,
  change: Partial<Omit<D, I>>
): Triple => {
  const target = { naturalKey: resource.keyOf(document) }
  return [
    create(resource, document),
    { op: "update", resource, target, document: { ...document, ...change } },
    remove(resource, target)
  ]
}
