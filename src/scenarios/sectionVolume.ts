/** The sections of `SectionBatchVolumeTest`, with one request per operation. */
import * as Effect from "effect/Effect"
import { SharedFixtures } from "../fixtures/SharedFixtures.ts"
import { singleSections } from "./knownScenarios.ts"
import { sectionTriple } from "./sectionBatchVolume.ts"
import { volume } from "./volume.ts"

export const SectionVolumeTest = volume({
  ...singleSections,
  triples: Effect.gen(function* () {
    const fixtures = yield* (yield* SharedFixtures).keys
    return (record) => sectionTriple(record, fixtures)
  })
})
