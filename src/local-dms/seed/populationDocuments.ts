/**
 * The documents of `--population`: students enrolled in high schools of the district 255901, school by school. The keys
 * depend on the student's number only, so a larger population contains a smaller one; the seed varies names, birthdays
 * and cities.
 *
 * | of each school | number |
 * |---|---|
 * | students, studentSchoolAssociations, studentSectionAssociations | 1,200; those of the last school are what is left |
 * | sections | 1 for 25 students |
 * | courses, courseOfferings | 6 |
 * | sessions | 1 |
 */
import type { JsonObject } from "../../domain/Json.ts"
import { variation } from "../../domain/RecordId.ts"
import { descriptorUri } from "./descriptors.ts"
import { currentYear, districtId } from "./seed.ts"

/** The endpoint and the document. */
export type PopulationDocument = readonly [endpoint: string, document: JsonObject]

export const studentsPerSchool = 1200
const studentsPerSection = 25

/** 834 schools have ids up to 255901834; the fixtures of a load create 255901999. */
const firstSchoolId = districtId * 1000 + 1
const firstStudentId = 100_000_001

const schoolYear = currentYear
const sessionName = "Fall Semester"
const firstDay = `${schoolYear - 1}-08-19`
const lastDay = `${schoolYear - 1}-12-20`

const courses = ["Algebra", "English", "Biology", "History", "Spanish", "Art"] as const
const grades = ["Ninth grade", "Tenth grade", "Eleventh grade", "Twelfth grade"] as const
const sexes = ["Female", "Male"] as const
const cities = ["Grand Bend", "Austin", "Houston", "Dallas", "El Paso", "Laredo", "Waco", "Tyler"] as const
const firstNames =
  "Alma Brian Carmen David Emma Felix Gloria Hector Irene Jacob Karen Luis Maya Nathan Olga Paul Rita Simon Tara Victor".split(
    " "
  )
const surnames =
  "Adams Baker Castillo Diaz Evans Flores Garcia Hughes Ito Jackson Klein Lopez Morales Nguyen Ortiz Perez Quintero Reed Silva Turner".split(
    " "
  )

interface School {
  readonly schoolId: number
  /** Number of its students, 1 to 1,200. */
  readonly size: number
}

const courseAt = (section: number): string => courses[section % courses.length] ?? courses[0]

const sectionKey = (schoolId: number, section: number): JsonObject => ({
  localCourseCode: courseAt(section),
  schoolId,
  schoolYear,
  sectionIdentifier: `${courseAt(section)} ${1 + Math.floor(section / courses.length)}`,
  sessionName
})

const courseDocuments = (schoolId: number, courseCode: string): ReadonlyArray<PopulationDocument> => [
  [
    "courses",
    {
      courseCode,
      courseTitle: courseCode,
      numberOfParts: 1,
      educationOrganizationReference: { educationOrganizationId: schoolId },
      identificationCodes: [
        {
          courseIdentificationSystemDescriptor: descriptorUri(
            "CourseIdentificationSystem",
            "LEA course code"
          ),
          identificationCode: courseCode
        }
      ]
    }
  ],
  [
    "courseOfferings",
    {
      localCourseCode: courseCode,
      courseReference: { courseCode, educationOrganizationId: schoolId },
      schoolReference: { schoolId },
      sessionReference: { schoolId, schoolYear, sessionName }
    }
  ]
]

const sectionDocument = (schoolId: number, section: number): PopulationDocument => {
  const { sectionIdentifier, ...courseOfferingReference } = sectionKey(schoolId, section)
  return ["sections", { sectionIdentifier, courseOfferingReference }]
}

const schoolDocuments = ({ schoolId, size }: School): ReadonlyArray<PopulationDocument> => [
  [
    "schools",
    {
      schoolId,
      nameOfInstitution: `Grand Bend High School ${1 + schoolId - firstSchoolId}`,
      educationOrganizationCategories: [
        { educationOrganizationCategoryDescriptor: descriptorUri("EducationOrganizationCategory", "School") }
      ],
      gradeLevels: grades.map((grade) => ({ gradeLevelDescriptor: descriptorUri("GradeLevel", grade) })),
      localEducationAgencyReference: { localEducationAgencyId: districtId }
    }
  ],
  [
    "sessions",
    {
      sessionName,
      beginDate: firstDay,
      endDate: lastDay,
      schoolReference: { schoolId },
      schoolYearTypeReference: { schoolYear },
      termDescriptor: descriptorUri("Term", sessionName),
      totalInstructionalDays: 85
    }
  ],
  ...courses.flatMap((course) => courseDocuments(schoolId, course)),
  ...Array.from({ length: Math.ceil(size / studentsPerSection) }, (_, section) =>
    sectionDocument(schoolId, section)
  )
]

const twoDigits = (value: number): string => String(value).padStart(2, "0")

/** @param index of the student in the population, from 0 */
const studentDocuments = (
  seed: number,
  schoolId: number,
  index: number
): ReadonlyArray<PopulationDocument> => {
  const drawn = (purpose: string, choices: number) =>
    variation({ seed, user: 0, iteration: 0, index }, purpose) % choices
  const oneOf = (purpose: string, choices: ReadonlyArray<string>): string =>
    choices[drawn(purpose, choices.length)] ?? ""
  const inSchool = index % studentsPerSchool
  const grade = inSchool % grades.length
  const birthDay = drawn("birthDate", 12 * 28)
  const studentUniqueId = String(firstStudentId + index)
  return [
    [
      "students",
      {
        studentUniqueId,
        birthCity: oneOf("birthCity", cities),
        birthDate: `${schoolYear - 15 - grade}-${twoDigits(1 + Math.floor(birthDay / 28))}-${twoDigits(1 + (birthDay % 28))}`,
        birthSexDescriptor: descriptorUri("Sex", oneOf("sex", sexes)),
        firstName: oneOf("firstName", firstNames),
        lastSurname: oneOf("lastSurname", surnames),
        middleName: oneOf("middleName", firstNames)
      }
    ],
    [
      "studentSchoolAssociations",
      {
        entryDate: firstDay,
        entryGradeLevelDescriptor: descriptorUri("GradeLevel", grades[grade] ?? grades[0]),
        primarySchool: true,
        schoolReference: { schoolId },
        schoolYearTypeReference: { schoolYear },
        studentReference: { studentUniqueId }
      }
    ],
    [
      "studentSectionAssociations",
      {
        beginDate: firstDay,
        endDate: lastDay,
        sectionReference: sectionKey(schoolId, Math.floor(inSchool / studentsPerSection)),
        studentReference: { studentUniqueId }
      }
    ]
  ]
}

/** Number of schools: 84 for 100,000 students. */
export const schoolCount = (students: number): number => Math.ceil(students / studentsPerSchool)

/**
 * The documents of a school, in the order of creation; the last one is the section association of its last student.
 * @param students of the whole population
 * @param school from 0 to `schoolCount(students) - 1`
 */
export const populationOf = (
  seed: number,
  students: number,
  school: number
): ReadonlyArray<PopulationDocument> => {
  const first = school * studentsPerSchool
  const size = Math.min(studentsPerSchool, students - first)
  const schoolId = firstSchoolId + school
  return [
    ...schoolDocuments({ schoolId, size }),
    ...Array.from({ length: size }, (_, at) => studentDocuments(seed, schoolId, first + at)).flat()
  ]
}
