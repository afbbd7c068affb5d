import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Either from "effect/Either"
import * as FastCheck from "effect/FastCheck"
import * as Schema from "effect/Schema"
import { decodeBatch, isOutcome } from "../../src/dms/decode.ts"
import { makeStudent, students } from "../../src/documents/students.ts"
import { triple } from "../../src/domain/Operation.ts"
import { OperationOutcome } from "../../src/domain/OperationOutcome.ts"

const sent = triple(students, makeStudent({ seed: 1, user: 0, iteration: 0, index: 0 }), { firstName: "B" })

const outcome = (index: number, op: string, more: object = {}) => ({
  index,
  status: "success",
  op,
  resource: "students",
  documentId: "0b0a4f3f-8b0c-4f0e-9a54-0d9f1a4b7a11",
  ...more
})
const good = [outcome(0, "create"), outcome(1, "update"), outcome(2, "delete")]

const envelope = (failedOperation: object, status = 409) => ({
  detail: "a batch operation failed",
  type: "urn:ed-fi:api:batch-operation-failed",
  title: "Batch Operation Failed",
  status,
  correlationId: null,
  validationErrors: {},
  errors: [],
  failedOperation
})
const conflict = { type: "urn:ed-fi:api:identity-conflict", status: 409, title: "t", detail: "d" }

/** Status and body, and the expected result: the tag of the error, then its distinguishing members. */
const table: ReadonlyArray<
  readonly [name: string, status: number, body: unknown, expected: ReadonlyArray<unknown>]
> = [
  ["every operation in order", 200, good, ["success", 3]],
  ["outcomes with unknown members", 200, good.map((each) => ({ ...each, more: 1 })), ["success", 3]],
  ["a short array", 200, good.slice(0, 2), ["TransportFailed", "answer"]],
  ["a long array", 200, [...good, outcome(3, "delete")], ["TransportFailed", "answer"]],
  ["an empty array", 200, [], ["TransportFailed", "answer"]],
  ["another op at a place", 200, [good[0], outcome(1, "create"), good[2]], ["TransportFailed", "answer"]],
  ["another order", 200, [good[0], good[2], good[1]], ["TransportFailed", "answer"]],
  [
    "outcomes of the resource in its other spellings",
    200,
    [outcome(0, "create", { resource: "Student" }), outcome(1, "update", { resource: "STUDENTS" }), good[2]],
    ["success", 3]
  ],
  [
    "outcomes without a resource",
    200,
    good.map((each) => ({ ...each, resource: undefined })),
    ["success", 3]
  ],
  [
    "an outcome of another resource",
    200,
    [good[0], outcome(1, "update", { resource: "sections" }), good[2]],
    ["TransportFailed", "answer"]
  ],
  [
    "an outcome whose resource is not a string",
    200,
    [good[0], outcome(1, "update", { resource: 5 }), good[2]],
    ["TransportFailed", "answer"]
  ],
  [
    "an outcome that is no success",
    200,
    [good[0], good[1], outcome(2, "delete", { status: "error" })],
    ["TransportFailed", "answer"]
  ],
  [
    "an outcome without documentId",
    200,
    [good[0], good[1], outcome(2, "delete", { documentId: "" })],
    ["TransportFailed", "answer"]
  ],
  ...["\ud800", "a\u0000b", " ", "\u001b[2J"].map(
    (documentId) =>
      [
        `a documentId ${JSON.stringify(documentId)}`,
        200,
        [good[0], good[1], outcome(2, "delete", { documentId })],
        ["TransportFailed", "answer"]
      ] as const
  ),
  ["an object", 200, { ok: true }, ["TransportFailed", "answer"]],
  ["a page of a gateway", 200, "<html>hello</html>", ["TransportFailed", "answer"]],
  ["half an array", 200, JSON.stringify(good).slice(0, 100), ["TransportFailed", "answer"]],
  ["an empty body", 200, "", ["TransportFailed", "answer"]],
  ["a 201 with everything in it", 201, good, ["TransportFailed", "answer"]],
  ["a redirect", 302, "", ["BatchRefused", 302]],
  ["a redirect that keeps the method", 308, "", ["BatchRefused", 308]],
  [
    "a failed operation",
    409,
    envelope({ index: 1, op: "update", resource: "students", problem: conflict }),
    ["BatchRolledBack", 1, "urn:ed-fi:api:identity-conflict"]
  ],
  [
    "a failed operation with the outer status of the draft",
    400,
    envelope({ index: 1, op: "update", resource: "students", problem: conflict }),
    ["BatchRolledBack", 1, "urn:ed-fi:api:identity-conflict"]
  ],
  [
    "a failed operation in a 500",
    500,
    envelope(
      { index: 2, op: "delete", resource: "students", problem: { error: "x", correlationId: "y" } },
      500
    ),
    ["BatchRolledBack", 2, undefined]
  ],
  [
    "a write conflict that has only detail and status",
    409,
    envelope({ index: 0, op: "create", resource: "students", problem: { detail: "d", status: 409 } }),
    ["BatchRolledBack", 0, undefined]
  ],
  [
    "a failed operation without a problem",
    404,
    envelope({ index: 2, op: "delete", resource: "students" }, 404),
    ["BatchRolledBack", 2, undefined]
  ],
  [
    "a problem of another shape",
    409,
    envelope({ index: 0, op: "create", resource: "students", problem: "?" }),
    ["BatchRolledBack", 0, undefined]
  ],
  [
    "a failed operation that was not sent",
    409,
    envelope({ index: 7, op: "create", resource: "students", problem: conflict }),
    ["BatchRefused", 409]
  ],
  [
    "a refusal at parsing",
    400,
    { type: "urn:ed-fi:api:bad-request", status: 400, detail: "d" },
    ["BatchRefused", 400]
  ],
  ["a double-serialized 401", 401, JSON.stringify(JSON.stringify({ status: 401 })), ["BatchRefused", 401]],
  ["a 403", 403, { type: "urn:ed-fi:api:security:authorization:", status: 403 }, ["BatchRefused", 403]],
  ["no endpoint", 404, "", ["BatchRefused", 404]],
  ["too many operations", 413, { error: "e", message: "m" }, ["BatchRefused", 413]],
  ["a rate limit without a body", 429, "", ["BatchRefused", 429]],
  ["a backend without batches", 501, { error: "e", message: "m" }, ["BatchRefused", 501]],
  ["an open circuit", 500, { message: "m", traceId: "t" }, ["TransportFailed", "server"]],
  ["a bad gateway", 502, "<html>", ["TransportFailed", "server"]],
  ["a 503 without a body", 503, "", ["TransportFailed", "server"]]
]

const response = (status: number, body: string | Uint8Array, location?: string) => ({
  status,
  headers: { location },
  body: Buffer.from(body)
})

const verdict = (status: number, body: string, strict = false): ReadonlyArray<unknown> =>
  Either.match(
    decodeBatch(sent, response(status, body), (text) => text, strict),
    {
      onRight: (outcomes) => ["success", outcomes.length],
      onLeft: (error) => {
        switch (error._tag) {
          case "BatchRolledBack":
            return [error._tag, error.failedOperation.index, error.failedOperation.problem.type]
          case "BatchRefused":
            return [error._tag, error.status]
          case "TransportFailed":
            return [error._tag, error.phase]
        }
      }
    }
  )

describe("decodeBatch", () => {
  it.each(table)("reads %s (%i)", (_, status, body, expected) => {
    assert.deepStrictEqual(verdict(status, typeof body === "string" ? body : JSON.stringify(body)), expected)
  })

  it.each(table)("reads %s (%i) the same by the schema", (_, status, body, expected) => {
    const text = typeof body === "string" ? body : JSON.stringify(body)
    assert.deepStrictEqual(verdict(status, text, true), expected)
  })

  it("recognizes a failed operation for any secret, and does not show the secret", () => {
    const failedOperation = { index: 1, op: "update", resource: "students", problem: conflict }
    for (const secret of ["s", "failedOperation", "urn:ed-fi:api:identity-conflict"]) {
      const result = decodeBatch(sent, response(409, JSON.stringify(envelope(failedOperation))), (text) =>
        text.replaceAll(secret, "<redacted>")
      )
      assert.isTrue(Either.isLeft(result) && result.left._tag === "BatchRolledBack")
      if (secret.length > 1 && Either.isLeft(result)) assert.notInclude(result.left.message, secret)
    }
  })

  it("rejects a body that is not UTF-8", () => {
    const body = Buffer.from(JSON.stringify(good))
    body[body.indexOf("0b0a4f3f")] = 0xff
    for (const strict of [false, true]) {
      const error = Either.getOrThrow(
        Either.flip(decodeBatch(sent, response(200, body), (text) => text, strict))
      )
      assert.include(error.message, "answer (status 200): not UTF-8")
    }
  })

  it("reports the target of a redirect, and that nothing was written", () => {
    const error = Either.getOrThrow(
      Either.flip(
        decodeBatch(
          sent,
          response(308, "", "https://me:hunter2@dms.test/v2/batch\u001b[2J?code=abc"),
          (text) => text
        )
      )
    )
    assert.strictEqual(error.written, "nothing")
    assert.strictEqual(
      error.message,
      "refused with 308 it redirects to https://<redacted>@dms.test/v2/batch\\u001B[2J?<redacted>, which is not followed"
    )
  })

  it("shows no part of a secret, wherever a long text is truncated", () => {
    const redact = (text: string) => text.replaceAll("hunter2hunter2", "<redacted>")
    for (const length of [4080, 4090, 8180, 8185, 8190, 32_760]) {
      for (const status of [400, 500]) {
        for (const body of [
          `${" ".repeat(length)}hunter2hunter2`,
          `${" ".repeat(length)}hunter2hunter2${"x".repeat(9000)}`
        ]) {
          const error = Either.getOrThrow(Either.flip(decodeBatch(sent, response(status, body), redact)))
          assert.notInclude(JSON.stringify(error), "hunter")
        }
      }
    }
  })

  it("accepts any nesting depth in any place", () => {
    const nested = "[".repeat(5000) + "]".repeat(5000)
    for (const body of [nested, `{"failedOperation":${nested}}`, `{"detail":${nested}}`]) {
      for (const status of [200, 400, 409, 500]) {
        const error = Either.getOrThrow(
          Either.flip(decodeBatch(sent, response(status, body), (text) => text))
        )
        assert.isAtMost(JSON.stringify(error).length, 2000)
      }
    }
  })

  it("stores a bounded part of long texts of the server", () => {
    const long = "x\u001b".repeat(500_000)
    const problem = {
      type: long,
      title: long,
      status: 409,
      detail: long,
      correlationId: long,
      validationErrors: Object.fromEntries(
        Array.from({ length: 1000 }, (_, i) => [`${i}${long.slice(0, 1000)}`, Array(100).fill("no")])
      ),
      errors: Array(1000).fill(long.slice(0, 1000))
    }
    const bodies = [
      problem,
      envelope({ index: 1, op: "update", resource: long, problem }),
      envelope({ index: 1, op: ` UPDATE${" ".repeat(1000)}`, resource: "students", problem })
    ]
    for (const body of bodies) {
      const error = Either.getOrThrow(
        Either.flip(decodeBatch(sent, response(409, JSON.stringify(body)), (text) => text))
      )
      const kept = JSON.stringify(error)
      assert.isAtMost(kept.length, 60_000)
      assert.notInclude(kept, "\\u001b[")
      assert.isAtMost(error.message.length, 303)
    }
  })

  it("reports that nothing was written after a verdict, and unknown without one", () => {
    const written = (status: number, body: unknown) =>
      Either.match(
        decodeBatch(sent, response(status, JSON.stringify(body)), (text) => text),
        {
          onRight: () => "everything",
          onLeft: (error) => error.written
        }
      )
    const failedOperation = { index: 0, op: "create", resource: "students", problem: conflict }
    assert.strictEqual(written(409, envelope(failedOperation)), "nothing")
    assert.strictEqual(written(413, {}), "nothing")
    assert.strictEqual(written(500, {}), "unknown")
    assert.strictEqual(written(200, []), "unknown")
  })

  it("redacts secrets in texts of the server", () => {
    const redact = (text: string) => text.replaceAll("hunter2", "<redacted>")
    for (const [status, body] of [
      [400, `{"detail":"bad header Bearer hunter2"}`],
      [500, "echo hunter2"],
      [200, "echo hunter2"],
      [200, JSON.stringify([outcome(0, "hunter2"), good[1], good[2]])],
      [200, JSON.stringify([outcome(0, "create", { resource: "hunter2" }), good[1], good[2]])],
      [400, `["the reason is hunter2"]`],
      [400, `{"errors":["the reason is hunter2"]}`],
      [400, `{"validationErrors":{"$.hunter2":["no"]}}`],
      [500, `${" ".repeat(3000)}hunter2${"x".repeat(20_000)}`],
      [
        409,
        JSON.stringify(envelope({ index: 0, op: "create", resource: "x", problem: { detail: "hunter2" } }))
      ]
    ] as const) {
      const result = decodeBatch(sent, response(status, body), redact)
      assert.isTrue(Either.isLeft(result))
      if (Either.isLeft(result)) {
        assert.include(result.left.message, "<redacted>")
        assert.notInclude(JSON.stringify(result.left), "hunter2")
      }
    }
  })
})

describe("isOutcome", () => {
  it("agrees with the schema of an outcome", () => {
    const member = FastCheck.oneof(
      FastCheck.constantFrom("success", "create", "", 0, null),
      FastCheck.anything()
    )
    const outcomes = FastCheck.oneof(
      FastCheck.record(
        { index: member, status: member, op: member, resource: member, documentId: member },
        { requiredKeys: [] }
      ),
      Arbitrary.make(OperationOutcome),
      FastCheck.anything()
    )
    FastCheck.assert(
      FastCheck.property(outcomes, (value) => {
        assert.strictEqual(isOutcome(value), Schema.is(OperationOutcome)(value))
      }),
      { numRuns: 1000 }
    )
  })
})
