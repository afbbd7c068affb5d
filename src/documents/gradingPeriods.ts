/** Grading periods of a school in a school year. */
import type { Resource } from "../domain/Resource.ts"
import { descriptor } from "./descriptor.ts"

export type GradingPeriodKey = {
  readonly gradingPeriodDescriptor: string
  readonly gradingPeriodName: string
  readonly schoolId: number
  readonly schoolYear: number
}

export type GradingPeriod = {
  readonly gradingPeriodDescriptor: string
  readonly gradingPeriodName: string
  readonly schoolReference: { readonly schoolId: number }
  readonly schoolYearTypeReference: { readonly schoolYear: number }
  readonly beginDate: string
  readonly endDate: string
  readonly totalInstructionalDays: number
  readonly periodSequence: number
}

export const gradingPeriods: Resource<
  GradingPeriod,
  GradingPeriodKey,
  "gradingPeriodDescriptor" | "gradingPeriodName" | "schoolReference" | "schoolYearTypeReference"
> = {
  endpoint: "gradingPeriods",
  name: "GradingPeriod",
  keyOf: ({ gradingPeriodDescriptor, gradingPeriodName, schoolReference, schoolYearTypeReference }) => ({
    gradingPeriodDescriptor,
    gradingPeriodName,
    ...schoolReference,
    ...schoolYearTypeReference
  })
}

/** The first or second six weeks of the fall session. */
export const makeGradingPeriod = (which: 1 | 2, schoolId: number, schoolYear: number): GradingPeriod => {
  const code = which === 1 ? "First Six Weeks" : "Second Six Weeks"
  const [begin, end] = which === 1 ? ["08-18", "09-26"] : ["09-29", "11-07"]
  return {
    gradingPeriodDescriptor: descriptor("GradingPeriod", code),
    gradingPeriodName: `Load test ${code}`,
    schoolReference: { schoolId },
    schoolYearTypeReference: { schoolYear },
    beginDate: `${schoolYear - 1}-${begin}`,
    endDate: `${schoolYear - 1}-${end}`,
    totalInstructionalDays: 29,
    periodSequence: which
  }
}
