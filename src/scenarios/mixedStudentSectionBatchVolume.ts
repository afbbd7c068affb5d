/** One student and one section per batch: the smallest batch that writes to two resources. */
import * as Effect from "effect/Effect"
import { SharedFixtures } from "../fixtures/SharedFixtures.ts"
import { batchVolume } from "./batchVolume.ts"
import { mixedStudentSectionBatches } from "./knownScenarios.ts"
import { sectionTriple } from "./sectionBatchVolume.ts"
import { studentTriple } from "./studentBatchVolume.ts"

export const MixedStudentSectionBatchVolumeTest = batchVolume({
  ...mixedStudentSectionBatches,
  operations: Effect.gen(function* () {
    const fixtures = yield* (yield* SharedFixtures).keys
    return (records) =>
      records.flatMap((record, index) =>
        index % 2 === 0 ? studentTriple(record) : sectionTriple(record, fixtures)
      )
  })
})
