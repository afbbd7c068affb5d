import { assert, describe, it } from "@effect/vitest"
import { groupFailures } from "../../src/page/groupFailures.ts"
import type { RunState } from "../../src/result/Summary.ts"

type Entry = RunState["failures"][number]

const conflict: Entry = {
  name: "students-batch-10",
  kind: "rolledBack",
  status: 409,
  op: "create",
  resource: "students",
  index: 3,
  problemType: "urn:ed-fi:api:identity-conflict",
  count: 5,
  example: "of students-batch-10"
}

const timeout: Entry = {
  name: "students-batch-10",
  kind: "transport",
  status: null,
  op: null,
  resource: null,
  index: null,
  problemType: "timeout",
  count: 2,
  example: "no answer"
}

describe("failures on the page", () => {
  it("are one row for the same failure in different requests", () => {
    const other = { ...conflict, name: "students-batch-33", count: 7, example: "of students-batch-33" }
    const { rejected } = groupFailures([conflict, other])
    const { name: _, ...row } = other
    assert.deepStrictEqual(rejected, [
      { ...row, count: 12, names: ["students-batch-33", "students-batch-10"] }
    ])
  })

  it.each([
    { op: "update" },
    { resource: "sections" },
    { index: 4 },
    { status: 404 },
    { problemType: "urn:ed-fi:api:data-conflict" },
    { kind: "refused" } as const
  ])("are two rows when they differ in %o", (difference) => {
    assert.strictEqual(groupFailures([conflict, { ...conflict, ...difference }]).rejected.length, 2)
  })

  it("stand apart when no verdict came back", () => {
    const { rejected, transport } = groupFailures([timeout, conflict])
    assert.deepStrictEqual(
      [rejected, transport].map((rows) => rows.map(({ kind }) => kind)),
      [["rolledBack"], ["transport"]]
    )
  })

  it("begin with the highest sum", () => {
    const rare = { ...conflict, index: 1, count: 6 }
    const { rejected } = groupFailures([rare, conflict, { ...conflict, name: "other", count: 4 }])
    assert.deepStrictEqual(
      rejected.map(({ count, index }) => [index, count]),
      [
        [3, 9],
        [1, 6]
      ]
    )
  })
})
