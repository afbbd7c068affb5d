/** `POST /batch`: runs all operations in order in one transaction; the first failure rolls it back. */
import * as Clock from "effect/Clock"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Exchange from "../Exchange.ts"
import type { InjectedFaults } from "../Faults.ts"
import type { ServerState } from "../ServerState.ts"
import { parseBatch } from "./parseBatch.ts"
import type { Operation } from "./parseBatch.ts"
import * as Refusal from "./Refusal.ts"
import { refusalResponse } from "./refusalResponse.ts"
import { findResource, runOperation } from "./runOperation.ts"
import type { Write } from "../Stats.ts"
import type { StoreError } from "../Store.ts"
import { refusalFor } from "./writes.ts"

/** An element of the response to a committed batch. */
interface Result {
  readonly index: number
  readonly status: "success"
  readonly op: Operation["op"]
  readonly resource: string
  readonly documentId: string
}

/** A batch in progress. */
interface Run {
  readonly server: ServerState
  readonly operations: ReadonlyArray<Operation>
  /** The faults of this batch. */
  readonly faults: InjectedFaults
  readonly nowMillis: number
  /** The `correlationId` of problems. */
  readonly traceId: string
  /** One per successful operation; a failure belongs to the next one. */
  readonly results: Array<Result>
  /** The writes that are counted after the commit. */
  readonly writes: Array<Write>
}

type Failure = Refusal.Refusal | StoreError | Exchange.Reset

/** Waits for the latency of a request with this number of operations. */
export type SimulateLatency = (operations: number) => Effect.Effect<void>

/** Handles a batch with a valid token. */
export const respondToBatch = Effect.fnUntraced(function* (
  server: ServerState,
  body: string,
  faults: InjectedFaults,
  simulateLatency: SimulateLatency,
  traceId: string
) {
  const parsed = readBatch(server, body)
  const operations = Either.isLeft(parsed) ? [] : parsed.right
  yield* simulateLatency(operations.length)
  const nowMillis = yield* Clock.currentTimeMillis
  const run: Run = { server, operations, faults, nowMillis, traceId, results: [], writes: [] }
  const admitted = Either.filterOrLeft(
    parsed,
    () => nowMillis >= server.circuit.openUntilMillis,
    () => Refusal.circuitOpen
  )
  const reply = Either.isLeft(admitted)
    ? refused(run, admitted.left)
    : yield* Effect.match(server.store.transaction(runOperations(run)), {
        onSuccess: () => committed(run),
        onFailure: (failure) => rolledBack(run, failure)
      })
  if (server.options.logBatches) yield* log(run, reply, yield* Clock.currentTimeMillis)
  return reply
})

/** Parses the body and checks the number of operations. */
const readBatch = (server: ServerState, body: string): ReturnType<typeof parseBatch> => {
  const { batchMaxOperations } = server.options
  const parsed = parseBatch(body)
  if (Either.isLeft(parsed)) return parsed
  if (parsed.right.length > batchMaxOperations) {
    return Either.left(Refusal.tooManyOperations(batchMaxOperations))
  }
  return parsed
}

const refused = ({ server, traceId }: Run, refusal: Refusal.Refusal): Exchange.Reply => {
  server.counters.countBatch("refused")
  return refusalResponse(refusal, traceId, server.dialect.problems)
}

/** Runs inside the transaction. */
const runOperations = (run: Run): Effect.Effect<void, Failure> =>
  Effect.gen(function* () {
    const { server, nowMillis, operations, results, faults, writes } = run
    const { resourceNaming } = server.options
    const failingIndex = faults.size === 0 ? -1 : server.faults.pickOperation(operations.length)
    for (const operation of operations) {
      const { index, op } = operation
      const failure = index === failingIndex ? faultAt(server, op, faults) : undefined
      if (failure !== undefined) return yield* Effect.fail(failure)
      const { inserted, stored } = yield* runOperation(server, operation, nowMillis)
      const { model } = stored
      const resource = resourceNaming === "endpoint" ? model.endpoint : model.name
      results.push({ index, status: "success", op, resource, documentId: stored.id })
      writes.push({ kind: op, model, upsert: op === "create" && !inserted })
    }
    if (faults.has("error")) {
      server.counters.countFault("error")
      return yield* Effect.fail(Refusal.commitFailed)
    }
    if (faults.has("resetBeforeCommit")) {
      server.counters.countFault("resetBeforeCommit")
      return yield* Effect.fail(Exchange.reset)
    }
  })

/** The failure that replaces an operation because of a fault. */
const faultAt = (
  server: ServerState,
  op: Operation["op"],
  faults: InjectedFaults
): Refusal.Refusal | undefined => {
  if (faults.has("writeConflict")) {
    server.counters.countFault("writeConflict")
    return op === "delete" ? Refusal.deleteWriteConflict : Refusal.writeConflict
  }
  if (faults.has("operationError")) {
    server.counters.countFault("operationError")
    return Refusal.backendFailure
  }
  return undefined
}

const committed = ({ server, results, faults, writes }: Run): Exchange.Reply => {
  server.counters.countBatch("committed")
  server.counters.countWrites(writes)
  if (faults.size === 0) return Exchange.json(200, results)
  const applies = (name: "resetAfterCommit" | "malformedJson" | "truncatedArray") => {
    if (!faults.has(name)) return false
    server.counters.countFault(name)
    return true
  }
  if (applies("resetAfterCommit")) return Exchange.reset
  const text = JSON.stringify(results)
  if (applies("malformedJson")) return Exchange.jsonText(200, text.slice(0, Math.ceil(text.length / 2)))
  return applies("truncatedArray") ? Exchange.json(200, results.slice(0, -1)) : Exchange.jsonText(200, text)
}

const rolledBack = (run: Run, failure: Failure): Exchange.Reply => {
  const { server, operations, results, traceId } = run
  server.counters.countBatch("rolledBack")
  if (failure._tag === "Reset") return failure
  const operation = operations[results.length]
  if (operation === undefined) return Exchange.json(500, Refusal.commitFailed.body(traceId))
  const { index, op, resource } = operation
  const refusal = refusalForOperation(server, operation, failure)
  const problem = refusal.body(traceId) ?? { detail: refusal.detail, status: refusal.status }
  const details = {
    status: refusal.status,
    type: "batch-operation-failed",
    title: "Batch Operation Failed",
    detail: `Operation ${index} failed, and the batch was rolled back.`
  }
  const failedOperation = { index, op, resource, problem }
  const body = { ...Refusal.problemBody(details, traceId), failedOperation }
  return Exchange.json(refusal.status, body, { "content-type": "application/json" })
}

const refusalForOperation = (
  server: ServerState,
  operation: Operation,
  failure: Refusal.Refusal | StoreError
): Refusal.Refusal => {
  if (failure._tag === "WriteConflict" && operation.op === "delete") return Refusal.deleteWriteConflict
  if (failure._tag === "Refusal") return failure
  const model = findResource(server, operation)
  return model === undefined ? Refusal.backendFailure : refusalFor(server.dialect, model, failure)
}

/** `batch 200: 10 create, 10 update, 10 delete in 3 ms` */
const log = (
  { nowMillis, operations }: Run,
  reply: Exchange.Reply,
  endMillis: number
): Effect.Effect<void> => {
  const counts = (["create", "update", "delete"] as const).flatMap((kind) => {
    const count = operations.filter(({ op }) => op === kind).length
    return count === 0 ? [] : [`${count} ${kind}`]
  })
  const result = reply._tag === "Reset" ? "reset" : String(reply.status)
  return Console.log(
    `batch ${result}: ${counts.join(", ") || "no operations"} in ${endMillis - nowMillis} ms`
  )
}
