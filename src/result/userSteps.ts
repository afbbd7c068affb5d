/** The change of throughput from one number of users to the next, for tables. */
import type { SweepAnswer } from "./Sweep.ts"

/**
 * The change to a number of users from the one before; empty without one.
 *
 * @example "+73 %", "-2 % (noise)", "-46 % (1 slice)"
 */
export const stepTo = (
  { steps }: Pick<Extract<SweepAnswer, { _tag: "Users" }>, "steps">,
  clientCount: number
): string => {
  const step = steps.find(({ to }) => to === clientCount)
  if (step === undefined) return ""
  const percent = (100 * step.change).toFixed(0).replace(/^-0$/, "0")
  const change = `${step.change > 0 && percent !== "0" ? "+" : ""}${percent} %`
  if (step.differs === true) return change
  return `${change} (${step.differs === null ? "1 slice" : "noise"})`
}
