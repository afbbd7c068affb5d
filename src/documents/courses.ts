/** Courses of an education organization. */
import type { Resource } from "../domain/Resource.ts"
import { descriptor } from "./descriptor.ts"

export type CourseKey = { readonly courseCode: string; readonly educationOrganizationId: number }

export type Course = {
  readonly courseCode: string
  readonly educationOrganizationReference: { readonly educationOrganizationId: number }
  readonly courseTitle: string
  readonly numberOfParts: number
  readonly identificationCodes: ReadonlyArray<{
    readonly courseIdentificationSystemDescriptor: string
    readonly identificationCode: string
  }>
}

export const courses: Resource<Course, CourseKey, "courseCode" | "educationOrganizationReference"> = {
  endpoint: "courses",
  name: "Course",
  keyOf: ({ courseCode, educationOrganizationReference }) => ({
    courseCode,
    ...educationOrganizationReference
  })
}

export const makeCourse = (courseCode: string, educationOrganizationId: number): Course => ({
  courseCode,
  educationOrganizationReference: { educationOrganizationId },
  courseTitle: "English Language Arts, load test",
  numberOfParts: 1,
  identificationCodes: [
    {
      courseIdentificationSystemDescriptor: descriptor("CourseIdentificationSystem", "LEA course code"),
      identificationCode: courseCode
    }
  ]
})
