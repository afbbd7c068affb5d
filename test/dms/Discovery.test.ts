import { assert, describe, it } from "@effect/vitest"
import * as Either from "effect/Either"
import { chooseUrls } from "../../src/dms/Discovery.ts"

const config = {
  baseUrl: "http://host:8080/api",
  apiPrefix: undefined,
  oauthEndpoint: undefined,
  batchPath: undefined
}
const said = {
  oauth: "http://cms:8081/connect/token",
  dataManagementApi: "http://host:8080/api/data",
  batchApi: "http://host:8080/api/batch"
}

const urls = (...args: Parameters<typeof chooseUrls>) =>
  Either.match(chooseUrls(...args), {
    onLeft: (error) => [error.message],
    onRight: ({ urls: { batch, oauth, resources } }) => [resources, oauth.href, batch.href]
  })

describe("chooseUrls", () => {
  it("takes what discovery says", () => {
    assert.deepStrictEqual(urls(config, said), [
      "http://host:8080/api/data/ed-fi",
      "http://cms:8081/connect/token",
      "http://host:8080/api/batch"
    ])
  })

  it("falls back to the usual paths below the base URL", () => {
    assert.deepStrictEqual(urls(config, {}), [
      "http://host:8080/api/data/ed-fi",
      "http://host:8080/api/oauth/token",
      "http://host:8080/api/batch"
    ])
  })

  it("lets settings win, as URLs or as paths below the base URL", () => {
    const settings = { apiPrefix: "/data/v3/ed-fi", oauthEndpoint: "https://id/token", batchPath: "bulk" }
    assert.deepStrictEqual(urls({ ...config, ...settings }, said), [
      "http://host:8080/api/data/v3/ed-fi",
      "https://id/token",
      "http://host:8080/api/bulk"
    ])
  })

  it("refuses an address with a placeholder and says how to give the finished one", () => {
    assert.deepStrictEqual(urls(config, { ...said, batchApi: "http://host/{tenant}/batch" }), [
      "the DMS could not be reached at http://host/{tenant}/batch: urls.batchApi of discovery has a placeholder; " +
        "give the finished address with --batchPath"
    ])
  })

  it("is content with a placeholder that a setting overrides", () => {
    const result = urls({ ...config, batchPath: "/acme/batch" }, { ...said, batchApi: "http://h/{t}/batch" })
    assert.strictEqual(result[2], "http://host:8080/api/acme/batch")
  })
})
