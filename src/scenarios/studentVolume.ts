/** The students of the batches, one request for each operation. */
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
