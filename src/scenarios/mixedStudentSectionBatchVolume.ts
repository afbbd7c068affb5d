/** One student and one section per batch: the smallest batch that writes to two resources. */
import * as Effect from "effect/Effect"
import { SharedFixtures } from "../fixtures/SharedFixtures.ts"
import { batchVolume } from "./batchVolume.ts"
import { sectionTriple } from "./sectionBatchVolume.ts"
import { studentTriple } from "./studentBatchVolume.ts"

export const MixedStudentSectionBatchVolumeTest = batchVolume({
  name: "MixedStudentSectionBatchVolumeTest",
  description: "one triple of a student and one of a section in every batch",
  label: "mixed-students-sections",
  byDefault: false,
  tripleCount: 2,
  operations: Effect.gen(function* () {
    const fixtures = yield* (yield* SharedFixtures).keys
    return (records) =>
      records.flatMap((record, index) =>
        index % 2 === 0 ? studentTriple(record) : sectionTriple(record, fixtures)
      )
  })
})
