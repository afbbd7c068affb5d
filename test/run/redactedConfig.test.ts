import { assert, describe, it } from "@effect/vitest"
import { redactedConfig } from "../../src/run/redactedConfig.ts"
import { specOf } from "./specOf.ts"

const configOf = (texts: Readonly<Record<string, string>>) => redactedConfig(specOf(texts))

describe("redactedConfig", () => {
  it("shows addresses without their queries, which may hold a key", () => {
    const shown = configOf({
      apiPrefix: "/data/v3",
      oauthEndpoint: "https://id.test/token?key=hunter2",
      batchPath: "/batch?code=hunter2",
      otlpEndpoint: "https://otlp.test/v1/metrics?key=hunter2"
    })
    assert.deepInclude(shown, {
      apiPrefix: "/data/v3",
      oauthEndpoint: "https://id.test/token?<redacted>",
      batchPath: "/batch?<redacted>",
      otlpEndpoint: "https://otlp.test/v1/metrics"
    })
    assert.notInclude(JSON.stringify(shown), "hunter2")
  })

  it("reports the settings of the closed model only", () => {
    const shown = configOf({ clientCount: "4", runTimeInMinutes: "0.3", spawnRate: "2", maxWait: "40" })
    assert.deepInclude(shown, {
      clientCount: 4,
      runTimeInMinutes: 0.3,
      spawnRate: 2,
      minWait: 0,
      maxWait: 40,
      abortOnThreshold: false
    })
    assert.doesNotHaveAnyKeys(shown, ["arrivalRate", "stages", "startWithinSeconds"])
  })

  it("reports the settings of the open model only", () => {
    const shown = configOf({ arrivalRate: "12.5", runTimeInMinutes: "2", startWithin: "500ms" })
    assert.deepInclude(shown, {
      clientCount: 1000,
      arrivalRate: 12.5,
      runTimeInMinutes: 2,
      startWithinSeconds: 0.5
    })
    assert.doesNotHaveAnyKeys(shown, ["spawnRate", "minWait", "stages"])
    assert.deepInclude(configOf({ stages: "30s:10/s,1m:100/s" }), { stages: "30s:10/s,60s:100/s" })
  })

  it("reports a run in debug mode as it is: one user, and no run time", () => {
    const shown = configOf({ runInDebugMode: "true" })
    assert.deepInclude(shown, { runInDebugMode: true, clientCount: 1, workers: 1 })
    assert.doesNotHaveAnyKeys(shown, ["runTimeInMinutes"])
  })

  it("reports the triples of each batch scenario, or the options of single requests", () => {
    assert.deepStrictEqual(configOf({ batchTripleCountFor: "SectionBatchVolumeTest=4" })["scenarios"], {
      StudentBatchVolumeTest: 10,
      SectionBatchVolumeTest: 4
    })
    assert.deepInclude(configOf({ testType: "VOLUME", deleteResources: "false" }), {
      scenarios: ["StudentVolumeTest", "SectionVolumeTest"],
      deleteResources: false,
      failDeliberately: false
    })
  })
})
