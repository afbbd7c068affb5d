/** Schools of a local education agency. */
import type { Resource } from "../domain/Resource.ts"
import { descriptor } from "./descriptor.ts"

export type School = {
  readonly schoolId: number
  readonly nameOfInstitution: string
  readonly shortNameOfInstitution: string
  readonly localEducationAgencyReference: { readonly localEducationAgencyId: number }
  readonly educationOrganizationCategories: ReadonlyArray<{
    readonly educationOrganizationCategoryDescriptor: string
  }>
  readonly gradeLevels: ReadonlyArray<{ readonly gradeLevelDescriptor: string }>
}

export const schools: Resource<School, { readonly schoolId: number }, "schoolId"> = {
  endpoint: "schools",
  name: "School",
  keyOf: ({ schoolId }) => ({ schoolId })
}

export const makeSchool = (schoolId: number, localEducationAgencyId: number): School => ({
  schoolId,
  nameOfInstitution: `edfi-perf load test school ${schoolId}`,
  shortNameOfInstitution: "edfi-perf",
  localEducationAgencyReference: { localEducationAgencyId },
  educationOrganizationCategories: [
    { educationOrganizationCategoryDescriptor: descriptor("EducationOrganizationCategory", "School") }
  ],
  gradeLevels: ["Ninth grade", "Tenth grade"].map((code) => ({
    gradeLevelDescriptor: descriptor("GradeLevel", code)
  }))
})
