/** The verdict of a study on its page: the result as the headline, its details below. */
import { capitalized } from "../domain/words.ts"

export interface Headline {
  /** One sentence. */
  readonly answer: string
  /** Whole sentences; empty for a verdict without details. */
  readonly details: string
}

/** Where a sentence may be cut: after its full stop, or after the colon or semicolon that begins its evidence. */
const cut = /[.!?]\s+(?=[\p{Lu}\d])|[:;]\s+/gu

const isOpen = (text: string): boolean => text.lastIndexOf("(") > text.lastIndexOf(")")

const detailed = (answer: string, details: string): Headline => ({ answer, details: capitalized(details) })

/**
 * The main clause of the first sentence, and the rest. A cut inside parentheses is none.
 *
 * @param noResult the sentence with which the verdict of a study without a result begins; it stays whole
 * @example headlineOf("170/s is the highest rate that kept the objectives; at 180/s, latency.p95 was 955 ms.")
 * // { answer: "170/s is the highest rate that kept the objectives.", details: "At 180/s, latency.p95 was 955 ms." }
 */
export const headlineOf = (verdict: string, noResult: string | null = null): Headline => {
  // Whole, because its reason matters more than any figure after it.
  if (noResult !== null && verdict.startsWith(noResult)) {
    return detailed(noResult, verdict.slice(noResult.length).trimStart())
  }
  const found = [...verdict.matchAll(cut)].find(({ index }) => !isOpen(verdict.slice(0, index)))
  if (found === undefined) return { answer: verdict, details: "" }
  const details = verdict.slice(found.index + found[0].length)
  return detailed(`${verdict.slice(0, found.index)}.`, details)
}
