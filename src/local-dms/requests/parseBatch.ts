/**
 * Parses the body of a batch. All operations are parsed before they are counted or run; the first problem is a 400
 * without `failedOperation`, so a malformed batch is never a 413.
 * @see contract section 4, "Errors, in order of checks", step 2
 */
import * as Either from "effect/Either"
import type { Json, JsonObject } from "../../domain/Json.ts"
import { parseUuid } from "../ids.ts"
import { isArray, isObject, parseJson, withoutByteOrderMark } from "../json.ts"
import * as Refusal from "./Refusal.ts"
import type { WriteKind } from "../Stats.ts"

export type Target =
  { readonly _tag: "Id"; readonly id: string } | { readonly _tag: "Key"; readonly naturalKey: JsonObject }

interface Common {
  readonly index: number
  /** As written in the request. */
  readonly resource: string
  /** Paths of repeated members in `document`. */
  readonly duplicates: ReadonlyArray<ReadonlyArray<string>>
  readonly ifMatch: string | undefined
}

export type Operation =
  | (Common & { readonly op: "create"; readonly document: JsonObject })
  | (Common & { readonly op: "update"; readonly document: JsonObject; readonly target: Target })
  | (Common & { readonly op: "delete"; readonly target: Target })

type Parsed<A> = Either.Either<A, Refusal.Refusal>

const refuse = (reason: string): Either.Either<never, Refusal.Refusal> =>
  Either.left(Refusal.badRequest(reason))

const none: Common["duplicates"] = []

export const parseBatch = (text: string): Parsed<ReadonlyArray<Operation>> => {
  const body = withoutByteOrderMark(text)
  if (body.trim() === "") return refuse("A non-empty request body is required.")
  const parsed = parseJson(body)
  if (Either.isLeft(parsed)) return refuse("The request body is not valid JSON.")
  const { duplicates, value } = parsed.right
  if (!isArray(value)) return refuse("The request body must be a JSON array of operations.")
  const operations: Array<Operation> = []
  for (let index = 0; index < value.length; index++) {
    const inside =
      duplicates.length === 0
        ? none
        : duplicates.filter(([first]) => first === String(index)).map((path) => path.slice(1))
    const operation = parseOperation(value[index], index, inside)
    if (Either.isLeft(operation)) return Either.left(operation.left)
    operations.push(operation.right)
  }
  return Either.right(operations)
}

/** @param duplicates paths of repeated members in the operation */
const parseOperation = (
  value: Json | undefined,
  index: number,
  duplicates: Common["duplicates"]
): Parsed<Operation> => {
  if (!isObject(value)) return refuse(`Operation ${index} must be an object.`)
  if (duplicates.some((path) => path.length === 1 || path[0] === "naturalKey")) {
    return Either.left(Refusal.crash("An item with the same key has already been added."))
  }
  const op = parseOp(value["op"])
  if (op === undefined) return refuse(`Operation ${index}: 'op' must be create, update or delete.`)
  const resource = value["resource"]
  if (typeof resource !== "string" || resource.trim() === "") {
    return refuse(`Operation ${index}: 'resource' must be a non-empty string.`)
  }
  const documentId = value["documentId"] ?? undefined
  const id = typeof documentId === "string" ? parseUuid(documentId) : undefined
  if (documentId !== undefined && id === undefined)
    return refuse(`Operation ${index}: 'documentId' must be a GUID.`)
  const naturalKey = isObject(value["naturalKey"]) ? value["naturalKey"] : undefined
  const ifMatchGiven = value["ifMatch"] ?? undefined
  if (ifMatchGiven !== undefined && typeof ifMatchGiven !== "string") {
    return refuse(`Operation ${index}: 'ifMatch' must be a string.`)
  }
  const ifMatch = ifMatchGiven?.trim() === "" ? undefined : ifMatchGiven
  const inDocument =
    duplicates.length === 0
      ? duplicates
      : duplicates.flatMap(([first, ...rest]) => (first === "document" ? [rest] : []))
  const document = isObject(value["document"]) ? value["document"] : undefined

  if (op === "create") {
    if (document === undefined) return refuse(`Operation ${index}: 'document' is required for create.`)
    if (id !== undefined || naturalKey !== undefined) {
      return refuse(`Operation ${index}: create takes neither 'documentId' nor 'naturalKey'.`)
    }
    if (ifMatch !== undefined) return refuse(`Operation ${index}: create takes no 'ifMatch'.`)
    return Either.right({ index, op, resource, document, duplicates: inDocument, ifMatch })
  }
  if (op === "update" && document === undefined) {
    return refuse(`Operation ${index}: 'document' is required for update.`)
  }
  const target = targetOf(id, naturalKey)
  if (target === undefined) {
    return refuse(`Operation ${index}: ${op} takes exactly one of 'documentId' and 'naturalKey'.`)
  }
  return Either.right(
    op === "update" && document !== undefined
      ? { index, op, resource, document, target, duplicates: inDocument, ifMatch }
      : { index, op: "delete", resource, target, duplicates: inDocument, ifMatch }
  )
}

/** Ignores case and surrounding blanks: ` Create `. */
const parseOp = (value: Json | undefined): WriteKind | undefined => {
  if (value === "create" || value === "update" || value === "delete") return value
  const op = typeof value === "string" ? value.trim().toLowerCase() : undefined
  return op === "create" || op === "update" || op === "delete" ? op : undefined
}

const targetOf = (id: string | undefined, naturalKey: JsonObject | undefined): Target | undefined => {
  if (id !== undefined && naturalKey === undefined) return { _tag: "Id", id }
  if (id === undefined && naturalKey !== undefined) return { _tag: "Key", naturalKey }
  return undefined
}
