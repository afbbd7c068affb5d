/** The sections of `SectionBatchVolumeTest`, with one request per operation. */
import * as Effect from "effect/Effect"
import { SharedFixtures } from "../fixtures/SharedFixtures.ts"
import { sectionTriple } from "./sectionBatchVolume.ts"
import { volume } from "./volume.ts"

export const SectionVolumeTest = volume({
  name: "SectionVolumeTest",
  description: "sections of the fixtures' course offering: POST, PUT of the sequence, DELETE",
  endpoint: "sections",
  byDefault: true,
  triples: Effect.gen(function* () {
    const fixtures = yield* (yield* SharedFixtures).keys
    return (record) => sectionTriple(record, fixtures)
  })
})
