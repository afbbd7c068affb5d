/** The client's results of single requests equal the server's counters, whatever the server does. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { WireName } from "../../src/domain/wireNames.ts"
import { run } from "../../src/engine/LoadRun.ts"
import { methodOf, singleName } from "../../src/domain/requestName.ts"
import type { Faults } from "../../src/local-dms/Faults.ts"
import { LocalDms } from "../../src/local-dms/LocalDms.ts"
import { Recorder } from "../../src/metrics/Recorder.ts"
import { prepareScenarios } from "../../src/scenarios/prepareScenarios.ts"
import { SectionVolumeTest } from "../../src/scenarios/sectionVolume.ts"
import { StudentVolumeTest } from "../../src/scenarios/studentVolume.ts"
import { overSockets } from "./client.ts"
import { passesOf } from "./passes.ts"

const users = 8
const passes = 4

const endpoints = ["students", "sections"]
const ops = ["create", "update", "delete"] as const

/** Each user runs both scenarios `passes` times while the server has faults; returns the counts of both sides. */
const runAll = (faults: Faults, settings: { readonly failDeliberately?: boolean } = {}) =>
  Effect.gen(function* () {
    const dms = yield* LocalDms
    const workloads = yield* prepareScenarios(
      [
        { scenario: StudentVolumeTest, ...settings },
        { scenario: SectionVolumeTest, ...settings }
      ],
      42
    )
    // Set after the fixtures were created, so that faults affect only the load.
    yield* dms.faults.set({ ...faults, on: "data" })
    const { endedBy } = yield* run(passesOf(users, passes), workloads)
    assert.strictEqual(endedBy, "passes")
    const { failures, rows, total } = (yield* Recorder).measurements()
    const stats = yield* dms.stats
    const written = (op: (typeof ops)[number]) =>
      endpoints.reduce((sum, endpoint) => sum + (stats.operations[op][endpoint] ?? 0), 0)
    /** Responses and resets of the server, by request name. */
    const responded = (name: string) =>
      Object.values(stats.requests[name] ?? {}).reduce((sum, count) => sum + count, 0)
    return { failures, rows, total, stats, written, responded }
  })

const left = ({ rows }: { readonly rows: Readonly<Record<string, number>> }) =>
  endpoints.reduce((sum, endpoint) => sum + (rows[endpoint] ?? 0), 0)

const records = users * passes * 2

/** The tests over one wire; `test/system` runs them over the other one. */
export const volumeAccountingSuite = (wire: WireName): void => {
  describe(`a run of single requests against a server that keeps the contract, over ${wire}`, () => {
    it.scopedLive("agrees with the server, leaves nothing behind and logs in once", () =>
      Effect.gen(function* () {
        const { responded, rows, stats, total, written } = yield* runAll({})
        assert.deepStrictEqual([total.requests, total.failures], [3 * records, 0])
        for (const op of ops) assert.deepStrictEqual([total.succeeded[op], written(op)], [records, records])
        for (const { name, requests } of rows) assert.strictEqual(responded(name), requests, name)
        assert.deepStrictEqual([stats.logins, stats.membersPruned, left(stats)], [1, 0, 0])
        assert.deepStrictEqual(stats.upsertsOnCreate, {})
      }).pipe(Effect.provide(overSockets({}, { wire })))
    )

    it.scopedLive(
      "sends an invalid document in every third iteration, and its refusal is not a failure",
      () =>
        Effect.gen(function* () {
          const { stats, total } = yield* runAll({}, { failDeliberately: true })
          const refusals = endpoints.reduce(
            (sum, endpoint) => sum + (stats.requests[singleName("create", { endpoint })]?.["400"] ?? 0),
            0
          )
          // Of a user's 8 iterations: 1, 4 and 7.
          assert.deepStrictEqual([total.expectedFailures, refusals], [users * 3, users * 3])
          assert.deepStrictEqual([total.requests, total.failures], [3 * users * 5 + users * 3, 0])
          assert.strictEqual(left(stats), 0)
        }).pipe(Effect.provide(overSockets({}, { wire })))
    )
  })

  /** A fault, the failure that its requests are recorded as, and whether the server wrote them. */
  const faults: ReadonlyArray<readonly [fault: keyof Faults, counted: string, committed: boolean]> = [
    ["error", "transport server", false],
    ["operationError", "transport server", false],
    ["writeConflict", "refused null", false],
    ["resetBeforeCommit", "transport reset", false],
    ["resetAfterCommit", "transport reset", true]
  ]

  describe(`a run of single requests against a server that misbehaves, over ${wire}`, () => {
    it.scopedLive.each(faults)(
      "records every %s as %s, exactly as often as the server caused it",
      ([fault, counted, committed]) =>
        Effect.gen(function* () {
          const { responded, failures, rows, stats, total, written } = yield* runAll({
            [fault]: { probability: 0.2 }
          })
          const times = stats.faults[fault] ?? 0
          assert.isAbove(times, 0)
          assert.strictEqual(total.failures, times)
          assert.deepStrictEqual(
            [...new Set(failures.map(({ failure }) => `${failure.kind} ${failure.problemType}`))],
            [counted]
          )
          for (const { name, requests } of rows) assert.strictEqual(responded(name), requests, name)
          const lost = (op: (typeof ops)[number]) =>
            rows.reduce((sum, row) => sum + (row.method === methodOf[op] ? row.unknown + row.refused : 0), 0)
          for (const op of ops) {
            assert.strictEqual(written(op), total.succeeded[op] + (committed ? lost(op) : 0), op)
          }
          // Records that were created and not deleted exist, even if the client does not know of them.
          assert.strictEqual(left(stats), written("create") - written("delete"))
          // A failed create ends its iteration; after every other one both further requests are sent.
          assert.strictEqual(total.requests, records + 2 * total.succeeded.create)
        }).pipe(Effect.provide(overSockets({}, { wire })))
    )
  })
}
