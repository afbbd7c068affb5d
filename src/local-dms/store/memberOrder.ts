/**
 * Preserves the order of members in PostgreSQL. `jsonb` sorts members by the length of their name, then alphabetically,
 * but the entity tag of branch [B] depends on the order in the request; so each document is stored with its order.
 * Member names come from the resource table and contain letters only, so `JSON.parse` does not reorder them.
 */
import type { Json, JsonObject } from "../../domain/Json.ts"
import { isArray, isObject } from "../json.ts"

const byJsonb = (one: string, other: string): number =>
  one.length - other.length || (one < other ? -1 : one === other ? 0 : 1)

/**
 * The rank in jsonb order of each member of each object, outermost first, separated by blanks:
 * `{"lastName": .., "id": ..}` gives `"1 0"`.
 */
export const memberOrderOf = (document: JsonObject): string => {
  const ranks: Array<number> = []
  const note = (value: Json | undefined): void => {
    if (isArray(value)) return value.forEach(note)
    if (!isObject(value)) return
    const names = Object.keys(value).filter((name) => value[name] !== undefined)
    const sorted = [...names].sort(byJsonb)
    for (const name of names) ranks.push(sorted.indexOf(name))
    for (const name of names) note(value[name])
  }
  note(document)
  return ranks.join(" ")
}

/** Restores the order. @param kept as returned by jsonb  @param order from `memberOrderOf` */
export const inMemberOrder = (kept: JsonObject, order: string): JsonObject => {
  const ranks = order.split(" ").map(Number)
  let at = 0
  const arrangeObject = (value: JsonObject): JsonObject => {
    const sorted = Object.keys(value)
    const names = sorted.map((name, index) => sorted[ranks[at + index] ?? index] ?? name)
    at += names.length
    return Object.fromEntries(names.map((name) => [name, arrange(value[name])] as const))
  }
  const arrange = (value: Json | undefined): Json | undefined => {
    if (isArray(value)) return value.map((item) => arrange(item) ?? null)
    return isObject(value) ? arrangeObject(value) : value
  }
  return arrangeObject(kept)
}
