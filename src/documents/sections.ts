/** Sections of a course offering, valid for Data Standard 5.x. */
import { draw, type RecordId, recordKey } from "../domain/RecordId.ts"
import type { Resource } from "../domain/Resource.ts"
import type { ClassPeriodKey } from "./classPeriods.ts"
import type { CourseOfferingKey } from "./courseOfferings.ts"
import type { LocationKey } from "./locations.ts"

export type Section = {
  readonly sectionIdentifier: string
  readonly courseOfferingReference: CourseOfferingKey
  readonly classPeriods: ReadonlyArray<{ readonly classPeriodReference: ClassPeriodKey }>
  readonly locationReference: LocationKey
  readonly locationSchoolReference: { readonly schoolId: number }
  readonly sectionName: string
  /** 1 to 8 on the server; 1 to 7 here, so that an update can add one. */
  readonly sequenceOfCourse: number
  readonly availableCredits: number
  readonly officialAttendancePeriod: boolean
}

export type SectionKey = CourseOfferingKey & { readonly sectionIdentifier: string }

export const sections: Resource<Section, SectionKey, "sectionIdentifier" | "courseOfferingReference"> = {
  endpoint: "sections",
  name: "Section",
  keyOf: ({ courseOfferingReference, sectionIdentifier }) => ({
    sectionIdentifier,
    ...courseOfferingReference
  })
}

/** The records that a section references; all of one school. */
export interface SectionParents {
  readonly courseOffering: CourseOfferingKey
  readonly classPeriod: ClassPeriodKey
  readonly location: LocationKey
}

export const makeSection = (record: RecordId, parents: SectionParents): Section => {
  const sectionIdentifier = recordKey(record)
  return {
    sectionIdentifier,
    courseOfferingReference: parents.courseOffering,
    classPeriods: [{ classPeriodReference: parents.classPeriod }],
    locationReference: parents.location,
    locationSchoolReference: { schoolId: parents.location.schoolId },
    sectionName: `Load section ${sectionIdentifier}`,
    sequenceOfCourse: 1 + (draw(record, "sequenceOfCourse") % 7),
    availableCredits: 1,
    officialAttendancePeriod: false
  }
}
