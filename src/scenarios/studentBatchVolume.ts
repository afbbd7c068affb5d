/** Students: each is created, updated (its first name) and deleted in one batch. */
import * as Effect from "effect/Effect"
import { makeStudent, students } from "../documents/students.ts"
import { triple, type Triple } from "../domain/Operation.ts"
import type { RecordId } from "../domain/RecordId.ts"
import { batchVolume } from "./batchVolume.ts"
import { studentBatches } from "./knownScenarios.ts"

export const studentTriple = (record: RecordId): Triple => {
  const student = makeStudent(record)
  return triple(students, student, { firstName: `${student.firstName} Updated` })
}

export const StudentBatchVolumeTest = batchVolume({
  ...studentBatches,
  operations: Effect.succeed((records) => records.flatMap(studentTriple))
})
