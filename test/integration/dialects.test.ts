/** A run of single requests against servers without `/batch`: the DMS of today and the ODS/API. */
import { assert, describe } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import * as TestClock from "effect/TestClock"
import { BatchClient } from "../../src/dms/BatchClient.ts"
import { LocalDms } from "../../src/local-dms/LocalDms.ts"
import { measure } from "../../src/run/measure.ts"
import { prepareScenarios } from "../../src/scenarios/prepareScenarios.ts"
import { it } from "../engine/virtualTime.ts"
import { specOf } from "../run/specOf.ts"
import { inMemory } from "./client.ts"

const servers = [
  ["main", "/data"],
  ["ods", "/data/v3"]
] as const

const texts = { testType: "VOLUME", clientCount: "4", spawnRate: "40", runTimeInMinutes: "0.02" }

/** A run of 1.2 s with 4 users, each request 20 ms. */
const volumeRun = (dialect: "main" | "ods") =>
  Effect.gen(function* () {
    const program = Effect.gen(function* () {
      const spec = specOf(texts)
      const scenarios = yield* prepareScenarios(spec.scenarios, spec.seed)
      const { summary } = yield* measure(spec, scenarios, { samples: undefined })
      return { summary, stats: yield* (yield* LocalDms).stats }
    }).pipe(Effect.scoped)
    // As `connect` does for a run without batches.
    const client = { resourceNaming: "endpoint" } as const
    const server = inMemory({ dialect, latency: { _tag: "fixed", millis: 20 } }, client)
    const fiber = yield* Effect.fork(Effect.provide(program, server))
    while (fiber.unsafePoll() === null) yield* TestClock.adjust("10 seconds")
    return yield* Fiber.join(fiber)
  }).pipe(Logger.withMinimumLogLevel(LogLevel.None))

describe("the client against servers without /batch", () => {
  it.effect.each(servers)("a VOLUME run against %s has the counts of the server", ([dialect, dataPath]) =>
    Effect.gen(function* () {
      const { stats, summary } = yield* volumeRun(dialect)
      assert.deepStrictEqual([summary.requests.failed, summary.endedBy], [0, "runTime"])
      assert.isAbove(summary.requests.total, 150)
      for (const endpoint of ["students", "sections"]) {
        const requests = (method: string, id: string) =>
          Object.values(stats.requests[`${method} ${dataPath}/ed-fi/${endpoint}${id}`] ?? {})
        const ofClient = (method: string, id: string) =>
          summary.byName
            .filter(({ name }) => name === `${method} /data/ed-fi/${endpoint}${id}`)
            .map(({ requests }) => requests.total)
        assert.deepStrictEqual(ofClient("POST", ""), requests("POST", ""))
        for (const method of ["PUT", "DELETE"]) {
          assert.deepStrictEqual(ofClient(method, "/{id}"), requests(method, "/{id}"))
        }
      }
      const { create, delete: deletes, update } = summary.operations.byOp
      const sumOf = (counts: Readonly<Record<string, number>>) =>
        (counts["students"] ?? 0) + (counts["sections"] ?? 0)
      assert.deepStrictEqual(
        [create, update, deletes],
        [stats.operations.create, stats.operations.update, stats.operations.delete].map(sumOf)
      )
      assert.deepStrictEqual([stats.logins, stats.membersPruned, stats.upsertsOnCreate], [1, 0, {}])
      assert.deepStrictEqual([stats.rows["students"] ?? 0, stats.rows["sections"] ?? 0], [0, 0])
    })
  )

  it.effect.each(servers)("a batch to %s says that it has no batch endpoint, and what to do", ([dialect]) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(
        Effect.provide(BatchClient, inMemory({ dialect }, { resourceNaming: "auto" }))
      )
      assert.include(error.message, "no batch endpoint")
      assert.include(error.message, "--testType VOLUME")
    })
  )
})
