/** An Ed-Fi resource: its two spellings and the identity of its documents. */
import type { JsonObject } from "./Json.ts"

/**
 * One Ed-Fi resource.
 *
 * @typeParam Document the JSON that the server stores
 * @typeParam Key the natural key, flat: `{ localCourseCode, schoolId, schoolYear, sessionName }`
 * @typeParam Identity the members of `Document` that make up its identity and may not change in an update
 */
export interface Resource<
  Document extends JsonObject = JsonObject,
  Key extends JsonObject = JsonObject,
  Identity extends keyof Document = keyof Document
> {
  /** The first part of its URL, `tpdm` of `/data/tpdm/candidates`. Default: `ed-fi`, the core. */
  readonly project?: string | undefined
  /** As in URLs and, today, in batch operations: `students`. */
  readonly endpoint: string
  /** As in batch operations of servers before commit 86dd9b048: `Student`. */
  readonly name: string
  readonly keyOf: (document: Pick<Document, Identity>) => Key
}

/** Where the records of a resource are, below the root of all data: `ed-fi/students`. */
export const pathOf = ({ endpoint, project = "ed-fi" }: Pick<Resource, "endpoint" | "project">): string =>
  `${project}/${endpoint}`

/** The spelling that a server expects as the `resource` of a batch operation. */
export type ResourceNaming = "endpoint" | "resource"

export const spell = (resource: Pick<Resource, "endpoint" | "name">, naming: ResourceNaming): string =>
  naming === "endpoint" ? resource.endpoint : resource.name
