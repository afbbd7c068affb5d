/** What all phases of a plan have together: the statements of the database, and what they were measured with. */
import { excerpt } from "../domain/excerpt.ts"
import type { DatabaseActivity } from "../result/DatabaseActivity.ts"
import { databaseManifest } from "../result/databaseManifest.ts"
import { addActivities } from "../result/databaseSums.ts"
import { databaseFacts, type Fact, manifestFacts } from "../result/manifestFacts.ts"
import { manifestOf } from "./documentParts.ts"
import type { PhaseDocument } from "../result/PageData.ts"
import type { PlanReport, PlanStatement } from "../result/PlanReport.ts"
import { addByText, byTotalTime } from "../result/StatementActivity.ts"

/** A measured phase. */
export interface MeasuredPhase {
  readonly name: string
  readonly document: PhaseDocument
  /** `null` if it was not watched. */
  readonly database: DatabaseActivity | null
}

/** Of the first page; the pages of the phases have more. */
const maxStatements = 5

/** The length of a statement in the report. */
const maxLength = 160

/** The statements with the most time in all phases. A phase keeps its first 25, so that what is rare in each may be missing. */
export const planStatements = (phases: ReadonlyArray<MeasuredPhase>): ReadonlyArray<PlanStatement> => {
  const known = phases.flatMap(({ database, name }) => {
    const statements = database?.statements ?? null
    return statements === null ? [] : [{ name, statements }]
  })
  const total = known.reduce((sum, { statements }) => sum + statements.totalMillis, 0)
  const timeIn = (text: string, top: (typeof known)[number]["statements"]["top"]) =>
    top.find((each) => each.text === text)?.totalMillis ?? 0
  return byTotalTime(addByText(known.flatMap(({ statements }) => statements.top)), maxStatements).map(
    ({ calls, text, totalMillis }) => ({
      text: excerpt(text, maxLength),
      calls,
      totalMillis,
      share: total === 0 ? 0 : totalMillis / total,
      phases: known
        .map(({ name, statements }) => ({ name, millis: timeIn(text, statements.top) }))
        .filter(({ millis }) => millis > 0)
        .toSorted((a, b) => b.millis - a.millis)
        .map(({ name }) => name)
    })
  )
}

/** What the phases were measured with, each value once; the database from before the first phase to after the last one. */
export const planManifest = (phases: ReadonlyArray<MeasuredPhase>): PlanReport["manifest"] => {
  const facts: ReadonlyArray<Fact> = [
    ...phases.flatMap(({ document }) => manifestFacts(manifestOf(document))),
    ...databaseFacts(databaseManifest(addActivities(phases.map(({ database }) => database))))
  ]
  return [...new Set(facts.map(([name]) => name))].map((name) => ({
    name,
    values: [...new Set(facts.flatMap(([each, text]) => (each === name ? [text] : [])))]
  }))
}
