import { assert, describe, it } from "@effect/vitest"
import { differencesOf } from "../../src/compare/differences.ts"
import type { ComparedRun } from "../../src/result/Comparison.ts"
import { runOf } from "./runs.ts"

const say = (...runs: ReadonlyArray<ComparedRun>) =>
  differencesOf(runs).map(
    ({ changesLoad, setting, values }) => `${changesLoad ? "load" : "other"} ${setting} ${values.join(" / ")}`
  )

const config = { clientCount: 10, scenarios: { A: 10, B: 10 }, runTimeInMinutes: 1, seed: 1 }

describe("the differences of runs", () => {
  it("are none between runs with the same settings", () => {
    assert.deepStrictEqual(say(runOf("a"), runOf("b", { elapsedSeconds: 60.4 })), [])
  })

  it("are users, triples, run time and other settings, those of the load first", () => {
    const other = {
      seed: 2,
      baseUrl: "http://dms",
      clientCount: 20,
      scenarios: { A: 33 },
      runTimeInMinutes: 2,
      connections: 4
    }
    assert.deepStrictEqual(
      say(
        runOf("a", { config, testType: "BATCH_VOLUME" }),
        runOf("b", { config: other, elapsedSeconds: 120, testType: "OTHER" })
      ),
      [
        "load testType BATCH_VOLUME / OTHER",
        "load clientCount 10 / 20",
        "load scenarios.A 10 / 33",
        "load scenarios.B 10 / not given",
        "load runTimeInMinutes 1 / 2",
        "load connections not given / 4",
        "other seed 1 / 2",
        "other baseUrl not given / http://dms"
      ]
    )
  })

  it("are of the load where one run was warmed up: a cold server is slower", () => {
    assert.deepStrictEqual(
      say(runOf("a", { config }), runOf("b", { config: { ...config, warmUpSeconds: 30 } })),
      ["load warmUpSeconds not given / 30"]
    )
  })

  it("are not the times that a number of records took: these are the result", () => {
    const { runTimeInMinutes: _, ...others } = config
    const loading = { ...others, recordCount: 20_000 }
    const runs = [runOf("a", { config: loading }), runOf("b", { config: loading, elapsedSeconds: 600 })]
    assert.deepStrictEqual(say(...runs), [])
    assert.deepStrictEqual(say(runOf("a", { config: loading }), runOf("b", { config })), [
      "load recordCount 20000 / not given",
      "load runTimeInMinutes not given / 1"
    ])
  })

  it("are of the load where batches go elsewhere, and of no load where results do", () => {
    const other = { ...config, apiPrefix: "/data/v3", batchPath: "/batch", out: ["json"], web: true }
    assert.deepStrictEqual(
      say(runOf("a", { config: { ...config, web: false } }), runOf("b", { config: other })),
      [
        "load apiPrefix not given / /data/v3",
        "load batchPath not given / /batch",
        "other web false / true",
        "other out not given / json"
      ]
    )
  })

  it("are based on the measured load where the configuration is unknown", () => {
    const old = runOf("old", {
      source: "locust",
      config: null,
      testType: null,
      users: 25,
      elapsedSeconds: 300
    })
    assert.deepStrictEqual(say(runOf("a"), old), ["load users 10 / 25", "load ran for (s) 60 / 300"])
    assert.deepStrictEqual(say(runOf("a"), { ...old, users: null, elapsedSeconds: null }), [])
  })

  it("include the duration of runs that ended early", () => {
    assert.deepStrictEqual(say(runOf("a"), runOf("b", { elapsedSeconds: 12 })), ["load ran for (s) 60 / 12"])
  })
})
