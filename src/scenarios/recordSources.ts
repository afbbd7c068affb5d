/** The records of a resource as a workload needs them: their operations, and how many and which these are. */
import * as Effect from "effect/Effect"
import { sections } from "../documents/sections.ts"
import { students } from "../documents/students.ts"
import type { PlannedRecord } from "../documents/planDocuments.ts"
import type { KeysIn } from "../domain/BatchPattern.ts"
import type { Create, Triple } from "../domain/Operation.ts"
import type { RecordId } from "../domain/RecordId.ts"
import { SharedFixtures } from "../fixtures/SharedFixtures.ts"
import { keysOfRecords, operationsOfRecord, type RecordOperations } from "./recordOperations.ts"
import { isHandMade, loadedRecord } from "./resourceScenarios.ts"
import { sectionTriple } from "./sectionBatchVolume.ts"
import { studentTriple } from "./studentBatchVolume.ts"

/** What is known of the records of a resource without a server's values. */
export interface RecordFacts {
  /** `ed-fi/grades` */
  readonly path: string
  /** Of the record itself. */
  readonly resource: Create["resource"]
  /** The resources of the documents that a record creates: new parents, itself, companions. */
  readonly created: ReadonlyArray<Create["resource"]>
  /** Whether it was planned for the load; otherwise it has a builder of its own. */
  readonly isPlanned: boolean
  /** Whether a record has something to update. */
  readonly hasUpdate: boolean
}

/** Makes the operations of records. */
export interface RecordSource {
  readonly operationsOf: (record: RecordId) => RecordOperations
  /** @see BatchPattern.keysIn */
  readonly keysIn?: KeysIn
}

const handMadeFact = (path: string, resource: Create["resource"]): RecordFacts => ({
  path,
  resource,
  created: [resource],
  isPlanned: false,
  hasUpdate: true
})

const handMadeFacts = {
  "ed-fi/students": handMadeFact("ed-fi/students", students),
  "ed-fi/sections": handMadeFact("ed-fi/sections", sections)
}

/**
 * The facts of a resource that has a builder of its own or was planned; `undefined` for any other.
 *
 * @param records planned for the load
 */
export const recordFacts = (path: string, records: ReadonlyArray<PlannedRecord>): RecordFacts | undefined => {
  const planned = records.find((each) => each.path === path)
  if (planned === undefined) return isHandMade(path) ? handMadeFacts[path] : undefined
  const { changed, companions, parents, record } = planned
  return {
    path,
    resource: record.resource,
    created: [...parents, record, ...companions].map(({ resource }) => resource),
    isPlanned: true,
    hasUpdate: changed !== undefined
  }
}

const fromTriple = ([create, update, remove]: Triple): RecordOperations => ({
  creates: [create],
  record: 0,
  update,
  deletes: [remove]
})

/** The source of a resource: fixtures that it needs are found or created now. */
export const recordSource = ({ isPlanned, path }: Pick<RecordFacts, "isPlanned" | "path">) =>
  Effect.gen(function* () {
    if (!isPlanned && path === "ed-fi/students") {
      const source: RecordSource = { operationsOf: (record) => fromTriple(studentTriple(record)) }
      return source
    }
    if (!isPlanned && path === "ed-fi/sections") {
      const parents = yield* (yield* SharedFixtures).keys
      const source: RecordSource = { operationsOf: (record) => fromTriple(sectionTriple(record, parents)) }
      return source
    }
    const { planned, space } = yield* loadedRecord(path)
    const source: RecordSource = {
      operationsOf: operationsOfRecord(planned, space),
      keysIn: keysOfRecords(planned, space)
    }
    return source
  })
