/** The client's results equal the server's counters, whatever the server does. */
import { assert, describe } from "@effect/vitest"
import * as Arr from "effect/Array"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/TestClock"
import type { WireName } from "../../src/domain/wireNames.ts"
import { run } from "../../src/engine/LoadRun.ts"
import type { Faults } from "../../src/local-dms/Faults.ts"
import { LocalDms } from "../../src/local-dms/LocalDms.ts"
import { Recorder } from "../../src/metrics/Recorder.ts"
import { scenarios as all } from "../../src/scenarios/index.ts"
import { inMemory, overSockets } from "./client.ts"
import { passesOf } from "./passes.ts"
import { it } from "../engine/virtualTime.ts"

const scenarios = all.filter(({ testType }) => testType === "BATCH_VOLUME")
const users = 8
const passes = 4

/** Each user runs every scenario `passes` times; returns the counts of both sides. */
const runAll = Effect.gen(function* () {
  const workloads = yield* Effect.forEach(scenarios, (scenario) =>
    scenario.prepare({
      batchTripleCount: typeof scenario.tripleCount === "number" ? scenario.tripleCount : 3,
      seed: 42
    })
  )
  const dms = yield* LocalDms
  const before = yield* dms.stats
  if (!Arr.isNonEmptyReadonlyArray(workloads)) return yield* Effect.dieMessage("no scenarios")
  const result = yield* run(passesOf(users, passes), workloads)
  const after = yield* dms.stats
  const responses = (status: string) =>
    (after.requests["POST /batch"]?.[status] ?? 0) - (before.requests["POST /batch"]?.[status] ?? 0)
  const operations = (kind: "create" | "update" | "delete") =>
    Object.values(after.operations[kind]).reduce((sum, count) => sum + count, 0) -
    Object.values(before.operations[kind]).reduce((sum, count) => sum + count, 0)
  const committed = after.batches.committed - before.batches.committed
  const rolledBack = after.batches.rolledBack - before.batches.rolledBack
  return {
    result,
    ...(yield* Recorder).measurements(),
    server: { responses, operations, committed, rolledBack, stats: after }
  }
})

const failuresOf = (
  failures: ReadonlyArray<{ count: number; failure: { kind: string; problemType: string | null } }>
) => {
  const counts: Record<string, number> = {}
  for (const { count, failure } of failures) {
    const key = failure.kind === "transport" ? `${failure.kind} ${failure.problemType}` : failure.kind
    counts[key] = (counts[key] ?? 0) + count
  }
  return counts
}

const requestCount = users * passes * scenarios.length

/** The tests over one wire; `test/system` runs them over the other one. */
export const accountingSuite = (wire: WireName): void => {
  describe(`a run against a server that keeps the contract, over ${wire}`, () => {
    it.scopedLive("agrees with the server, leaves nothing behind and logs in once", () =>
      Effect.gen(function* () {
        const { result, server, total } = yield* runAll
        assert.strictEqual(result.endedBy, "passes")
        assert.strictEqual(total.requests, requestCount)
        assert.strictEqual(total.failures, 0)
        assert.strictEqual(server.responses("200"), requestCount)
        assert.strictEqual(server.committed, requestCount)
        // 3 triples in two scenarios, 2 in two others, and 3 enrolled students, which are 2 documents each.
        const each = { create: 16, update: 13, delete: 16 }
        for (const kind of ["create", "update", "delete"] as const) {
          assert.strictEqual(total.succeeded[kind], users * passes * each[kind])
          assert.strictEqual(server.operations(kind), total.succeeded[kind])
        }
        const { logins, membersPruned, rows, upsertsOnCreate } = server.stats
        assert.deepStrictEqual([logins, membersPruned], [1, 0])
        assert.deepStrictEqual(upsertsOnCreate, {})
        assert.deepStrictEqual(
          [rows["students"] ?? 0, rows["sections"] ?? 0, rows["courseOfferings"]],
          [0, 0, 1]
        )
      }).pipe(Effect.provide(overSockets({}, { wire })))
    )

    it.scopedLive("detects the older spelling and uses it", () =>
      Effect.gen(function* () {
        const { total } = yield* runAll
        assert.deepStrictEqual([total.requests, total.failures], [requestCount, 0])
      }).pipe(Effect.provide(overSockets({ resourceNaming: "resource" }, { wire })))
    )
  })

  /** A fault, the failure that its requests are recorded as, and whether the server wrote them. */
  const faults: ReadonlyArray<readonly [fault: keyof Faults, counted: string, committed: boolean]> = [
    ["error", "transport server", false],
    ["operationError", "rolledBack", false],
    ["writeConflict", "rolledBack", false],
    ["resetBeforeCommit", "transport reset", false],
    ["resetAfterCommit", "transport reset", true],
    ["malformedJson", "transport answer", true],
    ["truncatedArray", "transport answer", true]
  ]

  describe(`a run against a server that misbehaves, over ${wire}`, () => {
    it.scopedLive.each(faults)(
      "records every %s as %s, exactly as often as the server caused it",
      ([fault, counted, committed]) =>
        Effect.gen(function* () {
          const dms = yield* LocalDms
          yield* dms.faults.set({ [fault]: { probability: 0.2 } })
          const { failures, server, total } = yield* runAll
          const times = server.stats.faults[fault] ?? 0
          assert.isAbove(times, 0)
          assert.strictEqual(total.requests, requestCount)
          assert.deepStrictEqual(failuresOf(failures), { [counted]: times })
          assert.strictEqual(server.committed, requestCount - (committed ? 0 : times))
          const succeeded = total.succeeded.create + total.succeeded.update + total.succeeded.delete
          const written =
            server.operations("create") + server.operations("update") + server.operations("delete")
          assert.strictEqual(written, succeeded + (committed ? total.unknown : 0))
          assert.strictEqual(server.stats.rows["students"] ?? 0, 0)
        }).pipe(Effect.provide(overSockets({}, { wire })))
    )

    it.scoped("records every stalled batch as a timeout", () =>
      Effect.gen(function* () {
        const dms = yield* LocalDms
        yield* dms.faults.set({ stall: { every: 40 }, stallSeconds: 60 })
        const fiber = yield* Effect.fork(runAll)
        yield* TestClock.adjust("30 seconds")
        const { failures, server, total } = yield* Fiber.join(fiber)
        const times = server.stats.faults["stall"] ?? 0
        assert.isAbove(times, 0)
        assert.strictEqual(total.requests, requestCount)
        assert.deepStrictEqual(failuresOf(failures), { "transport timeout": times })
        assert.strictEqual(server.responses("200"), total.requests - times)
      }).pipe(Effect.provide(inMemory({}, { requestTimeout: Duration.seconds(4) })))
    )

    it.scopedLive("renews revoked tokens and records each batch once", () =>
      Effect.gen(function* () {
        const dms = yield* LocalDms
        yield* dms.faults.set({ dropTokens: { every: 20 } })
        const { server, total } = yield* runAll
        const revoked = server.stats.faults["dropTokens"] ?? 0
        assert.isAbove(revoked, 0)
        assert.strictEqual(total.requests, requestCount)
        // A batch whose renewed token was revoked as well is refused with a second 401; others succeed.
        assert.strictEqual(server.responses("200"), total.requests - total.failures)
        assert.isAbove(server.stats.logins, 1)
        assert.isAtMost(server.stats.logins, 1 + revoked)
        assert.isAtMost(total.failures, revoked)
      }).pipe(Effect.provide(overSockets({}, { wire })))
    )
  })
}
