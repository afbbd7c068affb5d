/** The examples of the documentation run and do what they say. */
import { assert, describe } from "@effect/vitest"
import * as NodeContext from "@effect/platform-node/NodeContext"
import { readFile, writeFile } from "node:fs/promises"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Fiber from "effect/Fiber"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/TestClock"
import { smokeLoad } from "../../docs/examples/embed.ts"
import { loadAnyResource } from "../../docs/examples/anyResource.ts"
import { otherTestTypes } from "../../docs/examples/otherTestTypes.ts"
import { planAnswer } from "../../docs/examples/planAnswer.ts"
import { wholePlan } from "../../docs/examples/wholePlan.ts"
import { oneBatch } from "../../docs/examples/oneBatch.ts"
import { edfiPerf, folder } from "../cli/edfiPerf.ts"
import { openConnection } from "../../src/run/Connection.ts"
import { LocalDms, LocalDmsOptions } from "../../src/local-dms/LocalDms.ts"
import { inMemory } from "../integration/client.ts"
import { it } from "../engine/virtualTime.ts"

describe("docs/examples", () => {
  it.effect("embed.ts and staffBatchVolume.ts: a new scenario under load, leaving nothing behind", () =>
    Effect.gen(function* () {
      const fiber = yield* Effect.fork(
        Effect.gen(function* () {
          const figures = yield* smokeLoad
          return { figures, stats: yield* (yield* LocalDms).stats }
        }).pipe(Effect.provide(inMemory({ latency: { _tag: "fixed", millis: 100 } })))
      )
      yield* TestClock.adjust("10 seconds")
      const { figures, stats } = yield* Fiber.join(fiber)
      assert.strictEqual(figures.failures, 0)
      assert.strictEqual(figures.p95Millis, 100)
      assert.strictEqual(stats.operations.create["staffs"], figures.requests * 10)
      assert.strictEqual(stats.rows["staffs"] ?? 0, 0)
    })
  )

  it.scopedLive("anyResource.ts: what the server describes, logged in once", () =>
    Effect.gen(function* () {
      const { key, secret } = LocalDmsOptions.default
      const dms = yield* LocalDms.serve({ port: 0 })
      const address = { baseUrl: dms.url, key: Redacted.make(key), secret }
      const summary = yield* loadAnyResource({ _tag: "Dms", address }, 0.3)
      const { batches, logins, upsertsOnCreate } = yield* dms.stats
      assert.deepStrictEqual(summary.requestNames, ["courses-batch-10", "grades-batch-10"])
      assert.deepStrictEqual([summary.requests.failed, summary.requests.total], [0, batches.committed])
      assert.deepStrictEqual([logins, upsertsOnCreate], [1, {}])
    }).pipe(Effect.provide(NodeContext.layer))
  )

  it.scopedLive("otherTestTypes.ts: verdicts, changes and reads of what the server describes", () =>
    Effect.gen(function* () {
      const { key, secret } = LocalDmsOptions.default
      const dms = yield* LocalDms.serve({ port: 0, dialect: "main", claimSet: "sandbox" })
      const address = { baseUrl: dms.url, key: Redacted.make(key), secret }
      const stateFile = `${yield* folder}/changes.json`
      const chosen = ["students", "studentSchoolAssociations"]
      const { changes, reads, verdicts } = yield* otherTestTypes({ _tag: "Dms", address }, chosen, stateFile)
      assert.deepStrictEqual(
        verdicts?.map(({ resource, verdict }) => [resource, verdict]),
        [
          ["ed-fi/students", "passed"],
          ["ed-fi/studentSchoolAssociations", "passed"]
        ]
      )
      assert.isTrue(changes?.complete)
      const state = yield* Effect.promise(() => readFile(stateFile, "utf8"))
      assert.deepStrictEqual(JSON.parse(state), { newest_change_version: changes?.maxChangeVersion })
      assert.strictEqual(reads.requests.failed, 0)
      assert.isAbove(reads.requests.total, 0)
      const { logins, rows } = yield* dms.stats
      assert.deepStrictEqual([logins, rows["students"]], [1, 20])
    }).pipe(Effect.provide(NodeContext.layer))
  )

  it.scopedLive("planAnswer.ts: the answer of a plan, from its folder", () =>
    Effect.gen(function* () {
      const dms = yield* LocalDms.serve({ port: 0 })
      const at = yield* folder
      const plan =
        "name: short\nphases:\n  - { name: few, run: { testList: StudentBatchVolumeTest, recordCount: 20 } }\n"
      yield* Effect.promise(() => writeFile(`${at}/plan.yaml`, plan))
      const target = ["-b", dms.url, "-k", "local", "-s", "local-secret", "-o", `${at}/out`]
      const { err, exitCode } = yield* edfiPerf(["plan", `${at}/plan.yaml`, ...target])
      assert.strictEqual(exitCode, 0, err)
      const { answer, causes, next } = yield* planAnswer(`${at}/out`)
      assert.match(answer, /^1 of 1 phase completed\. few: /)
      assert.deepStrictEqual(causes, [])
      assert.include(next, "Measure phase few with --databaseUrl.")
    }).pipe(Effect.provide(NodeContext.layer))
  )

  it.scopedLive(
    "wholePlan.ts: a plan that a program carries out, over a connection of its own or an open one",
    () =>
      Effect.gen(function* () {
        const { key, secret } = LocalDmsOptions.default
        const dms = yield* LocalDms.serve({ port: 0 })
        const target = {
          _tag: "Dms",
          address: { baseUrl: dms.url, key: Redacted.make(key), secret }
        } as const
        const at = yield* folder
        const phase = (name: string) =>
          `  - { name: ${name}, run: { testList: StudentBatchVolumeTest, recordCount: 20 } }`
        const plan = `${at}/plan.yaml`
        yield* Effect.promise(() =>
          writeFile(plan, ["name: two", "phases:", phase("few"), phase("many"), ""].join("\n"))
        )
        const carriedOut = yield* wholePlan(target, plan, `${at}/out`)
        assert.match(carriedOut.answer, /^2 of 2 phases completed\. few: /)
        assert.deepStrictEqual(carriedOut.states, { few: "completed", many: "completed" })
        assert.strictEqual((yield* planAnswer(`${at}/out`)).answer, carriedOut.answer)
        const again = yield* wholePlan(target, plan, `${at}/out`)
        assert.include(again.answer, "has results of the plan two; --resume continues it")
        const { logins } = yield* dms.stats
        const connection = yield* openConnection(target)
        yield* wholePlan({ _tag: "Connected", connection }, plan, `${at}/other`)
        assert.strictEqual((yield* dms.stats).logins, logins + 1)
        const wrong = yield* Effect.either(wholePlan(target, `${at}/none.yaml`, `${at}/third`))
        assert.strictEqual(Either.isLeft(wrong) && wrong.left._tag, "WrongSettings")
      }).pipe(Effect.provide(NodeContext.layer))
  )

  it.effect("oneBatch.ts: a batch by hand, committed", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* oneBatch, "3 operations committed")
    }).pipe(Effect.provide(inMemory()))
  )

  it.effect("oneBatch.ts: the same, rolled back", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* oneBatch, "operation 0 failed with 403; nothing was written")
    }).pipe(
      Effect.provide(
        inMemory({ deny: [{ endpoint: "students", action: "create" }] }, { resourceNaming: "endpoint" })
      )
    )
  )
})
