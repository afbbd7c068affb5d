/** All scenarios, in the order of the help. A new one is a file of its own and a line here. */
import { MixedCourseOfferingSectionBatchVolumeTest } from "./mixedCourseOfferingSectionBatchVolume.ts"
import { MixedStudentSectionBatchVolumeTest } from "./mixedStudentSectionBatchVolume.ts"
import { SectionBatchVolumeTest } from "./sectionBatchVolume.ts"
import { StudentBatchVolumeTest } from "./studentBatchVolume.ts"

export const scenarios = [
  StudentBatchVolumeTest,
  SectionBatchVolumeTest,
  MixedStudentSectionBatchVolumeTest,
  MixedCourseOfferingSectionBatchVolumeTest
] as const
