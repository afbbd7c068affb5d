/** Students: each is created, updated (its first name) and deleted in one batch. */
import * as Effect from "effect/Effect"
import { makeStudent, students } from "../documents/students.ts"
import { triple, type Triple } from "../domain/Operation.ts"
import type { RecordId } from "../domain/RecordId.ts"
import { batchVolume } from "./batchVolume.ts"

export const studentTriple = (record: RecordId): Triple => {
  const student = makeStudent(record)
  return triple(students, student, { firstName: `${student.firstName} Updated` })
}

export const StudentBatchVolumeTest = batchVolume({
  name: "StudentBatchVolumeTest",
  description: "students: create, update the first name, delete",
  label: "students",
  byDefault: true,
  tripleCount: "configured",
  operations: Effect.succeed((records) => records.flatMap(studentTriple))
})
