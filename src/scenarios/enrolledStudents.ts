/**
 * Students that are enrolled while they are updated, as servers that check relationships require: create the student, create
 * its association with the fixtures' school, update the student (its first name), delete the association and the student.
 *
 * @see api-facts section 5, "Smallest sequence"
 */
import * as Effect from "effect/Effect"
import { makeStudent } from "../documents/students.ts"
import { makeEnrollment, studentSchoolAssociations } from "../documents/studentSchoolAssociations.ts"
import { create, remove } from "../domain/Operation.ts"
import type { RecordId } from "../domain/RecordId.ts"
import type { FixtureKeys } from "../fixtures/FixtureKeys.ts"
import { SharedFixtures } from "../fixtures/SharedFixtures.ts"
import { batchVolume } from "./batchVolume.ts"
import { enrolledStudentBatches, singleEnrolledStudents } from "./knownScenarios.ts"
import { inOrder, type RecordOperations } from "./recordOperations.ts"
import { studentTriple } from "./studentBatchVolume.ts"
import { recordVolume } from "./volume.ts"

/** @param school where the student is enrolled */
export const enrolledStudent = (
  record: RecordId,
  school: Pick<FixtureKeys, "schoolId" | "schoolYear">
): RecordOperations => {
  const [createStudent, updateStudent, deleteStudent] = studentTriple(record)
  const enrollment = makeEnrollment(makeStudent(record), school)
  return {
    creates: [createStudent, create(studentSchoolAssociations, enrollment)],
    record: 0,
    update: updateStudent,
    deletes: [
      remove(studentSchoolAssociations, { naturalKey: studentSchoolAssociations.keyOf(enrollment) }),
      deleteStudent
    ]
  }
}

const operations = Effect.gen(function* () {
  const school = yield* (yield* SharedFixtures).keys
  return (record: RecordId) => enrolledStudent(record, school)
})

export const EnrolledStudentBatchVolumeTest = batchVolume({
  ...enrolledStudentBatches,
  operations: Effect.map(
    operations,
    (operationsOf) => (records) => records.flatMap((record) => inOrder(operationsOf(record)))
  )
})

export const EnrolledStudentVolumeTest = recordVolume({ ...singleEnrolledStudents, operations })
