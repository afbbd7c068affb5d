/** The scenarios of any resource: batches and single requests of documents that are generated from the API's own description. */
import * as Effect from "effect/Effect"
import type { BatchClient } from "../dms/BatchClient.ts"
import type { SingleClient } from "../dms/SingleClient.ts"
import { capitalized } from "../domain/words.ts"
import type { Scenario, ScenarioInfo } from "../engine/Scenario.ts"
import type { FixtureError } from "../fixtures/FixtureError.ts"
import { GeneratedFixtures } from "../fixtures/GeneratedFixtures.ts"
import { batchWorkload, type Operations, withoutDeletes } from "./batchVolume.ts"
import { EnrolledStudentBatchVolumeTest, EnrolledStudentVolumeTest } from "./enrolledStudents.ts"
import { knownBatch, singleNames, tripleCountOf } from "./knownScenarios.ts"
import {
  countsOfRecord,
  createdFor,
  inOrder,
  keysOfRecords,
  operationsOfRecord,
  type RecordShape
} from "./recordOperations.ts"
import { SectionBatchVolumeTest } from "./sectionBatchVolume.ts"
import { SectionVolumeTest } from "./sectionVolume.ts"
import { StudentBatchVolumeTest } from "./studentBatchVolume.ts"
import { StudentVolumeTest } from "./studentVolume.ts"
import { singleWorkload } from "./volume.ts"

export type ResourceScenario = Scenario<FixtureError, BatchClient | SingleClient>

/** The resources with builders of their own, and the scenarios of these. */
export const handMade = {
  "ed-fi/students": [StudentBatchVolumeTest, StudentVolumeTest],
  "ed-fi/sections": [SectionBatchVolumeTest, SectionVolumeTest]
} as const

/** The same where people have companions. */
export const handMadeWithCompanions = {
  ...handMade,
  "ed-fi/students": [EnrolledStudentBatchVolumeTest, EnrolledStudentVolumeTest]
} as const

export const isHandMade = (path: string): path is keyof typeof handMade => path in handMade

/** The end of a scenario's name by its test type, as in the Python suite. */
const suffixes = {
  BATCH_VOLUME: "BatchVolumeTest",
  VOLUME: "VolumeTest",
  READ: "ReadTest",
  PIPECLEAN: "PipecleanTest",
  CHANGE_QUERY: "ChangeQueryTest"
} as const

/** The test types of which every resource has a scenario. */
export type ResourceTestType = keyof typeof suffixes

/** @example scenarioNameOf("BATCH_VOLUME", "course") // "CourseBatchVolumeTest" */
export const scenarioNameOf = (testType: ResourceTestType, resource: string): string =>
  `${capitalized(resource)}${suffixes[testType]}`

/** The names of all scenarios of a resource. */
export const scenarioNamesOf = (resource: string): ReadonlyArray<string> =>
  Object.values(suffixes).map((suffix) => `${capitalized(resource)}${suffix}`)

/** @example "ed-fi/courses with 1 new parent each: create, update courseTitle, delete" */
const describe = ({ changed, companions, parents, path, pool }: RecordShape): string => {
  const count = `${parents.length} ${pool === undefined ? "new " : "pooled "}${parents.length === 1 ? "parent" : "parents"}`
  const others = [
    ...(parents.length === 0 ? [] : [count]),
    ...(companions.length === 0 ? [] : ["a companion"])
  ]
  const withOthers = others.length === 0 ? "" : ` with ${others.join(" and ")} each`
  const update = changed === undefined ? "" : ` update ${changed.member},`
  return `${path}${withOthers}: create,${update} delete`
}

/** The values that the server has for the documents of a resource. */
export const loadedRecord = (path: string) =>
  Effect.gen(function* () {
    const { records, space } = yield* (yield* GeneratedFixtures).load
    const planned = records.find((each) => each.path === path)
    if (planned === undefined) return yield* Effect.dieMessage(`${path} was not planned`)
    return { planned, space }
  })

const batchScenario = (shape: RecordShape): Scenario<FixtureError, BatchClient> => {
  const { endpoint, name: resource } = shape.record.resource
  const name = scenarioNameOf("BATCH_VOLUME", resource)
  const info: ScenarioInfo = {
    ...knownBatch({
      name,
      description: describe(shape),
      label: endpoint,
      byDefault: true,
      tripleCount: "configured"
    }),
    operationsPerRecord: countsOfRecord(shape)
  }
  return {
    ...info,
    prepare: ({ deleteResources = true, seed, ...given }) =>
      Effect.gen(function* () {
        const { planned, space } = yield* loadedRecord(shape.path)
        const operationsOf = operationsOfRecord(planned, space)
        const operations: Operations = (records) => records.flatMap((record) => inOrder(operationsOf(record)))
        const [requestName = endpoint] = info.requestNames(given)
        return yield* batchWorkload(name, {
          name: requestName,
          seed,
          groups: tripleCountOf({ tripleCount: "configured" }, given),
          recordsPerGroup: 1,
          operationsOf: deleteResources ? operations : withoutDeletes(operations),
          keysIn: keysOfRecords(planned, space)
        })
      })
  }
}

const singleScenario = (shape: RecordShape): Scenario<FixtureError, SingleClient> => {
  const { resource } = shape.record
  const created = createdFor(shape).map((each) => each.resource)
  const name = scenarioNameOf("VOLUME", resource.name)
  return {
    name,
    testType: "VOLUME",
    description: describe(shape),
    byDefault: true,
    tripleCount: "none",
    operationsPerRecord: countsOfRecord(shape),
    requestNames: (given) =>
      singleNames(created, resource, { ...given, hasUpdate: shape.changed !== undefined }),
    prepare: (given) =>
      Effect.flatMap(loadedRecord(shape.path), ({ planned, space }) =>
        singleWorkload(name, given, operationsOfRecord(planned, space))
      )
  }
}

/**
 * The scenarios of a resource, one per test type: `CourseBatchVolumeTest` and `CourseVolumeTest` of courses. They take the values of their
 * documents from `GeneratedFixtures`, so that a shape with made-up values is enough to make them.
 */
export const resourceScenarios = (shape: RecordShape): ReadonlyArray<ResourceScenario> => [
  batchScenario(shape),
  singleScenario(shape)
]
