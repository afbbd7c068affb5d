/**
 * The names of requests with a single operation: `PUT /data/ed-fi/students/{id}`, whatever the base path of the server,
 * so that runs against different servers can be compared. The method is part of the name, because thresholds identify
 * requests only by name; Locust's files have it in a separate column.
 */
import type { Op } from "./Operation.ts"

export const methodOf = { create: "POST", update: "PUT", delete: "DELETE" } as const satisfies Record<
  Op,
  string
>

/** @example singleName("update", "students") // "PUT /data/ed-fi/students/{id}" */
export const singleName = (op: Op, endpoint: string): string =>
  `${methodOf[op]} /data/ed-fi/${endpoint}${op === "create" ? "" : "/{id}"}`

const deliberateFailure = " [Deliberate Failure]"

/** A create that the server should refuse. @example "POST /data/ed-fi/students [Deliberate Failure]" */
export const badName = (endpoint: string): string => `${singleName("create", endpoint)}${deliberateFailure}`

/** A kind of request: its method, and its name, which may begin with the method. */
export interface Named {
  readonly method: string
  readonly name: string
}

/** The name without the method. @example "/data/ed-fi/students" of "POST /data/ed-fi/students" */
export const withoutMethod = ({ method, name }: Named): string =>
  method !== "" && name.startsWith(`${method} `) ? name.slice(method.length + 1) : name

const path = /^\S*\/ed-fi\/([^\s/?]+(?:\/\{id\})?(?: \[Deliberate Failure\])?)$/

/**
 * The name for the two columns of Locust's files; a name that is no path of a resource does not change.
 *
 * @example withMethod({ method: "POST", name: "/data/v3/ed-fi/students" }) // "POST /data/ed-fi/students"
 * @example withMethod({ method: "POST", name: "students-batch-10" }) // "students-batch-10"
 */
export const withMethod = ({ method, name }: Named): string => {
  const [, resource] = path.exec(name) ?? []
  return resource === undefined ? name : `${method} /data/ed-fi/${resource}`
}
