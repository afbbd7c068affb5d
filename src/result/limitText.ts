/** How reports say what limited the load generator in slices. */
import type { LimitedBy } from "../metrics/generatorLimits.ts"
import type { MeasuredSlice } from "./MeasuredSlice.ts"
import { plural } from "./numberFormat.ts"

export const limitWords: Readonly<Record<LimitedBy, string>> = {
  generator: "the load generator was at its limit",
  machine: "other programs had the processors"
}

type Limits = Pick<MeasuredSlice, "limited" | "limitedBy">

export const isLimitedSlice = ({ limited }: Pick<MeasuredSlice, "limited">): boolean => limited.length > 0

/** The cause; files of older versions do not have it. */
export const limitOf = (slice: Limits): LimitedBy | null =>
  isLimitedSlice(slice) ? (slice.limitedBy ?? "generator") : null

/**
 * What limited some of the slices, and in how many of them; empty if nothing did.
 *
 * @example "the load generator was at its limit in 6 of 8 slices"
 * @example "the load generator was at its limit in 4 and other programs had the processors in 2 of 8 slices"
 */
export const limitText = (slices: ReadonlyArray<Limits>): string => {
  const causes = (["generator", "machine"] as const).flatMap((cause) => {
    const count = slices.filter((slice) => limitOf(slice) === cause).length
    return count === 0 ? [] : [`${limitWords[cause]} in ${count}`]
  })
  return causes.length === 0 ? "" : `${causes.join(" and ")} of ${plural(slices.length, "slice")}`
}
