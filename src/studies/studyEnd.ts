/** The verdict of a study that may have ended early, or without a result that can be trusted. */
import type { EndedBy } from "../domain/LoadResult.ts"
import { refusedText } from "../result/RefusedStart.ts"
import type { StudyEnd } from "./slices.ts"

/** The end of a study, and where it came. */
export interface EndedAt extends StudyEnd {
  /** The number of the last slice, from 1. */
  readonly slice: number
  readonly planned: number
  /** Replaces the reason that `endedBy` gives. */
  readonly reason?: string
}

const reasons: Readonly<Record<Exclude<EndedBy, "interrupt">, string>> = {
  failureRatio: "more requests failed than --maxFailRatio allows",
  refused: "a scenario was refused from the start",
  localDmsExited: "the local DMS exited",
  defect: "this program has a defect",
  threshold: "a threshold was not kept",
  passes: "no user was left",
  runTime: "its time had elapsed"
}

/** @example "Interrupted at slice 3 of 9." @returns `undefined` for a study that was completed */
const endText = ({ endedBy, planned, reason, refused, slice }: EndedAt): string | undefined => {
  if (endedBy === "completed") return undefined
  if (refused !== null) return refusedText(refused)
  const at = `at slice ${slice} of ${planned}`
  return endedBy === "interrupt" ? `Interrupted ${at}.` : `Ended ${at}: ${reason ?? reasons[endedBy]}.`
}

/** What the slices say: a result, or why there is none, as a clause, and what was measured nevertheless. */
export type Finding =
  | { readonly _tag: "Result"; readonly sentences: string }
  | { readonly _tag: "NoResult"; readonly because: string; readonly measured: string }

/** The verdict begins with what the reader must know before the figures. */
export const concluded = (
  finding: Finding,
  end: EndedAt
): { readonly verdict: string; readonly noResult: string | null } => {
  const ended = endText(end)
  if (finding._tag === "Result") {
    const { sentences } = finding
    return {
      verdict: ended === undefined ? sentences : `${ended} Result until then: ${sentences}`,
      noResult: null
    }
  }
  // A refusal is the whole story.
  if (end.refused !== null) {
    const refused = refusedText(end.refused)
    return { verdict: refused, noResult: refused }
  }
  const noResult = `No trustworthy result: ${finding.because}.`
  const sentences = [noResult, ended ?? "", finding.measured].filter((text) => text !== "")
  return { verdict: sentences.join(" "), noResult }
}
