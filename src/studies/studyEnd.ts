/** The verdict of a study that may have ended early, or without a result that can be trusted. */
import type { EndedBy } from "../domain/LoadResult.ts"
import { listed } from "../domain/words.ts"
import { lostAgents } from "../result/agentsText.ts"
import { refusedText } from "../result/RefusedStart.ts"
import type { StudyHead } from "../result/MeasuredSlice.ts"
import type { SliceMeasured } from "./MeasureSlice.ts"

/** How a study ended, with the refusal if one ended it. */
export interface StudyEnd extends Pick<StudyHead, "endedBy" | "refused"> {
  /** Replaces the reason that `endedBy` gives. */
  readonly reason?: string
}

export const completed: StudyEnd = { endedBy: "completed", refused: null }

/** Why a slice ended early, as a clause; `undefined` where `endedBy` says all of it. */
const reasonOf = ({ reason, slice: { agents, missed } }: SliceMeasured): string | undefined => {
  if (reason !== undefined) return reason
  if (missed.length > 0) return missed.join("; ")
  const lost = lostAgents(agents).map(({ name }) => name)
  return lost.length === 0
    ? undefined
    : `${lost.length === 1 ? "agent" : "agents"} ${listed(lost)} ${lost.length === 1 ? "was" : "were"} lost`
}

/** The end of a study that one of its slices ended. */
export const endedWith = (measured: SliceMeasured): StudyEnd => {
  const { endedBy, refused } = measured.slice
  const reason = reasonOf(measured)
  return { endedBy, refused, ...(reason === undefined ? {} : { reason }) }
}

/** The end of a study, and where it came. */
export interface EndedAt extends StudyEnd {
  /** `slice 3 of 9`. */
  readonly at: string
}

/** @param slice from 1 */
export const sliceAt = (slice: number, planned: number): string => `slice ${slice} of ${planned}`

/** Why a study ended before its time, as a clause. */
export const reasons: Readonly<Record<Exclude<EndedBy, "interrupt">, string>> = {
  failureRatio: "more requests failed than --maxFailRatio allows",
  refused: "a scenario was refused from the start",
  localDmsExited: "the local DMS exited",
  agentLost: "an agent was lost",
  defect: "this program has a defect",
  threshold: "a threshold was not kept",
  passes: "no user was left",
  recordCount: "all records were sent",
  runTime: "its time had elapsed"
}

/** @example "Interrupted at slice 3 of 9." @returns `undefined` for a study that was completed */
const endText = ({ at, endedBy, reason, refused }: EndedAt): string | undefined => {
  if (endedBy === "completed") return undefined
  if (refused !== null) return refusedText(refused)
  return endedBy === "interrupt" ? `Interrupted at ${at}.` : `Ended at ${at}: ${reason ?? reasons[endedBy]}.`
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

/**
 * The verdict of a study, after the refusal that ended it, if any.
 *
 * @param hasResult whether the slices before the refusal have a result
 */
export const verdictAfter = ({ refused }: StudyEnd, verdict: string, hasResult: boolean): string => {
  if (refused === null) return verdict
  return hasResult ? `${refusedText(refused)} Result until then: ${verdict}` : refusedText(refused)
}
