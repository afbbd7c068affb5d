/** Sessions (terms) of a school in a school year. */
import type { Resource } from "../domain/Resource.ts"
import { descriptor } from "./descriptor.ts"
import type { GradingPeriodKey } from "./gradingPeriods.ts"

export type SessionKey = {
  readonly schoolId: number
  readonly schoolYear: number
  readonly sessionName: string
}

export type Session = {
  readonly sessionName: string
  readonly schoolReference: { readonly schoolId: number }
  readonly schoolYearTypeReference: { readonly schoolYear: number }
  readonly termDescriptor: string
  readonly beginDate: string
  readonly endDate: string
  readonly totalInstructionalDays: number
  readonly gradingPeriods: ReadonlyArray<{ readonly gradingPeriodReference: GradingPeriodKey }>
}

export const sessions: Resource<
  Session,
  SessionKey,
  "sessionName" | "schoolReference" | "schoolYearTypeReference"
> = {
  endpoint: "sessions",
  name: "Session",
  keyOf: ({ schoolReference, schoolYearTypeReference, sessionName }) => ({
    ...schoolReference,
    ...schoolYearTypeReference,
    sessionName
  })
}

/** A fall session; school year 2026 starts in August 2025. */
export const makeSession = (
  { schoolId, schoolYear, sessionName }: SessionKey,
  gradingPeriods: ReadonlyArray<GradingPeriodKey>
): Session => ({
  sessionName,
  schoolReference: { schoolId },
  schoolYearTypeReference: { schoolYear },
  termDescriptor: descriptor("Term", "Fall Semester"),
  beginDate: `${schoolYear - 1}-08-18`,
  endDate: `${schoolYear - 1}-12-19`,
  totalInstructionalDays: 83,
  gradingPeriods: gradingPeriods.map((gradingPeriodReference) => ({ gradingPeriodReference }))
})
