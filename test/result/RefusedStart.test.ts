import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Refusal } from "../../src/domain/Refusal.ts"
import { junitXml } from "../../src/output/junit.ts"
import { markdownReport } from "../../src/output/markdown.ts"
import { type BatchSize, refusalAdvice } from "../../src/result/refusalAdvice.ts"
import { refusedStart } from "../../src/result/RefusedStart.ts"
import { type Summary, summaryJson, SummaryJson } from "../../src/result/Summary.ts"
import { textReport } from "../../src/output/text.ts"
import { passed } from "../../src/result/verdict.ts"
import { statusOf } from "../../src/page/status.ts"
import { sampleSummary } from "./sampleSummary.ts"
import { readXml } from "../output/xml.ts"

const refusal = (
  op: string | null,
  resource: string | null,
  status: number,
  problem: Refusal["problem"] = {}
): Refusal => ({ op, resource, status, problem })

const ten: BatchSize = { tripleCount: 10, operationsPerRecord: 3, flag: "--batchTripleCount " }
const scenario = "StudentBatchVolumeTest"

const sentence = (refused: Refusal, batch?: BatchSize) =>
  refusedStart({ _tag: "RefusedScenario", scenario, refusal: refused }, 12, batch).sentence

const start = `${scenario} was refused from the start: in each of the first 10 of 12 iterations, `

describe("a scenario that was refused from the start", () => {
  it.each([
    [
      "the operation, its status and its problem",
      refusal("update", "students", 403, { type: "urn:denied", detail: "Access denied." }),
      "update students was rejected with 403 (urn:denied: Access denied)."
    ],
    [
      "the size of a batch that was refused as a whole",
      refusal(null, null, 413, { error: "Batch size limit exceeded.", message: "At most 20." }),
      "a batch of 30 operations was rejected with 413 (At most 20)."
    ],
    [
      "no problem if the response has none",
      refusal("create", "students", 404),
      "create students was rejected with 404."
    ],
    [
      "the missing data, and no error twice",
      refusal("create", "sections", 400, {
        type: "urn:bad-request",
        detail: "Data validation failed.",
        validationErrors: { "$.termDescriptor": ["Fall does not exist."], "$.a": ["b", "c"], "$.d": ["e"] },
        errors: ["Data validation failed."]
      }),
      "create sections was rejected with 400 (urn:bad-request: Data validation failed; " +
        "$.termDescriptor: Fall does not exist; $.a: b; $.a: c; 1 more)."
    ]
  ])("tells %s", (_, refused, expected) => {
    assert.strictEqual(sentence(refused, ten), start + expected)
  })
})

const limit = (message: string) => refusal(null, null, 413, { message })
const action = { type: "urn:ed-fi:api:security:authorization:access-denied:action" }

describe("the advice for a refusal", () => {
  it.each([
    ["update", "students", {}, /allows the update of students only through a relationship/],
    ["update", "Contact", {}, /allows the update of Contact only through a relationship/],
    [
      "update",
      "staffs",
      action,
      /lacks the action update for staffs, or allows .* only through a relationship/
    ],
    [
      "update",
      "parents",
      {},
      /a claim set without relationship-based authorization, or give each record a relationship, as --resources parents --companions always does/
    ],
    [
      "update",
      "sections",
      {},
      /lacks the action update for sections: use a key whose claim set allows create/
    ],
    ["create", "students", action, /lacks the action create for students: use a key/],
    [
      "create",
      "sections",
      { type: "urn:ed-fi:api:security:authorization:" },
      /^The key may not write these sections: give it access to the education organizations .*--localEducationOrganizationId/
    ],
    ["delete", "students", {}, /lacks the action delete for students: use a key/],
    [null, null, {}, /does not allow this key to send batches/]
  ])("with 403 on %s of %s names the claim set", (op, resource, problem, expected) => {
    assert.match(refusalAdvice(refusal(op, resource, 403, problem), undefined), expected)
  })

  it.each([
    ["The number of operations exceeds the limit of 20.", "Use --batchTripleCount 6, which is 18 operations"],
    ["30 operations are more than the 20 allowed", "Use --batchTripleCount 6, which is 18 operations"],
    ["at most 3", "Use --batchTripleCount 1, which is 3 operations"],
    ["the limit is 30", "Try --batchTripleCount 5, half of what was sent"],
    ["a text that was cut at 2...", "Try --batchTripleCount 5, half of what was sent"],
    ["between 3 and 20", "Try --batchTripleCount 5, half of what was sent"],
    ["0.5 MB, v2, 1e3", "Try --batchTripleCount 5, half of what was sent"],
    ["", "Try --batchTripleCount 5, half of what was sent"],
    ["at most 2", "No batch of whole records (3 operations each) fits. --testType VOLUME"]
  ])("with 413 %j names the size that fits", (message, expected) => {
    assert.include(refusalAdvice(limit(message), ten), expected)
  })

  it.each([
    { detail: "at most 20 operations" },
    { errors: ["30 of 20"] },
    { message: "20", detail: "20" },
    { message: "at most 20", detail: "see rule 7" }
  ])("with 413 finds the limit wherever the server names it: %o", (problem) => {
    assert.include(refusalAdvice(refusal(null, null, 413, problem), ten), "Use --batchTripleCount 6,")
  })

  it.each([
    [
      { tripleCount: 4, operationsPerRecord: 3, flag: "--batchTripleCountFor A=" },
      "Use --batchTripleCountFor A=1, which is 3 operations"
    ],
    [
      { tripleCount: 2, operationsPerRecord: 3, flag: undefined },
      "it always sends 2 records (6 operations) per batch"
    ],
    [
      { tripleCount: 1, operationsPerRecord: 3, flag: "--batchTripleCount " },
      "No batch of whole records (3 operations each) fits"
    ],
    [
      { tripleCount: 1, operationsPerRecord: 2, flag: "--batchTripleCount " },
      "No batch of whole records (2 operations each) fits"
    ]
  ])("with 413 knows how the size of %o is set", (batch, expected) => {
    assert.include(refusalAdvice(limit("at most 5"), batch), expected)
  })

  it.each([
    ["413 of a single request", refusal("create", "students", 413), undefined, /^The document is larger/],
    ["404 of every batch", refusal(null, null, 404), ten, /--baseUrl and --batchPath/],
    ["405 of every batch", refusal(null, null, 405), ten, /--baseUrl and --batchPath/],
    ["404 of every create", refusal("create", "students", 404), undefined, /--baseUrl and --apiPrefix/],
    ["404 of every update", refusal("update", "students", 404), undefined, /does not find the record/],
    ["400", refusal("create", "students", 400), ten, /^edfi-perf run --runInDebugMode sends one pass/],
    ["409", refusal("create", "students", 409), ten, /^edfi-perf run --runInDebugMode sends one pass/],
    [
      "an unresolved reference",
      refusal("create", "sections", 409, { type: "urn:ed-fi:api:data-conflict:unresolved-reference" }),
      ten,
      /^Load the missing data .*--schoolYear.*--runInDebugMode/
    ],
    [
      "a missing descriptor",
      refusal("create", "sections", 400, { validationErrors: { "$.termDescriptor": ["not there"] } }),
      ten,
      /^Load the missing data/
    ]
  ] as const)("for %s", (_, refused, batch, expected) => {
    assert.match(refusalAdvice(refused, batch), expected)
  })
})

describe("the report of a refused run", () => {
  const refused = refusedStart(
    { _tag: "RefusedScenario", scenario, refusal: refusal("update", "students", 403) },
    10,
    undefined
  )
  const summary: Summary = { ...sampleSummary(2, 1), endedBy: "refused", refused }
  const text = `${refused.sentence} ${refused.advice}`

  it("fails, and every output names the refusal and its remedy", () => {
    assert.isFalse(passed(summary))
    assert.include(textReport(summary), `\n${text}\n`)
    assert.match(markdownReport(summary), /^\*\*❌ .* failed\*\*: StudentBatchVolumeTest was refused from/)
    const failure = readXml(junitXml(summary))
      .children[0]?.children.flatMap(({ children }) => children)
      .find(({ name }) => name === "failure")
    assert.deepInclude(failure?.attributes, { type: "refused", message: text })
    assert.deepStrictEqual(statusOf(summary), { short: "refused", long: text, tone: "bad" })
  })

  it.effect("can be read from summary.json, and so can files of versions without refusals", () =>
    Effect.gen(function* () {
      const decode = Schema.decode(SummaryJson)
      const text = yield* summaryJson(summary)
      assert.deepStrictEqual((yield* decode(text)).refused, refused)
      const { refused: _, ...older } = sampleSummary(2, 1)
      assert.deepStrictEqual((yield* decode(JSON.stringify(older))).refused, null)
    })
  )
})
