/** The soak of a stress study in a sentence. */
import { driftOutcome } from "./driftText.ts"
import { clock, figure, figureOrNone, plural } from "./numberFormat.ts"
import { shownTimes } from "./outcomeRows.ts"
import { countedOf, loadText, type Stress } from "./Stress.ts"

const outcomeWords: Readonly<Record<ReturnType<typeof driftOutcome>, string>> = {
  drifted: " It drifted.",
  unclear: " It did not drift, as far as it can be told.",
  steady: " It did not drift."
}

/** What it measured, and whether it drifted; empty without a soak. */
export const soakSentence = ({ raised, soak, testType }: Stress): ReadonlyArray<string> => {
  if (soak === null || soak.slice === null) return []
  const { drift, load, slice } = soak
  const rate = slice[countedOf({ testType })].perSecond
  const drifted =
    drift === null ? " It was too short to tell a drift (10 minutes)." : outcomeWords[driftOutcome(drift)]
  return [
    `Soak with ${loadText(raised, load)} for ${clock(slice.elapsedSeconds)}: ${figure(rate)} ${countedOf({ testType })} per second, ` +
      `p95 ${figureOrNone(shownTimes(slice).latencyMs?.p95)} ms, ${figure(slice.requests.failed)} of ` +
      `${plural(slice.requests.total, "request")} failed.${drifted}`
  ]
}
