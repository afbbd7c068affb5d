/** How reports say what limited the load generator in slices. */
import { listed } from "../domain/words.ts"
import { type MeasuredSlice, SliceLimit } from "./MeasuredSlice.ts"
import { plural } from "./numberFormat.ts"

const limitWords: Readonly<Record<SliceLimit, string>> = {
  generator: "the load generator was at its limit",
  machine: "other programs had the processors",
  suspension: "the load generator was suspended"
}

type Limits = Pick<MeasuredSlice, "limited" | "limitedBy">

export const isLimitedSlice = ({ limited }: Pick<MeasuredSlice, "limited">): boolean => limited.length > 0

/** Whether half of the slices or more were limited by the generator or its machine, so that too few are left. */
export const isMostlyLimited = (slices: ReadonlyArray<Pick<MeasuredSlice, "limited">>): boolean =>
  slices.length > 0 && 2 * slices.filter(isLimitedSlice).length >= slices.length

/** The cause; files of older versions do not have it. */
export const limitOf = (slice: Limits): SliceLimit | null =>
  isLimitedSlice(slice) ? (slice.limitedBy ?? "generator") : null

/**
 * What limited some of the slices, and in how many of them; empty if nothing did.
 *
 * @example "the load generator was at its limit in 6 of 8 slices"
 * @example "the load generator was at its limit in 4 and other programs had the processors in 2 of 8 slices"
 */
export const limitText = (slices: ReadonlyArray<Limits>): string => {
  const causes = SliceLimit.literals.flatMap((cause) => {
    const count = slices.filter((slice) => limitOf(slice) === cause).length
    return count === 0 ? [] : [`${limitWords[cause]} in ${count}`]
  })
  return causes.length === 0 ? "" : `${listed(causes)} of ${plural(slices.length, "slice")}`
}
