import { assert, describe, it } from "@effect/vitest"
import { BatchRefused, BatchRolledBack, TransportFailed } from "../../src/domain/BatchError.ts"
import { isSameRefusal, type Refusal, refusalOf } from "../../src/domain/Refusal.ts"
import { NotRefused, OperationRefused } from "../../src/domain/SingleError.ts"

const single = (status: number) =>
  new OperationRefused({ status, op: "update", resource: "students", problem: { type: "urn:x" } })

const rolledBack = (status: number, problem: Refusal["problem"]) =>
  new BatchRolledBack({ status, failedOperation: { index: 4, op: " Update", resource: "students", problem } })

describe("a refusal", () => {
  it.each([
    ["a single request", single(403), { op: "update", resource: "students", status: 403 }],
    [
      "a rolled-back batch, by the status of its operation",
      rolledBack(400, { status: 409 }),
      { op: "update", resource: "students", status: 409 }
    ],
    [
      "a rolled-back batch whose problem has no status",
      rolledBack(409, {}),
      { op: "update", resource: "students", status: 409 }
    ],
    [
      "a batch of which no operation ran",
      new BatchRefused({ status: 413, problem: { message: "too many" } }),
      { op: null, resource: null, status: 413 }
    ]
  ])("is read from %s", (_, error, expected) => {
    assert.deepInclude(refusalOf(error), expected)
  })

  it.each([400, 403, 404, 405, 409, 413, 415, 422])("is permanent with status %d", (status) => {
    assert.isDefined(refusalOf(single(status)))
  })

  it.each([401, 408, 412, 429, 500, 501, 503])("is not permanent with status %d", (status) => {
    assert.isUndefined(refusalOf(single(status)))
    assert.isUndefined(refusalOf(rolledBack(400, { status })))
    assert.isUndefined(refusalOf(new BatchRefused({ status, problem: {} })))
  })

  it.each([
    ["no verdict", new TransportFailed({ phase: "timeout", detail: "late" })],
    ["a document that was to be refused", new NotRefused({ ...single(201), documentId: "1" })],
    ["any other failure", "failed"],
    ["nothing", undefined]
  ])("is not %s", (_, error) => {
    assert.isUndefined(refusalOf(error))
  })

  const refusal: Refusal = { op: "update", resource: "students", status: 403, problem: { type: "urn:x" } }
  it.each([
    ["another wording", { problem: { type: "urn:x", detail: "other words" } }, true],
    ["another problem type", { problem: { type: "urn:y" } }, false],
    ["no problem type", { problem: {} }, false],
    ["another status", { status: 409 }, false],
    ["another resource", { resource: "sections" }, false],
    ["another operation", { op: "create" }, false]
  ] as const)("compared with one of %s", (_, part, same) => {
    assert.strictEqual(isSameRefusal(refusal, { ...refusal, ...part }), same)
  })
})
