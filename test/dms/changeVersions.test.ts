import { assert, describe } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { changeVersionsUrl, readChangeVersions } from "../../src/dms/changeVersions.ts"
import { chooseUrls } from "../../src/dms/Discovery.ts"
import { it } from "../engine/virtualTime.ts"
import { inMemory } from "../integration/client.ts"

describe("the address of the change versions", () => {
  it.each([
    ["http://h/data", undefined, "http://h/changeQueries/v1/availableChangeVersions"],
    ["http://h/api/data/v3", undefined, "http://h/api/changeQueries/v1/availableChangeVersions"],
    ["http://h/data/v3/2026", undefined, "http://h/changeQueries/v1/2026/availableChangeVersions"],
    [
      "http://h/tenant/2026/data/v3",
      undefined,
      "http://h/tenant/2026/changeQueries/v1/availableChangeVersions"
    ],
    ["http://h/data", "http://h/changes/v1/", "http://h/changes/v1/availableChangeVersions"],
    ["http://h/data", "http://h/changes/v1", "http://h/changes/v1/availableChangeVersions"]
  ])("of %s with %s in discovery is %s", (data, discovered, expected) => {
    const changeQueries = discovered === undefined ? undefined : new URL(discovered)
    assert.strictEqual(changeVersionsUrl({ data, changeQueries }).href, expected)
  })
})

const unset = { apiPrefix: undefined, oauthEndpoint: undefined, batchPath: undefined }

describe("the address of Change Queries in discovery", () => {
  it.each([
    ["https://h/api", "https://h/api/changeQueries/v1/", true],
    ["https://h/api", "http://h/api/changeQueries/v1/", false],
    ["https://h/api", "https://elsewhere/changeQueries/v1/", false],
    ["https://h/api", "https://h/{tenant}/changeQueries/v1/", false],
    ["https://h/api", "changeQueries", false]
  ])("below %s: %s is used: %s", (baseUrl, changeQueries, isUsed) => {
    const { urls } = Either.getOrThrow(chooseUrls({ ...unset, baseUrl }, { changeQueries }))
    assert.strictEqual(urls.changeQueries?.href, isUsed ? changeQueries : undefined)
  })
})

describe("the newest change version", () => {
  it.effect.each(["main", "ods"] as const)("is read of %s", (dialect) =>
    Effect.gen(function* () {
      const { hasKeyChanges, newest } = yield* readChangeVersions
      assert.isAbove(newest, 0)
      assert.isTrue(hasKeyChanges)
    }).pipe(Effect.provide(inMemory({ dialect }, { resourceNaming: "endpoint" })))
  )

  it.effect("is not there on a server without Change Queries", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(readChangeVersions)
      assert.strictEqual(
        error.message,
        "the change versions of the server could not be read at http://dms.test/changeQueries/v1/availableChangeVersions: it has no Change Queries (404); " +
          "leave CHANGE_QUERY out, or test a server that has them, such as edfi-perf local-dms --dialect main"
      )
    }).pipe(Effect.provide(inMemory({ dialect: "batch" })))
  )
})
