/** The students of `StudentBatchVolumeTest`, with one request per operation. */
import * as Effect from "effect/Effect"
import { studentTriple } from "./studentBatchVolume.ts"
import { volume } from "./volume.ts"

export const StudentVolumeTest = volume({
  name: "StudentVolumeTest",
  description: "students: POST, PUT of the first name, DELETE",
  endpoint: "students",
  byDefault: true,
  triples: Effect.succeed(studentTriple)
})
