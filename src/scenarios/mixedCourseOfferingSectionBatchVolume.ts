/**
 * A course offering and a section that references it, created and deleted within one batch: the referenced record is
 * created first and deleted last. A batch of one record has the course offering alone.
 */
import * as Effect from "effect/Effect"
import { courseOfferings, makeCourseOffering } from "../documents/courseOfferings.ts"
import { triple } from "../domain/Operation.ts"
import { recordKey } from "../domain/RecordId.ts"
import { SharedFixtures } from "../fixtures/SharedFixtures.ts"
import { batchVolume } from "./batchVolume.ts"
import { mixedCourseOfferingSectionBatches } from "./knownScenarios.ts"
import { sectionTriple } from "./sectionBatchVolume.ts"

export const MixedCourseOfferingSectionBatchVolumeTest = batchVolume({
  ...mixedCourseOfferingSectionBatches,
  operations: Effect.gen(function* () {
    const fixtures = yield* (yield* SharedFixtures).keys
    return ([first, second]) => {
      if (first === undefined) return []
      const offering = makeCourseOffering(recordKey(first), fixtures.course, fixtures.session)
      const offeringTriple = triple(courseOfferings, offering, { instructionalTimePlanned: 150 })
      if (second === undefined) return offeringTriple
      const parents = { ...fixtures, courseOffering: courseOfferings.keyOf(offering) }
      const [createSection, updateSection, deleteSection] = sectionTriple(second, parents)
      const [createOffering, updateOffering, deleteOffering] = offeringTriple
      return [createOffering, createSection, updateOffering, updateSection, deleteSection, deleteOffering]
    }
  })
})
