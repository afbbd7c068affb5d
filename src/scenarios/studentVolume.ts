/** The students of `StudentBatchVolumeTest`, with one request per operation. */
import * as Effect from "effect/Effect"
import { singleStudents } from "./knownScenarios.ts"
import { studentTriple } from "./studentBatchVolume.ts"
import { volume } from "./volume.ts"

export const StudentVolumeTest = volume({
  ...singleStudents,
  triples: Effect.succeed(studentTriple)
})
