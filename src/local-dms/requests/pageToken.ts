/**
 * Page tokens: a range of positions or of change versions, as base64url of `12,500`, or `v12,500` for change versions.
 * Filters are no part of them: clients repeat those.
 */
import { Buffer } from "node:buffer"
import type { Order, Query, Range } from "../Store.ts"

const encoded = /^[A-Za-z0-9_-]+={0,2}$/
const decoded = /^(v?)(-?\d+),(-?\d*)$/

/** @param within the rest of a walk, both ends included */
export const pageToken = (order: Order, { max, min }: Range): string =>
  Buffer.from(`${order === "changeVersion" ? "v" : ""}${min},${max}`).toString("base64url")

/** @returns `undefined` unless it is a token; without a last number the range has no end */
export const parsePageToken = (text: string): Pick<Query, "order" | "within"> | undefined => {
  const bytes = Buffer.from(text, "base64url")
  // Node ignores what does not belong to base64url.
  if (!encoded.test(text) || bytes.toString("base64url") !== text.replace(/=+$/, "")) return undefined
  const parts = decoded.exec(bytes.toString("utf8"))
  if (parts === null) return undefined
  const [, mark, min, max] = parts
  const limited = (number: number): number => Math.min(number, Number.MAX_SAFE_INTEGER)
  return {
    order: mark === "v" ? "changeVersion" : "position",
    within: { min: limited(Number(min)), max: limited(max === "" ? Number.MAX_SAFE_INTEGER : Number(max)) }
  }
}
