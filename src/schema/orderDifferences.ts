/** Compares the order of creation that references require with the one that the server publishes. */
import { excerpt } from "../domain/excerpt.ts"
import { isFound, parentsOf } from "./closure.ts"
import type { ApiModel } from "./ResourceSchema.ts"

/** Where a resource stands in the order of the server. */
export interface OrderedResource {
  /** `ed-fi/students` */
  readonly path: string
  /** From 1. */
  readonly order: number
}

/**
 * What the server's order contradicts: a resource that a required reference needs, and that the server does not list
 * before. A record that is found is not compared, because the server need not list it.
 *
 * @param order of creation, without later updates
 * @returns sentences; empty if both agree
 * @example "ed-fi/sections needs ed-fi/courseOfferings, which the server creates later (5, not before 4)"
 */
export const orderDifferences = (
  { resources }: Pick<ApiModel, "resources">,
  order: ReadonlyArray<OrderedResource>
): ReadonlyArray<string> => {
  // Letter case of paths differs between documents of some servers.
  const orders = new Map(order.map((each) => [each.path.toLowerCase(), each.order]))
  const orderOf = (path: string) => orders.get(path.toLowerCase())
  return resources.flatMap((resource) => {
    if (isFound(resource)) return []
    const own = orderOf(resource.path)
    if (own === undefined) return [`${excerpt(resource.path)} is not in the server's order`]
    return parentsOf(resource).flatMap((parent) => {
      const before = orderOf(parent)
      return before === undefined || before < own
        ? []
        : [
            `${excerpt(resource.path)} needs ${excerpt(parent)}, which the server creates later ` +
              `(${before}, not before ${own})`
          ]
    })
  })
}
