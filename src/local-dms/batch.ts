/** `POST /batch`: all operations in order in one transaction; the first that fails takes everything back. */
import * as Clock from "effect/Clock"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Exchange from "./Exchange.ts"
import type { Strikes } from "./Faults.ts"
import type { ServerState } from "./ServerState.ts"
import { parseBatch } from "./parseBatch.ts"
import type { Operation } from "./parseBatch.ts"
import * as Refusal from "./Refusal.ts"
import { findResource, runOperation } from "./runOperation.ts"
import type { Write } from "./Stats.ts"
import type { StoreError } from "./Store.ts"
import { explain } from "./writes.ts"

/** One element of the array that a committed batch answers. */
interface Result {
  readonly index: number
  readonly status: "success"
  readonly op: Operation["op"]
  readonly resource: string
  readonly documentId: string
}

/** A batch that is being run. */
interface Run {
  readonly machine: ServerState
  readonly operations: ReadonlyArray<Operation>
  /** The faults it suffers. */
  readonly strikes: Strikes
  readonly nowMillis: number
  /** What problems call `correlationId`. */
  readonly traceId: string
  /** One per operation that succeeded so far, so the one that fails is the next. */
  readonly results: Array<Result>
  /** What takes effect if the transaction is committed. */
  readonly writes: Array<Write>
}

type Failure = Refusal.Refusal | StoreError | Exchange.Reset

/** Lets the time pass that a request takes which has so many operations. */
export type TakeTime = (operations: number) => Effect.Effect<void>

/** Answers a batch whose token is good. */
export const answerBatch = Effect.fnUntraced(function* (
  machine: ServerState,
  body: string,
  strikes: Strikes,
  takeTime: TakeTime,
  traceId: string
) {
  const parsed = readBatch(machine, body)
  const operations = Either.isLeft(parsed) ? [] : parsed.right
  yield* takeTime(operations.length)
  const nowMillis = yield* Clock.currentTimeMillis
  const run: Run = { machine, operations, strikes, nowMillis, traceId, results: [], writes: [] }
  const admitted = Either.filterOrLeft(
    parsed,
    () => nowMillis >= machine.circuit.openUntilMillis,
    () => Refusal.circuitOpen
  )
  const reply = Either.isLeft(admitted)
    ? refused(run, admitted.left)
    : yield* Effect.match(machine.store.transaction(runOperations(run)), {
        onSuccess: () => committed(run),
        onFailure: (failure) => rolledBack(run, failure)
      })
  if (machine.options.logBatches) yield* log(run, reply, yield* Clock.currentTimeMillis)
  return reply
})

/** What the body alone settles. */
const readBatch = (machine: ServerState, body: string): ReturnType<typeof parseBatch> => {
  const { batchMaxOperations } = machine.options
  const parsed = parseBatch(body)
  if (Either.isLeft(parsed)) return parsed
  if (parsed.right.length > batchMaxOperations) {
    return Either.left(Refusal.tooManyOperations(batchMaxOperations))
  }
  return parsed
}

const refused = ({ machine, traceId }: Run, refusal: Refusal.Refusal): Exchange.Reply => {
  machine.ledger.batch("refused")
  return Exchange.json(refusal.status, refusal.body(traceId))
}

/** Runs inside the transaction. */
const runOperations = (run: Run): Effect.Effect<void, Failure> =>
  Effect.gen(function* () {
    const { machine, nowMillis, operations, results, strikes, writes } = run
    const { dialect } = machine.options
    const struck = strikes.size === 0 ? -1 : machine.dice.pick(operations.length)
    for (const operation of operations) {
      const { index, op } = operation
      const failure = index === struck ? strike(machine, op, strikes) : undefined
      if (failure !== undefined) return yield* Effect.fail(failure)
      const { inserted, stored } = yield* runOperation(machine, operation, nowMillis)
      const { model } = stored
      const resource = dialect === "endpoint" ? model.endpoint : model.name
      results.push({ index, status: "success", op, resource, documentId: stored.id })
      writes.push({ kind: op, model, upsert: op === "create" && !inserted })
    }
    if (strikes.has("error")) {
      machine.ledger.fault("error")
      return yield* Effect.fail(Refusal.commitFailed)
    }
    if (strikes.has("resetBeforeCommit")) {
      machine.ledger.fault("resetBeforeCommit")
      return yield* Effect.fail(Exchange.reset)
    }
  })

/** The failure that a fault puts in place of an operation. */
const strike = (machine: ServerState, op: Operation["op"], strikes: Strikes): Refusal.Refusal | undefined => {
  if (strikes.has("writeConflict")) {
    machine.ledger.fault("writeConflict")
    return op === "delete" ? Refusal.deleteWriteConflict : Refusal.writeConflict
  }
  if (strikes.has("operationError")) {
    machine.ledger.fault("operationError")
    return Refusal.backendFailure
  }
  return undefined
}

const committed = ({ machine, results, strikes, writes }: Run): Exchange.Reply => {
  machine.ledger.batch("committed")
  machine.ledger.writes(writes)
  if (strikes.size === 0) return Exchange.json(200, results)
  const struck = (name: "resetAfterCommit" | "malformedJson" | "truncatedArray") => {
    if (!strikes.has(name)) return false
    machine.ledger.fault(name)
    return true
  }
  if (struck("resetAfterCommit")) return Exchange.reset
  const text = JSON.stringify(results)
  if (struck("malformedJson")) return Exchange.jsonText(200, text.slice(0, Math.ceil(text.length / 2)))
  return struck("truncatedArray") ? Exchange.json(200, results.slice(0, -1)) : Exchange.jsonText(200, text)
}

const rolledBack = (run: Run, failure: Failure): Exchange.Reply => {
  const { machine, operations, results, traceId } = run
  machine.ledger.batch("rolledBack")
  if (failure._tag === "Reset") return failure
  const operation = operations[results.length]
  if (operation === undefined) return Exchange.json(500, Refusal.commitFailed.body(traceId))
  const { index, op, resource } = operation
  const refusal = explainOperation(machine, operation, failure)
  const problem = refusal.body(traceId) ?? { detail: refusal.detail, status: refusal.status }
  const details = {
    status: refusal.status,
    type: "batch-operation-failed",
    title: "Batch Operation Failed",
    detail: `Operation ${index} failed, and the batch was rolled back.`
  }
  const failedOperation = { index, op, resource, problem }
  return Exchange.json(refusal.status, { ...Refusal.problemBody(details, traceId), failedOperation })
}

const explainOperation = (
  machine: ServerState,
  operation: Operation,
  failure: Refusal.Refusal | StoreError
): Refusal.Refusal => {
  if (failure._tag === "WriteConflict" && operation.op === "delete") return Refusal.deleteWriteConflict
  if (failure._tag === "Refusal") return failure
  const model = findResource(machine, operation)
  return model === undefined ? Refusal.backendFailure : explain(model, failure)
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
