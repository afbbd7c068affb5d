import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { prepareLoad } from "../../src/run/prepareLoad.ts"
import { BatchClient } from "../../src/dms/BatchClient.ts"
import { DmsConfig } from "../../src/dms/DmsConfig.ts"
import { Discovery } from "../../src/dms/Discovery.ts"
import { Tokens } from "../../src/dms/Tokens.ts"
import { Transport } from "../../src/dms/Transport.ts"
import { SharedFixtures } from "../../src/fixtures/SharedFixtures.ts"
import { noReads } from "../dms/noReads.ts"
import { fixtureKeys, noSingles } from "../scenarios/prepared.ts"
import { makeInProcess } from "../workers/inProcess.ts"
import { dmsConfig, setup } from "../workers/setup.ts"
import { specOf } from "./specOf.ts"

/** Prepares users of the scenarios; returns the requests of this thread in order, without those of its workers. */
const askedWith = (workers: string, scenarios: string) =>
  Effect.gen(function* () {
    const asked: Array<string> = []
    const note = (what: string) => Effect.sync(() => asked.push(what))
    const services = Layer.mergeAll(
      Layer.succeed(BatchClient, {
        naming: "endpoint",
        postBatch: () => Effect.dieMessage("nothing is sent yet"),
        postPattern: ({ name }) =>
          Effect.as(note(`template of ${name}`), () => Effect.dieMessage("nothing is sent yet"))
      }),
      noReads,
      noSingles,
      Layer.succeed(SharedFixtures, { keys: Effect.as(note("fixtures"), fixtureKeys) }),
      Layer.succeed(DmsConfig, dmsConfig),
      Layer.succeed(Discovery, setup.urls),
      Tokens.layerTest,
      makeInProcess(Transport.layerMemory(() => Effect.dieMessage("nothing is sent yet"))).layer
    )
    const spec = specOf({ clientCount: "4", workers, testList: scenarios })
    yield* Effect.scoped(Effect.provide(prepareLoad(spec), services))
    return asked
  })

describe("prepareLoad", () => {
  it.effect("makes templates in this thread only when its users are here", () =>
    Effect.gen(function* () {
      const scenario = "StudentBatchVolumeTest"
      assert.deepStrictEqual(yield* askedWith("1", scenario), ["template of students-batch-10"])
      assert.deepStrictEqual(yield* askedWith("2", scenario), [])
    })
  )

  it.effect("finds fixtures once and hands them to every worker, whose scenarios need them", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* askedWith("2", "SectionBatchVolumeTest"), ["fixtures"])
    })
  )
})
