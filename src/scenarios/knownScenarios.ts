/**
 * What help, completions and the check of settings need of the scenarios. Loads no client, so that these start fast;
 * the scenarios themselves are in `index.ts`.
 */
import * as Arr from "effect/Array"
import { defaultReadMix, readRequestName, readRequests } from "../domain/ReadMix.ts"
import { badName, singleName } from "../domain/requestName.ts"
import type { OperationCounts } from "../domain/Sample.ts"
import { tripleCounts } from "../domain/tripleCounts.ts"
import type { ScenarioInfo, ScenarioOptions } from "../engine/Scenario.ts"

type NamingOptions = Omit<ScenarioOptions, "seed">

/** What is known of any scenario with builders of its own. */
interface HandMadeFacts extends Pick<ScenarioInfo, "name" | "description" | "byDefault"> {
  /** Endpoints of the documents that are created after a record and deleted before it. Default: none. */
  readonly companions?: ReadonlyArray<string>
}

/** A scenario that sends one batch per iteration. */
export interface BatchFacts extends HandMadeFacts {
  /** Names the requests: `students` makes `students-batch-10`. */
  readonly label: string
  readonly tripleCount: "configured" | number
}

/** A scenario that sends a request per operation. */
export interface SingleFacts extends HandMadeFacts {
  /** Of the resource, which names the requests: `students`. */
  readonly endpoint: string
}

/** A fixed number of triples takes precedence over `--batchTripleCount`. */
export const tripleCountOf = (
  { tripleCount }: Pick<BatchFacts, "tripleCount">,
  { batchTripleCount = 1 }: NamingOptions
): number => (tripleCount === "configured" ? batchTripleCount : tripleCount)

/** The operations of a triple, with two more for each companion, or one if documents stay. */
const countsWith =
  (companions: ReadonlyArray<string> = []) =>
  (options: Pick<ScenarioOptions, "deleteResources">): OperationCounts => {
    const { create, delete: removed, update } = tripleCounts(options)
    return { create: create + companions.length, update, delete: removed * (1 + companions.length) }
  }

export const knownBatch = ({
  byDefault,
  companions,
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
  operationsPerRecord: countsWith(companions),
  requestNames: (options) => [`${label}-batch-${tripleCountOf({ tripleCount }, options)}`]
})

type Place = Parameters<typeof badName>[0]

interface SingleNaming extends NamingOptions {
  readonly hasUpdate?: boolean
}

/**
 * The names of the single requests of a record.
 *
 * @param created the resources of all its documents, in the order of their creation
 * @param record one of them
 */
export const singleNames = (
  created: ReadonlyArray<Place>,
  record: Place,
  { deleteResources = true, failDeliberately = false, hasUpdate = true }: SingleNaming
): ReadonlyArray<string> =>
  Arr.dedupe([
    ...created.map((each) => singleName("create", each)),
    ...(hasUpdate ? [singleName("update", record)] : []),
    ...(deleteResources ? created.toReversed().map((each) => singleName("delete", each)) : []),
    ...(failDeliberately ? [badName(record)] : [])
  ])

export const knownSingle = ({
  byDefault,
  companions = [],
  description,
  endpoint,
  name
}: SingleFacts): ScenarioInfo => ({
  name,
  testType: "VOLUME",
  description,
  byDefault,
  tripleCount: "none",
  operationsPerRecord: countsWith(companions),
  requestNames: (options) => {
    const record = { endpoint }
    return singleNames([record, ...companions.map((each) => ({ endpoint: each }))], record, options)
  }
})

/** A scenario that reads the documents of one resource. */
export interface ReadNames extends Pick<ScenarioInfo, "name"> {
  readonly project: string
  readonly endpoint: string
}

export const knownRead = ({ endpoint, name, project }: ReadNames): ScenarioInfo => ({
  name,
  testType: "READ",
  description: `${project}/${endpoint}: by id, by key, revalidated, pages, filtered pages, walks`,
  byDefault: true,
  tripleCount: "none",
  operationsPerRecord: () => ({ create: 0, update: 0, delete: 0 }),
  requestNames: ({ reads = defaultReadMix }) =>
    readRequests(reads).map((request) => readRequestName({ project, endpoint }, request))
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

const enrollment = ["studentSchoolAssociations"]

export const enrolledStudentBatches: BatchFacts = {
  name: "EnrolledStudentBatchVolumeTest",
  description: "students, each enrolled in the fixtures' school before its update",
  label: "enrolled-students",
  byDefault: false,
  companions: enrollment,
  tripleCount: "configured"
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

export const singleEnrolledStudents: SingleFacts = {
  name: "EnrolledStudentVolumeTest",
  description: "students, each enrolled in the fixtures' school before its PUT",
  endpoint: "students",
  byDefault: false,
  companions: enrollment
}

export const studentReads = { name: "StudentReadTest", project: "ed-fi", endpoint: "students" }

export const sectionReads = { name: "SectionReadTest", project: "ed-fi", endpoint: "sections" }

export const enrollmentReads = {
  name: "StudentSchoolAssociationReadTest",
  project: "ed-fi",
  endpoint: "studentSchoolAssociations"
}

/** All scenarios, in the order of the help. */
export const knownScenarios: Arr.NonEmptyReadonlyArray<ScenarioInfo> = [
  knownBatch(studentBatches),
  knownBatch(sectionBatches),
  knownBatch(mixedStudentSectionBatches),
  knownBatch(mixedCourseOfferingSectionBatches),
  knownBatch(enrolledStudentBatches),
  knownSingle(singleStudents),
  knownSingle(singleSections),
  knownSingle(singleEnrolledStudents),
  knownRead(studentReads),
  knownRead(sectionReads),
  knownRead(enrollmentReads)
]
