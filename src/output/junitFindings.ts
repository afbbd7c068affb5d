/** The cases of `junit.xml` about resources: a verdict of PIPECLEAN, or what CHANGE_QUERY read. */
import type { ChangesRead } from "../domain/ChangesRead.ts"
import type { ResourceVerdict } from "../domain/ResourceVerdict.ts"
import { rowsOf, verdictReason, verdictText, type WithFindings } from "../result/Findings.ts"
import { plural } from "../result/numberFormat.ts"

/** A case of a suite. */
export interface Case {
  readonly name: string
  readonly seconds: number
  /** Why it failed. */
  readonly failure?: {
    readonly type: string
    readonly message: string
    readonly details: ReadonlyArray<string>
  }
  /** Why it was skipped. */
  readonly skipped?: string
  /** Printed whether it passed or not. */
  readonly notes?: ReadonlyArray<string>
}

const verdictCase = (verdict: ResourceVerdict): Case => {
  const base = { name: verdict.resource, seconds: 0 }
  const reason = verdictReason(verdict)
  switch (verdict.verdict) {
    case "failed":
      return {
        ...base,
        failure: { type: verdict.step ?? "failed", message: verdictText(verdict), details: [reason] }
      }
    case "notTried":
      return { ...base, skipped: `not tried: ${reason}` }
    case "passed":
    case "readOnly":
      return { ...base, notes: [verdictText(verdict)] }
  }
}

const changesCase = (read: ChangesRead): Case => {
  const { pages, problem, resource, seconds } = read
  return {
    name: resource,
    seconds,
    notes: [`${plural(rowsOf(read), "row")} in ${plural(pages, "page")}`],
    ...(problem === null ? {} : { failure: { type: "changes", message: problem, details: [] } })
  }
}

/** Empty for another test type than PIPECLEAN. */
export const verdictCases = ({ pipeclean }: WithFindings): ReadonlyArray<Case> =>
  (pipeclean ?? []).map(verdictCase)

/** Empty for another test type than CHANGE_QUERY. */
export const changesCases = ({ changeQuery }: WithFindings): ReadonlyArray<Case> =>
  (changeQuery?.resources ?? []).map(changesCase)
