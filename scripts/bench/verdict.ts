/** Whether something got slower, and how a bench ends that says so. */
import { exitCodes } from "./main.ts"
import { medianInterval, out } from "./report.ts"

export type Verdict = "no loss" | "loss" | "cannot tell"

/**
 * A loss only if even the better end of where the ratio lies is one; no loss only if the worse end is none.
 *
 * @param ratios of the new to the old, side by side
 * @param tolerated a loss of more than this share is one that counts, 0 to 1
 */
export const verdictOf = (ratios: ReadonlyArray<number>, tolerated: number): Verdict => {
  // Fewer than five make no interval that one could be so sure of.
  if (ratios.length < 5) return "cannot tell"
  const [low, high] = medianInterval(ratios)
  if (high < 1 - tolerated) return "loss"
  return low >= 1 - tolerated ? "no loss" : "cannot tell"
}

/** Tells the verdict and sets the exit code: 1 for a loss, 3 when it cannot tell. @param loss in words */
export const endWith = (verdict: Verdict, loss: string): void => {
  switch (verdict) {
    case "no loss":
      return out(`\nno loss: there is not ${loss}`)
    case "loss":
      process.exitCode = exitCodes.bad
      return out(`\nLOSS: ${loss}`)
    case "cannot tell":
      process.exitCode = exitCodes.cannotTell
      return out(
        `\ncannot tell whether there is ${loss}: the machine is too noisy, take more --rounds or longer --seconds`
      )
  }
}
