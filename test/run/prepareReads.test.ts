/** READ in worker threads: they get the sample of the coordinator, and read nothing before the load. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { BatchClient } from "../../src/dms/BatchClient.ts"
import { DmsConfig } from "../../src/dms/DmsConfig.ts"
import { Discovery } from "../../src/dms/Discovery.ts"
import { Tokens } from "../../src/dms/Tokens.ts"
import { Transport } from "../../src/dms/Transport.ts"
import { defaultReadMix } from "../../src/domain/ReadMix.ts"
import type { ReadFacts } from "../../src/fixtures/ReadFacts.ts"
import { ReadSamples } from "../../src/fixtures/ReadSamples.ts"
import { SharedFixtures } from "../../src/fixtures/SharedFixtures.ts"
import { prepareLoad } from "../../src/run/prepareLoad.ts"
import { readScenario } from "../../src/scenarios/readScenario.ts"
import { noReads } from "../dms/noReads.ts"
import { fixtureKeys, noSingles } from "../scenarios/prepared.ts"
import { makeInProcess } from "../workers/inProcess.ts"
import { dmsConfig, setup } from "../workers/setup.ts"
import { specOf } from "./specOf.ts"

const schools = { path: "ed-fi/schools", project: "ed-fi", endpoint: "schools", name: "school" }

const facts: ReadonlyArray<ReadFacts> = [
  {
    resource: { ...schools, key: [{ name: "schoolId", place: ["schoolId"] }], filters: [] },
    total: 1,
    documents: [{ id: "4b7a", key: { schoolId: 255901001 } }],
    cursors: []
  }
]

/** Prepares a run of READ with some workers; returns how often this thread asked for the sample. */
const sampledFor = (workers: string) =>
  Effect.gen(function* () {
    let sampled = 0
    const samples = Layer.succeed(ReadSamples, {
      facts: Effect.sync(() => {
        sampled++
        return facts
      })
    })
    const services = Layer.mergeAll(
      Layer.succeed(BatchClient, {
        naming: "endpoint",
        postBatch: () => Effect.dieMessage("nothing is sent yet")
      }),
      noReads,
      noSingles,
      samples,
      Layer.succeed(SharedFixtures, { keys: Effect.succeed(fixtureKeys) }),
      Layer.succeed(DmsConfig, dmsConfig),
      Layer.succeed(Discovery, setup.urls),
      Tokens.layerTest,
      makeInProcess(Transport.layerMemory(() => Effect.dieMessage("nothing is sent yet"))).layer
    )
    const spec = {
      ...specOf({ clientCount: "4", workers, testType: "READ" }),
      scenarios: [{ scenario: readScenario(schools), reads: defaultReadMix }] as const,
      reads: { resources: [], kinds: [], maxPageSize: 1, population: undefined }
    }
    yield* Effect.scoped(Effect.provide(prepareLoad(spec), services))
    return sampled
  })

describe("prepareLoad of READ", () => {
  it.effect(
    "samples once, whatever the number of threads, and workers find scenarios that are not built in",
    () =>
      Effect.gen(function* () {
        assert.strictEqual(yield* sampledFor("1"), 1)
        assert.strictEqual(yield* sampledFor("3"), 1)
      })
  )

  it.effect("fails for a resource that the sample does not have", () =>
    Effect.gen(function* () {
      const students = readScenario({ project: "ed-fi", endpoint: "students", name: "student" })
      const error = yield* Effect.flip(
        students
          .prepare({ seed: 7 })
          .pipe(Effect.provideService(ReadSamples, { facts: Effect.succeed(facts) }), Effect.provide(noReads))
      )
      assert.strictEqual(
        error.message,
        "READ cannot begin: ed-fi/students was not chosen, or has no rows any more"
      )
    })
  )

  it.effect("fails if the server can answer none of the kinds", () =>
    Effect.gen(function* () {
      const { weights } = defaultReadMix
      const reads = {
        ...defaultReadMix,
        weights: { ...weights, id: 0, key: 0, page: 0, total: 0, offset: 0 }
      }
      const error = yield* Effect.flip(
        readScenario(schools)
          .prepare({ reads, seed: 7 })
          .pipe(Effect.provideService(ReadSamples, { facts: Effect.succeed(facts) }), Effect.provide(noReads))
      )
      assert.strictEqual(
        error.message,
        "READ cannot begin: ed-fi/schools can be asked in none of the ways of --readMix"
      )
    })
  )
})
