/** Enrollments: they relate a student to a school. */
import type { Resource } from "../domain/Resource.ts"
import { descriptor } from "./descriptor.ts"

export type StudentSchoolAssociation = {
  readonly entryDate: string
  readonly schoolReference: { readonly schoolId: number }
  readonly studentReference: { readonly studentUniqueId: string }
  readonly entryGradeLevelDescriptor: string
}

export type StudentSchoolAssociationKey = {
  readonly entryDate: string
  readonly schoolId: number
  readonly studentUniqueId: string
}

export const studentSchoolAssociations: Resource<
  StudentSchoolAssociation,
  StudentSchoolAssociationKey,
  "entryDate" | "schoolReference" | "studentReference"
> = {
  endpoint: "studentSchoolAssociations",
  name: "StudentSchoolAssociation",
  keyOf: ({ entryDate, schoolReference, studentReference }) => ({
    entryDate,
    ...schoolReference,
    ...studentReference
  })
}

/**
 * The enrollment of a student in the ninth grade, from the first day of a school year.
 *
 * @param school its school year 2026 starts in August 2025
 */
export const makeEnrollment = (
  student: { readonly studentUniqueId: string },
  { schoolId, schoolYear }: { readonly schoolId: number; readonly schoolYear: number }
): StudentSchoolAssociation => ({
  entryDate: `${schoolYear - 1}-08-18`,
  schoolReference: { schoolId },
  studentReference: { studentUniqueId: student.studentUniqueId },
  entryGradeLevelDescriptor: descriptor("GradeLevel", "Ninth grade")
})
