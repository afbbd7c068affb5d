/** The outcome of a step of a stress study, in a few words. */
import { listed } from "../domain/words.ts"
import type { Broke, StressStep } from "./Stress.ts"

const brokeWords: Readonly<Record<Broke, string>> = {
  failures: "too many failures",
  falls: "throughput falls",
  flattens: "throughput flattens, latency grows"
}

/** @example "good", "throughput falls", "not judged", "held up by a lock, not judged" */
export const stressNote = ({ broke, outcome }: Pick<StressStep, "broke" | "outcome">): string => {
  switch (outcome) {
    case "good":
      return "good"
    case "limited":
      return "not judged"
    case "locked":
      return "held up by a lock, not judged"
    case "broken":
      return listed(broke.map((each) => brokeWords[each]))
  }
}
