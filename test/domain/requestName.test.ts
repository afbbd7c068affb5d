import { assert, describe, it } from "@effect/vitest"
import { badName, singleName, withMethod, withoutMethod } from "../../src/domain/requestName.ts"

describe("the names of single requests", () => {
  it("have the method and the path, with a placeholder for an id", () => {
    assert.deepStrictEqual(
      [
        singleName("create", { endpoint: "students" }),
        singleName("update", { endpoint: "students" }),
        singleName("delete", { endpoint: "students" })
      ],
      ["POST /data/ed-fi/students", "PUT /data/ed-fi/students/{id}", "DELETE /data/ed-fi/students/{id}"]
    )
    assert.strictEqual(
      singleName("update", { project: "tpdm", endpoint: "candidates" }),
      "PUT /data/tpdm/candidates/{id}"
    )
    assert.strictEqual(badName({ endpoint: "sections" }), "POST /data/ed-fi/sections [Deliberate Failure]")
  })

  it("are shown without the method where it has its own column, and others unchanged", () => {
    assert.strictEqual(
      withoutMethod({ method: "PUT", name: "PUT /data/ed-fi/students/{id}" }),
      "/data/ed-fi/students/{id}"
    )
    assert.strictEqual(withoutMethod({ method: "POST", name: "students-batch-10" }), "students-batch-10")
    assert.strictEqual(withoutMethod({ method: "", name: "Aggregated" }), "Aggregated")
  })

  it.each([
    ["POST", "/data/v3/ed-fi/students", "POST /data/ed-fi/students"],
    ["POST", "/data/ed-fi/students", "POST /data/ed-fi/students"],
    ["DELETE", "/api/data/ed-fi/students/{id}", "DELETE /data/ed-fi/students/{id}"],
    ["PUT", "https://dms.test/2025/data/v3/ed-fi/sections/{id}", "PUT /data/ed-fi/sections/{id}"],
    [
      "POST",
      "/data/v3/ed-fi/students [Deliberate Failure]",
      "POST /data/ed-fi/students [Deliberate Failure]"
    ],
    ["PUT", "/data/v3/tpdm/candidates/{id}", "PUT /data/tpdm/candidates/{id}"],
    ["POST", "students-batch-10", "students-batch-10"],
    ["POST", "/oauth/token", "/oauth/token"],
    ["GET", "/data/v3/ed-fi/students?limit=1,2", "/data/v3/ed-fi/students?limit=1,2"],
    ["POST", "POST /data/ed-fi/students", "POST /data/ed-fi/students"]
  ])("made of Locust's %s and %s is %s", (method, name, ours) => {
    assert.strictEqual(withMethod({ method, name }), ours)
  })
})
