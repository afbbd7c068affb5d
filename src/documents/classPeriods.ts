/** Class periods of a school. */
import type { Resource } from "../domain/Resource.ts"

export type ClassPeriodKey = { readonly classPeriodName: string; readonly schoolId: number }

export type ClassPeriod = {
  readonly classPeriodName: string
  readonly schoolReference: { readonly schoolId: number }
  readonly officialAttendancePeriod: boolean
}

export const classPeriods: Resource<ClassPeriod, ClassPeriodKey, "classPeriodName" | "schoolReference"> = {
  endpoint: "classPeriods",
  name: "ClassPeriod",
  keyOf: ({ classPeriodName, schoolReference }) => ({ classPeriodName, ...schoolReference })
}

export const makeClassPeriod = (classPeriodName: string, schoolId: number): ClassPeriod => ({
  classPeriodName,
  schoolReference: { schoolId },
  officialAttendancePeriod: true
})
