/** Which mixtures a study can measure, and why not others. */
import { assert, describe, it } from "@effect/vitest"
import type { Mixture, Step } from "../../src/domain/Mixture.ts"
import { whyNotCompared, whyNotRaised, whyNotSized } from "../../src/settings/mixtureInStudies.ts"

const record: Step = { _tag: "Write", kind: "record", path: "ed-fi/grades" }
const five: Step = { _tag: "Write", kind: "create", path: "ed-fi/students", records: 5 }
const update: Step = { _tag: "Write", kind: "update", path: "ed-fi/students" }
const read: Step = {
  _tag: "Read",
  path: "ed-fi/students",
  by: "page",
  key: [],
  limit: 25,
  totalCount: false,
  repeat: 1
}

const mixture = (first: Step, ...others: ReadonlyArray<Step>): Mixture => ({
  name: "mine",
  description: "",
  items: [{ name: "work", weight: 1, steps: [first, ...others] }]
})

describe("versus of a mixture", () => {
  it("takes writes whose numbers of records are all those of the batch, or all their own", () => {
    assert.isUndefined(whyNotCompared(mixture(record, record)))
    assert.isUndefined(whyNotCompared(mixture(five, update)))
  })

  it("refuses reads, and steps of which only some have records of their own", () => {
    assert.match(whyNotCompared(mixture(record, read)) ?? "", /leave out the `read` steps/)
    assert.match(whyNotCompared(mixture(record, five)) ?? "", /give all of them `records`, or none/)
  })
})

describe("sizes of batches of a mixture", () => {
  it("are measured if no step has records of its own, with reads only one of them", () => {
    assert.isUndefined(whyNotSized(mixture(record, record), [1, 10]))
    assert.isUndefined(whyNotSized(mixture(record, read), [10]))
    assert.match(whyNotSized(mixture(record, read), [1, 10]) ?? "", /the smaller is the share of its reads/)
    assert.match(whyNotSized(mixture(five, update), [10]) ?? "", /`records` of their own/)
  })
})

describe("numbers of users of a mixture", () => {
  it("are measured with reads beside writes, and not with reads alone", () => {
    assert.isUndefined(whyNotRaised(mixture(record, read)))
    assert.isUndefined(whyNotRaised(mixture(five, update)))
    assert.match(
      whyNotRaised(mixture(read)) ?? "",
      /a mixture that only reads has none; add a step that writes/
    )
  })
})
