/** What a request under the data path asks for, before its document is validated. @see contract section 3 */
import type * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type { JsonObject } from "../../domain/Json.ts"
import { deletes, keyChanges } from "./changeQueries.ts"
import type { DataRequest, Outcome } from "./DataRequest.ts"
import type * as Exchange from "../Exchange.ts"
import { parseUuid } from "../ids.ts"
import { isObject, parseJson, withoutByteOrderMark } from "../json.ts"
import type { Action } from "../LocalDmsOptions.ts"
import { isJsonType } from "./mediaType.ts"
import { partitions } from "./reads.ts"
import * as Refusal from "./Refusal.ts"
import type { ResourceModel } from "../model/ResourceModel.ts"
import type { ServerState } from "../ServerState.ts"
import type { StoreError } from "../Store.ts"
import { jsonPath } from "./validate.ts"

export const actions: { readonly [method: string]: Action } = {
  GET: "read",
  POST: "create",
  PUT: "update",
  DELETE: "delete"
}

type View = (call: DataRequest) => Effect.Effect<Outcome, Refusal.Refusal | StoreError>

/** What a collection answers beside its documents, by the end of its path: `students/deletes`. */
const views: { readonly [name: string]: View } = { partitions, deletes, keyChanges }

/** The name of a view, case-insensitive. */
export const viewName = (text: string): string | undefined =>
  Object.keys(views).find((name) => name.toLowerCase() === text.toLowerCase())

export interface Routed {
  readonly action: Action
  readonly model: ResourceModel
  readonly id: string | undefined
  /** For a GET of something else than documents. */
  readonly view: View | undefined
  /** Empty unless the method is POST or PUT. */
  readonly document: JsonObject
}

/** The checks before the document is validated: path, content type, body, endpoint. */
export const route = (
  server: ServerState,
  path: string,
  request: Exchange.Request
): Either.Either<Routed, Refusal.Refusal> => {
  const { dialect } = server
  const [project = "", endpoint = "", third, ...rest] = path.replace(/^\/|\/$/g, "").split("/")
  if (endpoint === "" || (rest.length > 0 && !dialect.paths.ignoresRest)) {
    return Either.left(Refusal.unknownEndpoint)
  }
  const name = dialect.hasChangeQueries && rest.length === 0 ? viewName(third ?? "") : undefined
  const view = name === undefined ? undefined : views[name]
  // On branch [B] the id of a longer path is not seen: `students/{id}/x` is the collection.
  const idText = rest.length > 0 || view !== undefined ? undefined : third
  const allowed = view !== undefined ? "GET" : idText === undefined ? "GET, POST" : "GET, PUT, DELETE"
  const notAllowed = (reason: string) => Either.left(Refusal.methodNotAllowed(reason, allowed))
  const action = actions[request.method]
  if (view !== undefined && action !== "read") return notAllowed("Changes and partitions can only be read.")
  if (action === undefined) return notAllowed(`The method ${request.method} is not supported.`)
  const id = idText === undefined ? undefined : parseUuid(idText)
  if (idText !== undefined && id === undefined) {
    return Either.left(Refusal.dataValidationFailed({ "$.id": [`The value '${idText}' is not valid.`] }))
  }
  if (action === "create" && id !== undefined) {
    return notAllowed("Resource items can only be created on the collection.")
  }
  if ((action === "update" || action === "delete") && id === undefined) {
    return notAllowed(`Resource collections cannot be ${action}d.`)
  }
  const hasBody = action === "create" || action === "update"
  if (hasBody && dialect.paths.checksMediaType && !isJsonType(request.headers["content-type"])) {
    return Either.left(Refusal.unsupportedMediaType)
  }
  const document = hasBody ? readDocument(dialect, request.body) : Either.right({})
  if (Either.isLeft(document)) return Either.left(document.left)
  if (!server.models.hasProject(project)) return Either.left(Refusal.unknownProject)
  const model = server.models.find(project, endpoint)
  if (model === undefined) return Either.left(Refusal.unknownEndpoint)
  return Either.right({ action, model, id, view, document: document.right })
}

/** `["otherNames", "0", "firstName"]` is `$.otherNames[0].firstName`. */
const pathText = (steps: ReadonlyArray<string>): string =>
  jsonPath(steps.map((step) => (/^\d+$/.test(step) ? Number(step) : step)))

const readDocument = (
  { documents }: ServerState["dialect"],
  body: string
): Either.Either<JsonObject, Refusal.Refusal> => {
  const text = withoutByteOrderMark(body)
  if (text.trim() === "") return Either.left(Refusal.emptyBody)
  const parsed = parseJson(text)
  if (Either.isLeft(parsed)) {
    return Either.left(Refusal.dataValidationFailed({ "$.": ["The request body is not valid JSON."] }))
  }
  const { duplicates, value } = parsed.right
  const [repeated] = duplicates
  if (repeated !== undefined) {
    return Either.left(
      documents.namesRepeatedMember ? Refusal.duplicateMember(pathText(repeated)) : Refusal.duplicateMembers
    )
  }
  if (!isObject(value)) {
    return Either.left(Refusal.dataValidationFailed({ $: ["The request body must be a JSON object."] }))
  }
  return Either.right(value)
}
