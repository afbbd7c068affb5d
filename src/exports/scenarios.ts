/** `edfi-perf/scenarios`: the built-in scenarios, and the parts of custom ones. */
export type { Json, JsonObject } from "../domain/Json.ts"
export * from "../domain/Operation.ts"
export { draw, type RecordId, recordKey, variantCount, variantOf, variation } from "../domain/RecordId.ts"
export { defaultReadMix, ReadMix } from "../domain/ReadMix.ts"
export type { Resource, ResourceNaming } from "../domain/Resource.ts"
export { makeSection, type Section, type SectionParents, sections } from "../documents/sections.ts"
export {
  makeEnrollment,
  type StudentSchoolAssociation,
  studentSchoolAssociations
} from "../documents/studentSchoolAssociations.ts"
export { makeStudent, type Student, students } from "../documents/students.ts"
export type {
  PlannedScenario,
  Scenario,
  ScenarioInfo,
  ScenarioOptions,
  UserIteration,
  Workload
} from "../engine/Scenario.ts"
export { FixtureMissing, FixtureRefused, ReadNotReady } from "../fixtures/FixtureError.ts"
export { FixtureKeys } from "../fixtures/FixtureKeys.ts"
export { type FixtureError, type FixtureOptions, SharedFixtures } from "../fixtures/SharedFixtures.ts"
export { batchVolume, type Operations } from "../scenarios/batchVolume.ts"
export { EnrolledStudentBatchVolumeTest, EnrolledStudentVolumeTest } from "../scenarios/enrolledStudents.ts"
export { type ScenarioServices, scenarios } from "../scenarios/index.ts"
export { MixedCourseOfferingSectionBatchVolumeTest } from "../scenarios/mixedCourseOfferingSectionBatchVolume.ts"
export { MixedStudentSectionBatchVolumeTest } from "../scenarios/mixedStudentSectionBatchVolume.ts"
export { prepareScenarios } from "../scenarios/prepareScenarios.ts"
export { readScenario } from "../scenarios/readScenario.ts"
export { type ResourceScenario, resourceScenarios } from "../scenarios/resourceScenarios.ts"
export { SectionBatchVolumeTest } from "../scenarios/sectionBatchVolume.ts"
export { SectionVolumeTest } from "../scenarios/sectionVolume.ts"
export { StudentBatchVolumeTest } from "../scenarios/studentBatchVolume.ts"
export { StudentVolumeTest } from "../scenarios/studentVolume.ts"
export { type TripleOf, volume } from "../scenarios/volume.ts"
