/**
 * What help, completions and the check of settings need of the scenarios. Loads no client, so that these start fast;
 * the scenarios themselves are in `index.ts`.
 */
import * as Arr from "effect/Array"
import { badName, singleName } from "../domain/requestName.ts"
import { tripleCounts } from "../domain/tripleCounts.ts"
import type { ScenarioInfo, ScenarioOptions } from "../engine/Scenario.ts"

type NamingOptions = Omit<ScenarioOptions, "seed">

/** A scenario that sends one batch per iteration. */
export interface BatchFacts extends Pick<ScenarioInfo, "name" | "description" | "byDefault"> {
  /** Names the requests: `students` makes `students-batch-10`. */
  readonly label: string
  readonly tripleCount: "configured" | number
}

/** A scenario that sends a request per operation. */
export interface SingleFacts extends Pick<ScenarioInfo, "name" | "description" | "byDefault"> {
  /** Of the resource, which names the requests: `students`. */
  readonly endpoint: string
}

/** A fixed number of triples takes precedence over `--batchTripleCount`. */
export const tripleCountOf = (
  { tripleCount }: Pick<BatchFacts, "tripleCount">,
  { batchTripleCount = 1 }: NamingOptions
): number => (tripleCount === "configured" ? batchTripleCount : tripleCount)

export const knownBatch = ({
  byDefault,
  description,
  label,
  name,
  tripleCount
}: BatchFacts): ScenarioInfo => ({
  name,
  testType: "BATCH_VOLUME",
  description,
  byDefault,
  tripleCount,
  operationsPerRecord: tripleCounts,
  requestNames: (options) => [`${label}-batch-${tripleCountOf({ tripleCount }, options)}`]
})

export const knownSingle = ({ byDefault, description, endpoint, name }: SingleFacts): ScenarioInfo => ({
  name,
  testType: "VOLUME",
  description,
  byDefault,
  tripleCount: "none",
  operationsPerRecord: tripleCounts,
  requestNames: ({ deleteResources = true, failDeliberately = false }) => [
    singleName("create", { endpoint }),
    singleName("update", { endpoint }),
    ...(deleteResources ? [singleName("delete", { endpoint })] : []),
    ...(failDeliberately ? [badName({ endpoint })] : [])
  ]
})

export const studentBatches: BatchFacts = {
  name: "StudentBatchVolumeTest",
  description: "students: create, update the first name, delete",
  label: "students",
  byDefault: true,
  tripleCount: "configured"
}

export const sectionBatches: BatchFacts = {
  name: "SectionBatchVolumeTest",
  description: "sections of the fixtures' course offering: create, update the sequence, delete",
  label: "sections",
  byDefault: true,
  tripleCount: "configured"
}

export const mixedStudentSectionBatches: BatchFacts = {
  name: "MixedStudentSectionBatchVolumeTest",
  description: "one triple of a student and one of a section in every batch",
  label: "mixed-students-sections",
  byDefault: false,
  tripleCount: 2
}

export const mixedCourseOfferingSectionBatches: BatchFacts = {
  name: "MixedCourseOfferingSectionBatchVolumeTest",
  description: "a course offering and a section of it in every batch, deleted in reverse order",
  label: "mixed-courseOfferings-sections",
  byDefault: false,
  tripleCount: 2
}

export const singleStudents: SingleFacts = {
  name: "StudentVolumeTest",
  description: "students: POST, PUT of the first name, DELETE",
  endpoint: "students",
  byDefault: true
}

export const singleSections: SingleFacts = {
  name: "SectionVolumeTest",
  description: "sections of the fixtures' course offering: POST, PUT of the sequence, DELETE",
  endpoint: "sections",
  byDefault: true
}

/** All scenarios, in the order of the help. */
export const knownScenarios: Arr.NonEmptyReadonlyArray<ScenarioInfo> = [
  knownBatch(studentBatches),
  knownBatch(sectionBatches),
  knownBatch(mixedStudentSectionBatches),
  knownBatch(mixedCourseOfferingSectionBatches),
  knownSingle(singleStudents),
  knownSingle(singleSections)
]
