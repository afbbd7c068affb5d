import { assert, describe, it } from "@effect/vitest"
import * as Either from "effect/Either"
import { decodeBad, decodeSingle, idFromLocation } from "../../src/dms/decodeSingle.ts"
import { makeStudent, students } from "../../src/documents/students.ts"
import { atId, type SingleOperation, triple } from "../../src/domain/Operation.ts"

const student = makeStudent({ seed: 1, user: 0, iteration: 0, index: 0 })
const [create, update, remove] = triple(students, student, { firstName: "Ada" })
const operations = { create, update: atId(update, "id-1"), delete: atId(remove, "id-1") }
const located = { location: "http://dms.test/data/ed-fi/students/id-1" }
const problem = { type: "urn:ed-fi:api:bad-request", detail: "the-secret is wrong" }
const redact = (text: string) => text.replaceAll("the-secret", "<redacted>")

const response = (status: number, body: unknown = "", headers: Readonly<Record<string, string>> = {}) => ({
  status,
  headers,
  body: new TextEncoder().encode(typeof body === "string" ? body : JSON.stringify(body))
})

type Expected = readonly [tag: string, about?: string]

/** Success with the id, or the error's tag and its phase or operation. */
const read = (operation: SingleOperation, given: ReturnType<typeof response>): Expected =>
  Either.match(decodeSingle(operation, given, redact), {
    onRight: (id): Expected => ["succeeded", id],
    onLeft: (error): Expected => [error._tag, error._tag === "TransportFailed" ? error.phase : error.op]
  })

const table: ReadonlyArray<
  readonly [keyof typeof operations, number, ReturnType<typeof response>, Expected]
> = [
  ["create", 201, response(201, "", located), ["succeeded", "id-1"]],
  ["create", 200, response(200, "", located), ["succeeded", "id-1"]],
  ["create", 201, response(201), ["TransportFailed", "answer"]],
  ["create", 201, response(201, "", { location: "/" }), ["TransportFailed", "answer"]],
  ["create", 204, response(204, "", located), ["TransportFailed", "answer"]],
  ["create", 301, response(301, "", located), ["OperationRefused", "create"]],
  ["update", 307, response(307, "", located), ["OperationRefused", "update"]],
  ["update", 204, response(204), ["succeeded", "id-1"]],
  ["update", 200, response(200), ["TransportFailed", "answer"]],
  ["update", 201, response(201, "", located), ["TransportFailed", "answer"]],
  ["delete", 204, response(204), ["succeeded", "id-1"]],
  ["delete", 200, response(200), ["TransportFailed", "answer"]],
  ["delete", 404, response(404), ["OperationRefused", "delete"]],
  ["update", 404, response(404, problem), ["OperationRefused", "update"]],
  ...[400, 401, 403, 405, 409, 412, 415, 429, 501].map(
    (status) => ["create", status, response(status, problem), ["OperationRefused", "create"]] as const
  ),
  ...[500, 502, 503, 504].map(
    (status) => ["update", status, response(status, problem), ["TransportFailed", "server"]] as const
  )
]

describe("decodeSingle", () => {
  it.each(table)("of a %s and %i", (op, _, given, expected) => {
    assert.deepStrictEqual(read(operations[op], given), expected)
  })

  it("stores the problem of the server, without secrets", () => {
    const error = Either.getOrThrow(Either.flip(decodeSingle(create, response(400, problem), redact)))
    assert.deepInclude(error, {
      _tag: "OperationRefused",
      status: 400,
      op: "create",
      resource: "students",
      problem: { type: "urn:ed-fi:api:bad-request", detail: "<redacted> is wrong" }
    })
    assert.strictEqual(
      error.message,
      "create students refused with 400 urn:ed-fi:api:bad-request: <redacted> is wrong"
    )
    const lost = Either.getOrThrow(Either.flip(decodeSingle(create, response(500, "the-secret"), redact)))
    assert.strictEqual(lost.message, "server (status 500): <redacted>")
  })
})

describe("decodeBad", () => {
  const readBad = (given: ReturnType<typeof response>) =>
    Either.match(decodeBad(create, given, redact), {
      onRight: ({ type }) => ["refused as expected", type],
      onLeft: (error) => [error._tag, error._tag === "NotRefused" ? error.documentId : error.status]
    })

  it.each([
    ["a 400 for the expected refusal", response(400, problem), ["refused as expected", problem.type]],
    ["a success for a failure", response(201, "", located), ["NotRefused", "id-1"]],
    ["an upsert for a failure", response(200, "", located), ["NotRefused", "id-1"]],
    ["a success without an id for no verdict", response(201), ["TransportFailed", 201]],
    ["a refusal of the token for a failure", response(401, problem), ["OperationRefused", 401]],
    ["a rate limit for a failure", response(429), ["OperationRefused", 429]],
    ["a server error for no verdict", response(500), ["TransportFailed", 500]]
  ] as const)("takes %s", (_, given, expected) => {
    assert.deepStrictEqual(readBad(given), [...expected])
  })
})

describe("locatedId", () => {
  it.each([
    ["http://dms.test/data/ed-fi/students/id-1", "id-1"],
    ["/data/ed-fi/students/id-1/", "id-1"],
    ["", undefined],
    ["/", undefined],
    ["/data/ed-fi/students/id-1?x=/2#/3", "id-1"],
    ["/data/ed-fi/students/..", undefined],
    ["/data/ed-fi/students/.", undefined],
    ["/data/ed-fi/students/a b", undefined],
    [`/data/ed-fi/students/${"1".repeat(201)}`, undefined],
    ["http://dms.test/data/ed-fi/Students/", undefined],
    [`http://dms.test/${"/".repeat(16_000)}x`, undefined],
    [undefined, undefined],
    [["/a/1", "/a/2"], undefined]
  ])("of %j is %s", (location, id) => {
    assert.strictEqual(idFromLocation({ headers: { location } }, "students"), id)
  })
})
