/** The steps of a mixture's items, ready to run: as batches, or as single requests. */
import * as Effect from "effect/Effect"
import { SingleClient } from "../dms/SingleClient.ts"
import { atId, type Operation } from "../domain/Operation.ts"
import type { Row } from "../dms/ReadClient.ts"
import type { WriteStep } from "../domain/Mixture.ts"
import { singleName } from "../domain/requestName.ts"
import type { OperationCounts } from "../domain/Sample.ts"
import type { SingleError } from "../domain/SingleError.ts"
import type { UserIteration } from "../engine/Scenario.ts"
import { batchWorkload } from "./batchVolume.ts"
import { inOrder, type RecordOperations } from "./recordOperations.ts"
import { type RecordFacts, recordSource } from "./recordSources.ts"
import { type Created, decisiveFailure, makeCreateAndRemove, makeIterations, untilFailure } from "./volume.ts"

/** A record that a step has created, and what is there of it. */
interface Made {
  readonly operations: RecordOperations
  /** In the order of `operations.creates`; empty if batches created it. */
  readonly created: ReadonlyArray<Created>
}

/** One iteration of an item. */
export interface ItemRun {
  /** Records of each write step, if they are fewer than usual. */
  readonly records: number | undefined
  /** The user, and an iteration that no other create of this user has: keys are made of both. */
  readonly keysAt: (create: number) => UserIteration
  /** What `create` has made, by path, until `delete`. */
  readonly made: Map<string, ReadonlyArray<Made>>
  /** The documents of the last page that had any, by path. */
  readonly listed: Map<string, ReadonlyArray<Row>>
}

/** A step that is ready to run. */
export interface PreparedStep {
  readonly run: (run: ItemRun) => Effect.Effect<unknown, unknown>
  /** Whether it also runs after the failure of a step, for what has been created. */
  readonly cleansUp: boolean
}

/** A write step and what it writes. */
export interface PlannedWrite {
  readonly _tag: "Write"
  readonly step: WriteStep
  readonly facts: RecordFacts
  /** The number of its create among those of its item, 0-based: `update` and `delete` have that of what they change. */
  readonly create: number
  /** Records in a batch, or one after the other, >= 1. */
  readonly records: number
}

interface WriteOptions {
  readonly seed: number
  readonly deleteResources: boolean
}

/** @example "grades-batch" of `record`, "grades-create-batch" of `create` */
const batchesOf = ({ facts, step }: PlannedWrite): string => {
  return `${facts.resource.endpoint}-${step.kind === "record" ? "" : `${step.kind}-`}batch`
}

/** @example "grades-batch-10", "grades-create-batch-10" */
export const batchNameOf = (write: PlannedWrite): string => `${batchesOf(write)}-${write.records}`

/** Whether a request, by its name, is a batch of a step, with any number of records. */
export const isBatchOf = (write: PlannedWrite, requestName: string): boolean =>
  requestName.replace(/-\d+$/, "") === batchesOf(write)

/** The operations of one record of a step. */
export const countsOfStep = (
  { facts, step: { kind } }: Pick<PlannedWrite, "facts" | "step">,
  deleteResources: boolean
): OperationCounts => {
  const { created, hasUpdate } = facts
  const does = (other: WriteStep["kind"]) => kind === "record" || kind === other
  return {
    create: does("create") ? created.length : 0,
    update: hasUpdate && does("update") ? 1 : 0,
    delete: deleteResources && does("delete") ? created.length : 0
  }
}

/** The names of a step's single requests. */
export const singleNamesOf = (write: PlannedWrite, deleteResources: boolean): ReadonlyArray<string> => {
  const { created, resource: own } = write.facts
  const { create, delete: deleted, update } = countsOfStep(write, deleteResources)
  return [
    ...(create > 0 ? created.map((resource) => singleName("create", resource)) : []),
    ...(update > 0 ? [singleName("update", own)] : []),
    ...(deleted > 0 ? created.toReversed().map((resource) => singleName("delete", resource)) : [])
  ]
}

const operationsOfKind: Readonly<
  Record<WriteStep["kind"], (operations: RecordOperations) => ReadonlyArray<Operation>>
> = {
  record: inOrder,
  create: ({ creates }) => creates,
  update: ({ update }) => (update === undefined ? [] : [update]),
  delete: ({ deletes }) => deletes
}

/** A step that sends one batch. */
export const batchStep = (write: PlannedWrite, { deleteResources, seed }: WriteOptions) =>
  Effect.gen(function* () {
    const { create, facts, records, step } = write
    const { keysIn, operationsOf } = yield* recordSource(facts)
    const chosen = operationsOfKind[step.kind]
    const isSent = ({ op }: Operation) => deleteResources || op !== "delete"
    const name = batchNameOf(write)
    const { iteration } = yield* batchWorkload(name, {
      name,
      seed,
      groups: records,
      recordsPerGroup: 1,
      operationsOf: (ids) => ids.flatMap((id) => chosen(operationsOf(id)).filter(isSent)),
      keysIn
    })
    const send = (run: ItemRun) => iteration({ ...run.keysAt(create), records: run.records })
    return stepOf(step, deleteResources, {
      record: send,
      create: (run) => Effect.tap(send(run), () => run.made.set(step.path, [])),
      update: send,
      delete: send
    })
  })

/** A step that sends the requests of its records one after the other. */
export const singleStep = (write: PlannedWrite, { deleteResources, seed }: WriteOptions) =>
  Effect.gen(function* () {
    const { create, facts, records, step } = write
    const client = yield* SingleClient
    const { operationsOf } = yield* recordSource(facts)
    const { good } = makeIterations(client, deleteResources)
    const { createOne, removeOne, updateOne } = makeSingles(client)
    const recordsOf = ({ keysAt, records: fewer }: ItemRun): ReadonlyArray<RecordOperations> => {
      const { iteration, user } = keysAt(create)
      return Array.from({ length: fewer ?? records }, (_, index) =>
        operationsOf({ seed, user, iteration, index })
      )
    }
    const madeIn = ({ made }: ItemRun) => made.get(step.path) ?? []
    return stepOf(step, deleteResources, {
      record: (run) => Effect.forEach(recordsOf(run), good, { discard: true }),
      create: (run) =>
        Effect.forEach(
          recordsOf(run),
          (operations) => createOne(operations, (made) => run.made.set(step.path, [...madeIn(run), made])),
          { discard: true }
        ),
      update: (run) => Effect.forEach(madeIn(run), updateOne, { discard: true }),
      delete: (run) => Effect.forEach(madeIn(run).toReversed(), removeOne, { discard: true })
    })
  })

/** What a step of each kind does; deletes only what was created, and nothing if records stay. */
const stepOf = (
  { kind, path }: WriteStep,
  deleteResources: boolean,
  kinds: Readonly<Record<WriteStep["kind"], PreparedStep["run"]>>
): PreparedStep => {
  const run = kinds[kind]
  return kind !== "delete"
    ? { run, cleansUp: false }
    : {
        cleansUp: true,
        run: (at) => (deleteResources && at.made.has(path) ? run(at) : Effect.void)
      }
}

/** Single requests of one record each. */
const makeSingles = (client: SingleClient["Type"]) => {
  const { create, remove } = makeCreateAndRemove(client)
  return {
    /** @param keep takes what was created, also if one of the creates fails */
    createOne: Effect.fnUntraced(function* (operations: RecordOperations, keep: (made: Made) => void) {
      const { failed, results: created } = yield* untilFailure(operations.creates, create)
      if (created.length > 0) keep({ operations, created })
      yield* failWith(failed)
    }),
    updateOne: ({ created, operations: { creates, record: position, update } }: Made) => {
      // Without its companion a record may be refused to be updated.
      const record = created.length === creates.length ? created[position] : undefined
      return record === undefined || update === undefined
        ? Effect.void
        : client.send(atId(update, record.documentId))
    },
    /** What cannot be deleted keeps its parents. */
    removeOne: Effect.fnUntraced(function* ({ created }: Made) {
      const { failed } = yield* untilFailure(created.toReversed(), remove)
      yield* failWith(failed)
    })
  }
}

const failWith = (failures: ReadonlyArray<SingleError>): Effect.Effect<void, SingleError> => {
  const failure = decisiveFailure(failures)
  return failure === undefined ? Effect.void : Effect.fail(failure)
}
