/**
 * The names of requests with a single operation: `PUT /data/ed-fi/students/{id}`, whatever the base path of the server,
 * so that runs against different servers can be compared. The method is part of the name, because thresholds identify
 * requests only by name; Locust's files have it in a separate column.
 */
import type { Op } from "./Operation.ts"
import { pathOf, type Resource } from "./Resource.ts"

export const methodOf = { create: "POST", update: "PUT", delete: "DELETE" } as const satisfies Record<
  Op,
  string
>

type Place = Pick<Resource, "endpoint" | "project">

/** @example singleName("update", { endpoint: "students" }) // "PUT /data/ed-fi/students/{id}" */
export const singleName = (op: Op, resource: Place): string =>
  `${methodOf[op]} /data/${pathOf(resource)}${op === "create" ? "" : "/{id}"}`

/**
 * A read of a list, or with `{id}` of one document.
 *
 * @param suffix what distinguishes it from other reads of the resource
 * @example readName(students, "?limit=25") // "GET /data/ed-fi/students?limit=25"
 * @example readName(students, "/{id}") // "GET /data/ed-fi/students/{id}"
 */
export const readName = (resource: Place, suffix = ""): string => `GET /data/${pathOf(resource)}${suffix}`

const deliberateFailure = " [Deliberate Failure]"

/** A create that the server should refuse. @example "POST /data/ed-fi/students [Deliberate Failure]" */
export const badName = (resource: Place): string => `${singleName("create", resource)}${deliberateFailure}`

/** A kind of request: its method, and its name, which may begin with the method. */
export interface Named {
  readonly method: string
  readonly name: string
}

/** The name without the method. @example "/data/ed-fi/students" of "POST /data/ed-fi/students" */
export const withoutMethod = ({ method, name }: Named): string =>
  method !== "" && name.startsWith(`${method} `) ? name.slice(method.length + 1) : name

/** Below the core project, whatever is before it, or any other project of `data` and `data/v3`. */
const path =
  /^(?:\S*\/(?=ed-fi\/)|\S*\/data\/(?:v3\/)?)([\w-]+\/[^\s/?]+(?:\/\{id\})?(?: \[Deliberate Failure\])?)$/

/**
 * The name for the two columns of Locust's files; a name that is no path of a resource does not change.
 *
 * @example withMethod({ method: "POST", name: "/data/v3/ed-fi/students" }) // "POST /data/ed-fi/students"
 * @example withMethod({ method: "POST", name: "students-batch-10" }) // "students-batch-10"
 */
export const withMethod = ({ method, name }: Named): string => {
  const [, resource] = path.exec(name) ?? []
  return resource === undefined ? name : `${method} /data/${resource}`
}
