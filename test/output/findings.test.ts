/** What the outputs show of verdicts on resources, and of changes that were read. */
import { assert, describe, it } from "@effect/vitest"
import { junitXml } from "../../src/output/junit.ts"
import { markdownReport } from "../../src/output/markdown.ts"
import { textReport } from "../../src/output/text.ts"
import { statusOf } from "../../src/page/status.ts"
import { changeQueryOf, verdictsOf } from "../../src/result/Findings.ts"
import { passed } from "../../src/result/verdict.ts"
import type { Summary } from "../../src/result/Summary.ts"
import { sampleSummary } from "../result/sampleSummary.ts"

const base: Summary = { ...sampleSummary(10, 1), endedBy: "passes", maxFailRatio: 1, thresholds: [] }

const pipeclean: Summary = {
  ...base,
  testType: "PIPECLEAN",
  pipeclean: [
    { resource: "ed-fi/students", verdict: "passed" },
    {
      resource: "ed-fi/schools",
      verdict: "failed",
      step: "readUpdated",
      request: "GET /data/ed-fi/schools/{id}",
      problem: 'nameOfInstitution: "B" was sent, "A" was read'
    },
    { resource: "ed-fi/courses", verdict: "notTried", problem: "because ed-fi/schools failed" },
    { resource: "ed-fi/schoolYearTypes", verdict: "readOnly" }
  ]
}

const read = { keyChanged: 0, repeated: 0, pages: 3, seconds: 0.5, problem: null }
const changes = {
  ...base,
  testType: "CHANGE_QUERY",
  changeQuery: changeQueryOf(
    { changes: { window: { min: 0, max: 4711 }, resources: 2 } },
    {
      verdicts: [],
      changes: [
        { ...read, resource: "ed-fi/students", changed: 1200, deleted: 40 },
        { ...read, resource: "ed-fi/schools", changed: 3, deleted: 0, repeated: 2 }
      ]
    }
  )
} satisfies Summary

describe("the verdicts of PIPECLEAN", () => {
  it("are a table in place of the names of all requests", () => {
    const text = textReport(pipeclean)
    assert.include(text, "ed-fi/students         passed\n")
    assert.match(
      text,
      /ed-fi\/schools +failed at GET after the update +GET \/data\/ed-fi\/schools\/\{id\}: nameOfInstitution: "B" was sent, "A" was read/
    )
    assert.match(text, /ed-fi\/courses +not tried +because ed-fi\/schools failed/)
    assert.include(text, "1 resource passed, 1 failed, 1 not tried, 1 read-only.")
    for (const { name } of base.byName) assert.notInclude(text, `${name} `)
  })

  it("fail the run if one failed, and only then", () => {
    assert.isFalse(passed(pipeclean))
    const others = pipeclean.pipeclean?.filter(({ verdict }) => verdict !== "failed") ?? []
    assert.isTrue(passed({ ...pipeclean, pipeclean: others }))
    assert.match(markdownReport(pipeclean), /\*\*❌ PIPECLEAN failed\*\*: 1 resource passed, 1 failed/)
  })

  it("are cases of JUnit", () => {
    const xml = junitXml(pipeclean)
    assert.include(xml, '<testcase name="ed-fi/students" classname="PIPECLEAN.resources"')
    assert.match(xml, /<failure message="failed at GET after the update" type="readUpdated">/)
    assert.include(xml, '<skipped message="not tried: because ed-fi/schools failed"/>')
    assert.match(xml, /<testsuite name="PIPECLEAN.resources" tests="4" failures="1" errors="0" skipped="1"/)
  })

  it("say at the end which resources the run did not reach", () => {
    const planned = { pipeclean: ["ed-fi/students", "ed-fi/courses"] }
    const found = { verdicts: [{ resource: "ed-fi/students", verdict: "passed" as const }], changes: [] }
    assert.deepStrictEqual(verdictsOf(planned, found, false), found.verdicts)
    assert.deepStrictEqual(verdictsOf(planned, found, true), [
      ...found.verdicts,
      { resource: "ed-fi/courses", verdict: "notTried", problem: "the run ended before it" }
    ])
    assert.isNull(verdictsOf({}, found, true))
  })
})

describe("the changes of CHANGE_QUERY", () => {
  it("are a table of rows, pages and seconds", () => {
    const text = textReport(changes)
    assert.match(text, /ed-fi\/students +1,200 +40 +0 +3 +0\.50 +2,480\n/)
    assert.match(text, /ed-fi\/schools +3 +0 +0 +3 +0\.50 +6 +2 rows read twice/)
    assert.include(text, "Changes 0 to 4,711 of 2 resources were read completely.")
    assert.isTrue(passed(changes))
  })

  it("are incomplete if a resource failed, or was not reached", () => {
    const { resources } = changes.changeQuery ?? { resources: [] }
    const planned = { changes: { window: { min: 0, max: 4711 }, resources: 2 } }
    const refused = resources.map((each) => ({ ...each, problem: "GET x: refused with 403" }))
    for (const found of [refused, resources.slice(1)]) {
      const changeQuery = changeQueryOf(planned, { verdicts: [], changes: found })
      const run = { ...changes, changeQuery }
      assert.isFalse(passed(run))
      assert.match(textReport(run), /Changes 0 to 4,711 were not read completely \([01] of 2 resources\)/)
    }
    assert.match(
      junitXml({ ...changes, changeQuery: changeQueryOf(planned, { verdicts: [], changes: refused }) }),
      /<failure message="GET x: refused with 403" type="changes"/
    )
  })

  it("may be none", () => {
    const changeQuery = {
      minChangeVersion: 6,
      maxChangeVersion: 5,
      complete: true,
      planned: 0,
      resources: []
    }
    assert.include(textReport({ ...changes, changeQuery }), "There is no change after version 5.")
  })
})

describe("the page of a run", () => {
  it("says that it failed if a resource did", () => {
    assert.deepInclude(statusOf(pipeclean), { short: "failed", tone: "bad" })
    assert.deepInclude(statusOf(changes), { short: "ended", tone: "good" })
  })
})
