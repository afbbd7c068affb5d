import { assert, describe } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { type DocumentRead, type PageRead, type Read, ReadClient } from "../../src/dms/ReadClient.ts"
import { readName } from "../../src/domain/requestName.ts"
import type { SampleOutcome } from "../../src/domain/Sample.ts"
import { it } from "../engine/virtualTime.ts"
import { type FakeResponse, clientsOver } from "./responses.ts"

const students = { project: "ed-fi", endpoint: "students" }
const list: Read = {
  name: readName(students, "?limit=25&totalCount=true"),
  path: "ed-fi/students",
  resource: "students",
  query: { limit: 25, totalCount: true }
}
const one: DocumentRead = {
  name: readName(students, "/{id}"),
  path: "ed-fi/students/4b7a",
  resource: "students"
}

const documentOf = (read: DocumentRead) => Effect.flatMap(ReadClient, ({ document }) => document(read))
const pageOf = (read: PageRead) => Effect.flatMap(ReadClient, ({ page }) => page(read))

/** The result of a read, and the outcome that was recorded. */
const readWith = <A, E>(response: FakeResponse, read: Effect.Effect<A, E, ReadClient>) => {
  const { layer, samples, sent } = clientsOver(() => response)
  return Effect.map(Effect.either(Effect.provide(read, layer)), (result) => ({
    result,
    outcomes: samples.map(({ outcome }): SampleOutcome => outcome),
    samples,
    sent
  }))
}

const none = { create: 0, update: 0, delete: 0 }
const rowsRead = (rows: number): ReadonlyArray<SampleOutcome> => [
  { _tag: "Succeeded", operations: none, rows }
]

describe("ReadClient", () => {
  it.effect("reads a page with its query, and counts its documents", () =>
    Effect.gen(function* () {
      const headers = { "total-count": "812", "next-page-token": "MjU=" }
      const body = JSON.stringify([{ id: "a" }, { id: "b" }])
      const { outcomes, result, samples, sent } = yield* readWith(
        { status: 200, body, headers },
        pageOf(list)
      )
      assert.deepStrictEqual(
        result,
        Either.right({ rows: [{ id: "a" }, { id: "b" }], totalCount: 812, nextPageToken: "MjU=" })
      )
      assert.deepStrictEqual(outcomes, rowsRead(2))
      assert.deepStrictEqual(
        sent.map(({ body, method, url }) => [method, url.href, body]),
        [["GET", "http://dms.test/data/ed-fi/students?limit=25&totalCount=true", null]]
      )
      assert.deepInclude(samples[0], {
        method: "GET",
        name: "GET /data/ed-fi/students?limit=25&totalCount=true",
        sentBytes: 0
      })
    })
  )

  it.effect("encodes values of the query, such as the # of a descriptor", () =>
    Effect.gen(function* () {
      const query = { termDescriptor: "uri://ed-fi.org/Term#Fall & Spring" }
      const { sent } = yield* readWith({ status: 200, body: "[]" }, pageOf({ ...list, query }))
      assert.strictEqual(
        sent[0]?.url.search,
        "?termDescriptor=uri%3A%2F%2Fed-fi.org%2FTerm%23Fall+%26+Spring"
      )
    })
  )

  it.effect.each([
    ["an empty page", { status: 200, body: "[]" }, 0],
    ["a count that is no number", { status: 200, body: "[]", headers: { "total-count": "-1" } }, 0]
  ] as const)("has no total of %s", ([, response, rows]) =>
    Effect.gen(function* () {
      const { outcomes, result } = yield* readWith(response, pageOf(list))
      assert.deepStrictEqual(
        result,
        Either.right({ rows: [], totalCount: undefined, nextPageToken: undefined })
      )
      assert.deepStrictEqual(outcomes, rowsRead(rows))
    })
  )

  it.effect("reads a document with its tag, as one row", () =>
    Effect.gen(function* () {
      const response = { status: 200, body: '{"id":"4b7a"}', headers: { etag: '"7"' } }
      const { outcomes, result } = yield* readWith(response, documentOf(one))
      assert.deepStrictEqual(result, Either.right({ _tag: "Found", document: { id: "4b7a" }, etag: '"7"' }))
      assert.deepStrictEqual(outcomes, rowsRead(1))
    })
  )

  it.effect("revalidates a document: a 304 has no row", () =>
    Effect.gen(function* () {
      const asked = documentOf({ ...one, ifNoneMatch: '"7"' })
      const { outcomes, result, sent } = yield* readWith({ status: 304, body: "" }, asked)
      assert.deepStrictEqual(result, Either.right({ _tag: "NotModified" }))
      assert.deepStrictEqual(outcomes, rowsRead(0))
      assert.strictEqual(sent[0]?.headers["if-none-match"], '"7"')
    })
  )

  it.effect("finds that a document is not there, where that is meant", () =>
    Effect.gen(function* () {
      const { outcomes, result } = yield* readWith(
        { status: 404, body: "" },
        documentOf({ ...one, expected: 404 })
      )
      assert.deepStrictEqual(result, Either.right({ _tag: "Missing" }))
      assert.deepStrictEqual(outcomes, rowsRead(0))
    })
  )

  it.effect("reads any other value, which has no rows", () =>
    Effect.gen(function* () {
      const asked = Effect.flatMap(ReadClient, ({ value }) =>
        value(
          { ...list, path: new URL("http://dms.test/changeQueries/v1/availableChangeVersions") },
          (found) => Either.right(found)
        )
      )
      const { outcomes, result, sent } = yield* readWith({ status: 200, body: '{"newest":7}' }, asked)
      assert.deepStrictEqual(result, Either.right({ newest: 7 }))
      assert.deepStrictEqual(outcomes, rowsRead(0))
      assert.strictEqual(sent[0]?.url.pathname, "/changeQueries/v1/availableChangeVersions")
    })
  )

  it.effect.each([
    ["a document that is there after all", { status: 200, body: "{}" }, { ...one, expected: 404 }, "answer"],
    ["a document that is not there", { status: 404, body: '{"type":"urn:x"}' }, one, "urn:x"],
    ["a 304 that nobody asked for", { status: 304, body: "" }, one, null],
    ["a document that is a list", { status: 200, body: "[]" }, one, "answer"],
    ["a body that is no JSON", { status: 200, body: "<html>" }, one, "answer"],
    ["an error of the server", { status: 503, body: "" }, one, "server"]
  ] as const)("fails for %s, as a read that lost no operations", ([, response, read, problemType]) =>
    Effect.gen(function* () {
      const { outcomes, result } = yield* readWith(response, documentOf(read))
      assert.isTrue(Either.isLeft(result))
      const [outcome] = outcomes
      if (outcome?._tag !== "Failed") return assert.fail("no failure was recorded")
      assert.strictEqual(outcome.operationCount, 0)
      assert.strictEqual(outcome.failure.problemType, problemType)
    })
  )

  it.effect("names a refusal as a read of its resource", () =>
    Effect.gen(function* () {
      const { result } = yield* readWith(
        { status: 403, body: '{"type":"urn:ed-fi:api:security:authorization"}' },
        pageOf(list)
      )
      assert.deepInclude(Either.isLeft(result) ? result.left : {}, {
        _tag: "OperationRefused",
        op: "read",
        resource: "students",
        status: 403
      })
    })
  )

  it.effect("fails where a check finds a mistake in an answer, and counts no row of it", () =>
    Effect.gen(function* () {
      const page = yield* readWith(
        { status: 200, body: JSON.stringify([{ id: "a" }, { id: "b" }]) },
        pageOf({ ...list, check: ({ rows }) => (rows.length === 2 ? "there are 2 rows" : undefined) })
      )
      assert.match(Either.isLeft(page.result) ? page.result.left.message : "", /there are 2 rows/)
      assert.strictEqual(page.outcomes[0]?._tag, "Failed")
      const document = yield* readWith(
        { status: 200, body: JSON.stringify({ id: "another" }) },
        documentOf({ ...one, check: ({ id }) => (id === "4b7a" ? undefined : "it is another document") })
      )
      assert.match(Either.isLeft(document.result) ? document.result.left.message : "", /another document/)
    })
  )
})
