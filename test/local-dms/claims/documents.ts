/** Documents of the tests of claim sets: small districts, their schools and people. */
import type { JsonObject } from "../../../src/domain/Json.ts"
import { codesOf, descriptorUri } from "../../../src/local-dms/seed/descriptors.ts"
import { school } from "../harness.ts"

/** A value of a descriptor. */
const anyOf = (name: string): string => descriptorUri(name, codesOf(name)[0] ?? "")

/** The education organization of the client. */
export const districtId = 255901

/** A school of the client's district, and one without a district. */
export const [ownSchool, otherSchool] = [255901001, 9]

export const schoolIn = (schoolId: number, localEducationAgencyId?: number): JsonObject =>
  school(
    schoolId,
    localEducationAgencyId === undefined ? {} : { localEducationAgencyReference: { localEducationAgencyId } }
  )

const category = (code: string) => ({
  categories: [
    { educationOrganizationCategoryDescriptor: descriptorUri("EducationOrganizationCategory", code) }
  ]
})

export const district = (localEducationAgencyId: number, above: JsonObject = {}): JsonObject => ({
  localEducationAgencyId,
  nameOfInstitution: "A district",
  localEducationAgencyCategoryDescriptor: descriptorUri("LocalEducationAgencyCategory", "Independent"),
  ...category("Local Education Agency"),
  ...above
})

export const serviceCenter = (educationServiceCenterId: number, above: JsonObject = {}): JsonObject => ({
  educationServiceCenterId,
  nameOfInstitution: "A service center",
  ...category("Local Education Agency"),
  ...above
})

export const state = (stateEducationAgencyId: number): JsonObject => ({
  stateEducationAgencyId,
  nameOfInstitution: "A state",
  ...category("Local Education Agency")
})

export const department = (
  organizationDepartmentId: number,
  educationOrganizationId?: number
): JsonObject => ({
  organizationDepartmentId,
  nameOfInstitution: "A department",
  ...category("Local Education Agency"),
  ...(educationOrganizationId === undefined
    ? {}
    : { parentEducationOrganizationReference: { educationOrganizationId } })
})

export const course = (educationOrganizationId: number, courseCode = "ELA-01"): JsonObject => ({
  courseCode,
  courseTitle: "English",
  numberOfParts: 1,
  educationOrganizationReference: { educationOrganizationId },
  identificationCodes: [
    {
      courseIdentificationSystemDescriptor: descriptorUri("CourseIdentificationSystem", "LEA course code"),
      identificationCode: courseCode
    }
  ]
})

export const classPeriod = (schoolId: number): JsonObject => ({
  classPeriodName: "First",
  schoolReference: { schoolId }
})

export const person = { firstName: "Ana", lastSurname: "Lopez" } as const

export const staff = (staffUniqueId: string): JsonObject => ({ staffUniqueId, ...person })
export const contact = (contactUniqueId: string): JsonObject => ({ contactUniqueId, ...person })

export const enrollment = (studentUniqueId: string, schoolId: number = ownSchool): JsonObject => ({
  entryDate: "2024-08-15",
  entryGradeLevelDescriptor: descriptorUri("GradeLevel", "Ninth grade"),
  schoolReference: { schoolId },
  studentReference: { studentUniqueId }
})

export const assignment = (
  staffUniqueId: string,
  educationOrganizationId: number = ownSchool
): JsonObject => ({
  beginDate: "2024-08-15",
  staffClassificationDescriptor: anyOf("StaffClassification"),
  educationOrganizationReference: { educationOrganizationId },
  staffReference: { staffUniqueId }
})

export const employment = (
  staffUniqueId: string,
  educationOrganizationId: number = ownSchool
): JsonObject => ({
  hireDate: "2024-08-15",
  employmentStatusDescriptor: anyOf("EmploymentStatus"),
  educationOrganizationReference: { educationOrganizationId },
  staffReference: { staffUniqueId }
})

export const contactOf = (studentUniqueId: string, contactUniqueId: string): JsonObject => ({
  contactReference: { contactUniqueId },
  studentReference: { studentUniqueId }
})

/** A document whose namespace is not part of its identity. */
export const content = (contentIdentifier: string, namespace: string): JsonObject => ({
  contentIdentifier,
  namespace,
  learningResourceMetadataURI: "https://example.org"
})

export const learningStandard = (learningStandardId: string, namespace: string): JsonObject => ({
  learningStandardId,
  namespace,
  description: "Adds two numbers.",
  courseTitle: "Mathematics",
  contentStandard: { title: "A standard" },
  gradeLevels: [{ gradeLevelDescriptor: descriptorUri("GradeLevel", "Ninth grade") }],
  academicSubjects: [{ academicSubjectDescriptor: descriptorUri("AcademicSubject", "Mathematics") }]
})

export const descriptor = (codeValue: string, authority: string): JsonObject => ({
  codeValue,
  namespace: `${authority}/TermDescriptor`,
  shortDescription: codeValue
})
