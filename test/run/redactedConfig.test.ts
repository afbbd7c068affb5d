import { assert, describe, it } from "@effect/vitest"
import { redactedConfig } from "../../src/run/redactedConfig.ts"
import { specOf } from "./specOf.ts"

describe("redactedConfig", () => {
  it("shows addresses without their queries, which may hold a key", () => {
    const shown = redactedConfig(
      specOf({
        apiPrefix: "/data/v3",
        oauthEndpoint: "https://id.test/token?key=hunter2",
        batchPath: "/batch?code=hunter2"
      })
    )
    assert.deepInclude(shown, {
      apiPrefix: "/data/v3",
      oauthEndpoint: "https://id.test/token?<redacted>",
      batchPath: "/batch?<redacted>"
    })
    assert.notInclude(JSON.stringify(shown), "hunter2")
  })
})
