/** Sections of the fixtures' course offering: each is created, updated (its sequence) and deleted in one batch. */
import * as Effect from "effect/Effect"
import { makeSection, type SectionParents, sections } from "../documents/sections.ts"
import { triple, type Triple } from "../domain/Operation.ts"
import type { RecordId } from "../domain/RecordId.ts"
import { SharedFixtures } from "../fixtures/SharedFixtures.ts"
import { batchVolume } from "./batchVolume.ts"
import { sectionBatches } from "./knownScenarios.ts"

export const sectionTriple = (record: RecordId, parents: SectionParents): Triple => {
  const section = makeSection(record, parents)
  return triple(sections, section, { sequenceOfCourse: section.sequenceOfCourse + 1 })
}

export const SectionBatchVolumeTest = batchVolume({
  ...sectionBatches,
  operations: Effect.gen(function* () {
    const fixtures = yield* (yield* SharedFixtures).keys
    return (records) => records.flatMap((record) => sectionTriple(record, fixtures))
  })
})
