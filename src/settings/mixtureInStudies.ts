/** Which mixtures a study can measure. */
import { isWrite, type Mixture, type WriteStep } from "../domain/Mixture.ts"

/** Steps whose number of records is their own, or that of the batch. */
const sizesOf = ({ items }: Mixture) => {
  const steps = items.flatMap((item) => item.steps)
  const sized = steps.filter(isWrite).filter(({ kind }: WriteStep) => kind === "record" || kind === "create")
  return {
    reads: steps.some((step) => !isWrite(step)),
    fixed: sized.some(({ records }) => records !== undefined),
    free: sized.some(({ records }) => records === undefined)
  }
}

/**
 * Why single requests and batches of a mixture cannot be compared, as a clause: both sides have to do the same shares of work.
 * By single requests a step has one record, unless it has `records`.
 */
export const whyNotCompared = (mixture: Mixture): string | undefined => {
  const { fixed, free, reads } = sizesOf(mixture)
  if (reads)
    return (
      "cannot be compared: its reads are single requests on both sides, and take another share of the time on each; " +
      "leave out the `read` steps"
    )
  return fixed && free
    ? "cannot be compared: steps with `records` have as many on both sides, the others one by single requests and " +
        "--batchTripleCount in batches; give all of them `records`, or none"
    : undefined
}

/** Why sizes of batches cannot be compared with a mixture, as a clause. @param sizes that the study measures */
export const whyNotSized = (mixture: Mixture, sizes: ReadonlyArray<number>): string | undefined => {
  const { fixed, reads } = sizesOf(mixture)
  if (fixed)
    return (
      "cannot be measured with sizes of batches: some of its steps have `records` of their own; leave out `records`, " +
      "or measure numbers of users with --testType VOLUME"
    )
  return reads && sizes.length > 1
    ? "cannot be measured with several sizes of batches: the larger they are, the smaller is the share of its reads; " +
        "leave out the `read` steps, or measure numbers of users with one size, such as --batchTripleCount 10 -c 1,2,4,8"
    : undefined
}

/**
 * Why the numbers of users, or rates, of a mixture cannot be compared, as a clause: they are compared by operations per second.
 * Reads beside writes do no harm, because every load does the same shares of both.
 */
export const whyNotRaised = (mixture: Mixture): string | undefined =>
  mixture.items.some(({ steps }) => steps.some(isWrite))
    ? undefined
    : "cannot be measured: loads are compared by operations per second, and a mixture that only reads has none; " +
      "add a step that writes, or use --testType READ"
