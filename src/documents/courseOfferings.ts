/** Course offerings: a course as a school offers it in a session. */
import type { Resource } from "../domain/Resource.ts"
import type { CourseKey } from "./courses.ts"
import type { SessionKey } from "./sessions.ts"

export type CourseOfferingKey = SessionKey & { readonly localCourseCode: string }

export type CourseOffering = {
  readonly localCourseCode: string
  readonly courseReference: CourseKey
  readonly schoolReference: { readonly schoolId: number }
  readonly sessionReference: SessionKey
  readonly localCourseTitle: string
  readonly instructionalTimePlanned: number
}

/** The flat `schoolId` of the key is that of the school and of the session, which must be equal. */
export const courseOfferings: Resource<
  CourseOffering,
  CourseOfferingKey,
  "localCourseCode" | "schoolReference" | "sessionReference"
> = {
  endpoint: "courseOfferings",
  name: "CourseOffering",
  keyOf: ({ localCourseCode, sessionReference }) => ({ localCourseCode, ...sessionReference })
}

export const makeCourseOffering = (
  localCourseCode: string,
  course: CourseKey,
  session: SessionKey
): CourseOffering => ({
  localCourseCode,
  courseReference: course,
  schoolReference: { schoolId: session.schoolId },
  sessionReference: session,
  localCourseTitle: "English Language Arts, load test",
  instructionalTimePlanned: 120
})
