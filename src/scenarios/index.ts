/** All scenarios, in the order of the help. A new one needs its own file, an entry in `knownScenarios.ts` and a line here. */
import type { NonEmptyReadonlyArray } from "effect/Array"
import type { BatchClient } from "../dms/BatchClient.ts"
import type { ReadClient } from "../dms/ReadClient.ts"
import type { SingleClient } from "../dms/SingleClient.ts"
import type { Scenario } from "../engine/Scenario.ts"
import type { FixtureError, SharedFixtures } from "../fixtures/SharedFixtures.ts"
import { EnrolledStudentBatchVolumeTest, EnrolledStudentVolumeTest } from "./enrolledStudents.ts"
import { MixedCourseOfferingSectionBatchVolumeTest } from "./mixedCourseOfferingSectionBatchVolume.ts"
import { MixedStudentSectionBatchVolumeTest } from "./mixedStudentSectionBatchVolume.ts"
import { SectionReadTest, StudentReadTest, StudentSchoolAssociationReadTest } from "./readScenario.ts"
import { SectionBatchVolumeTest } from "./sectionBatchVolume.ts"
import { SectionVolumeTest } from "./sectionVolume.ts"
import { StudentBatchVolumeTest } from "./studentBatchVolume.ts"
import { StudentVolumeTest } from "./studentVolume.ts"

/** The services that scenarios use: clients and fixtures. */
export type ScenarioServices = BatchClient | ReadClient | SharedFixtures | SingleClient

export const scenarios: NonEmptyReadonlyArray<Scenario<FixtureError, ScenarioServices>> = [
  StudentBatchVolumeTest,
  SectionBatchVolumeTest,
  MixedStudentSectionBatchVolumeTest,
  MixedCourseOfferingSectionBatchVolumeTest,
  EnrolledStudentBatchVolumeTest,
  StudentVolumeTest,
  SectionVolumeTest,
  EnrolledStudentVolumeTest,
  StudentReadTest,
  SectionReadTest,
  StudentSchoolAssociationReadTest
]
