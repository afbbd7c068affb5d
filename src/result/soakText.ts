/** The soak of a stress study in a sentence. */
import { drifting } from "./driftText.ts"
import { clock, figure, figureOrNone, plural } from "./numberFormat.ts"
import { shownTimes } from "./outcomeRows.ts"
import { countedOf, loadText, type Stress } from "./Stress.ts"

/** What it measured, and whether it drifted; empty without a soak. */
export const soakSentence = ({ raised, soak, testType }: Stress): ReadonlyArray<string> => {
  if (soak === null || soak.slice === null) return []
  const { drift, load, slice } = soak
  const rate = slice[countedOf({ testType })].perSecond
  const drifted =
    drift === null
      ? " It was too short to tell a drift (10 minutes)."
      : drifting(drift).length > 0
        ? " It drifted."
        : " It did not drift."
  return [
    `Soak with ${loadText(raised, load)} for ${clock(slice.elapsedSeconds)}: ${figure(rate)} ${countedOf({ testType })} per second, ` +
      `p95 ${figureOrNone(shownTimes(slice).latencyMs?.p95)} ms, ${figure(slice.requests.failed)} of ` +
      `${plural(slice.requests.total, "request")} failed.${drifted}`
  ]
}
