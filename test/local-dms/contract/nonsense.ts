/** Random requests: each one gets a response of the contract, and none causes a defect. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FastCheck from "effect/FastCheck"
import type { Json } from "../../../src/domain/Json.ts"
import type { Request, Response } from "../../../src/local-dms/Exchange.ts"
import { LocalDms } from "../../../src/local-dms/LocalDms.ts"
import { DataModel } from "../../../src/local-dms/DataModel.ts"
import { at, basic, creationOrder, jsonOf, section, sectionKey, student } from "../harness.ts"
import type { LayerOf } from "./LayerOf.ts"

const numRequests = 3000

const call = (method: string, target: string, body: string, headers: Request["headers"] = {}): Request => ({
  method,
  target,
  body,
  headers: { host: "dms.test", ...headers },
  root: "http://dms.test",
  tooLong: false
})

/** Valid documents of a campus and a few students. */
const documents: ReadonlyArray<readonly [string, Json]> = [
  ...creationOrder,
  ["sections", section("S")],
  ["students", student("A")],
  ["students", student("B", { visas: [{ visaDescriptor: "x" }] })]
]

const endpoints = [
  ...new Set(documents.map(([endpoint]) => endpoint)),
  "schoolYearTypes",
  "localEducationAgencies",
  "termDescriptors",
  "grades"
]

const scalar = FastCheck.oneof(
  FastCheck.constantFrom<Json>(
    null,
    true,
    false,
    0,
    -1,
    1.5,
    1e308,
    "",
    " ",
    "A",
    "__proto__",
    "2025-02-30",
    "[]"
  ),
  FastCheck.string({ maxLength: 40 }),
  FastCheck.double({ noNaN: true, noDefaultInfinity: true })
)
const anyJson = FastCheck.jsonValue({ maxDepth: 4 }).map((value) => JSON.stringify(value))

/** A valid document with one member replaced or added. */
const nearlyDocument = FastCheck.tuple(
  FastCheck.constantFrom(...documents),
  FastCheck.nat(30),
  FastCheck.oneof(scalar, FastCheck.constantFrom<Json>([], {}, [{}], [null], { a: { b: [] } })),
  FastCheck.boolean()
).map(([[endpoint, document], position, value, replace]): readonly [string, Json] => {
  const entries = Object.entries(Object(document))
  const name = entries[position % entries.length]?.[0] ?? "x"
  const changed: Json = { ...Object(document), [replace ? name : `${name}X`]: value }
  return [endpoint, changed]
})

const operation = FastCheck.oneof(
  FastCheck.record(
    {
      op: FastCheck.constantFrom<Json>("create", "update", "delete", " Delete ", "x", 1, null),
      resource: FastCheck.constantFrom<Json>(...endpoints, "unicorns", "", 7),
      document: FastCheck.oneof(FastCheck.constantFrom(...documents.map(([, document]) => document)), scalar),
      naturalKey: FastCheck.constantFrom<Json>(
        { studentUniqueId: "A" },
        sectionKey("S"),
        {},
        { schoolId: 255901 },
        null,
        "A"
      ),
      documentId: FastCheck.constantFrom<Json>(null, "x", "00000000-0000-4000-a000-000000000000", 1),
      ifMatch: FastCheck.constantFrom<Json>(null, "", "stale", 1)
    },
    { requiredKeys: [] }
  ),
  nearlyDocument.map(([resource, document]) => ({ op: "create", resource, document })),
  FastCheck.constantFrom("A", "B").map((studentUniqueId) => ({
    op: "update",
    resource: "students",
    naturalKey: { studentUniqueId },
    document: student(studentUniqueId)
  })),
  FastCheck.constantFrom("A", "B").map((studentUniqueId) => ({
    op: "delete",
    resource: "students",
    naturalKey: { studentUniqueId }
  }))
)

const batchBody = FastCheck.oneof(
  FastCheck.array(operation, { maxLength: 6 }).map((operations) => JSON.stringify(operations)),
  // A batch that is cut off, or has characters inserted.
  FastCheck.tuple(
    FastCheck.array(operation, { minLength: 1, maxLength: 2 }),
    FastCheck.nat(400),
    FastCheck.string({ maxLength: 3 })
  ).map(([operations, position, wedge]) => {
    const text = JSON.stringify(operations)
    return wedge === "" ? text.slice(0, position) : text.slice(0, position) + wedge + text.slice(position)
  }),
  FastCheck.constantFrom(
    "[".repeat(5000),
    `{"a":`.repeat(5000),
    '[{"op":"create","op":"x"}]',
    "\uFEFF[]",
    "nul",
    '"\\u'
  ),
  anyJson,
  FastCheck.string()
)

const path = FastCheck.oneof(
  FastCheck.constantFrom(
    "/",
    "//",
    "/data",
    "/data/",
    "/data/ed-fi",
    "/data/ed-fi/students/",
    "/metadata/dependencies",
    "/connect/token/"
  ),
  FastCheck.constantFrom(
    "/oauth/token",
    "/_local/stats",
    "/_local/x",
    "/BATCH",
    "*",
    "",
    "/%ZZ",
    "http://x/y"
  ),
  FastCheck.tuple(
    FastCheck.constantFrom(...endpoints, "unicorns"),
    FastCheck.constantFrom(
      "",
      "/x",
      "/00000000-0000-4000-a000-000000000000",
      "?limit=1",
      "?offset=-1",
      "?schoolId=1",
      "?%ZZ=%",
      "?totalCount=TRUE&schoolYear=2025"
    )
  ).map(([endpoint, rest]) => `/data/ed-fi/${endpoint}${rest}`),
  FastCheck.string().map((text) => `/data/ed-fi/students?${text}`),
  FastCheck.webPath()
)

const request = (token: string) => {
  const authorization = FastCheck.constantFrom(
    `Bearer ${token}`,
    `Bearer ${token}`,
    `Bearer ${token}`,
    "Bearer x",
    "Basic %"
  )
  return FastCheck.oneof(
    FastCheck.tuple(batchBody, authorization).map(([body, authorization]) =>
      call("POST", "/batch", body, { authorization })
    ),
    FastCheck.tuple(nearlyDocument, authorization).map(([[endpoint, document], authorization]) =>
      call("POST", `/data/ed-fi/${endpoint}`, JSON.stringify(document), { authorization })
    ),
    FastCheck.tuple(
      FastCheck.constantFrom("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "BREW"),
      path,
      FastCheck.oneof(batchBody, FastCheck.constant("")),
      authorization
    ).map(([method, target, body, authorization]) => call(method, target, body, { authorization }))
  )
}

/** The statuses of the contract; a 500 is correct only where the contract has an unhandled exception. */
const allowed = new Set([200, 201, 204, 400, 401, 403, 404, 405, 409, 412, 413])

export const nonsenseFacts = (layerOf: LayerOf) =>
  describe("random requests", () => {
    it.effect(`${numRequests} generated requests all get a response of the contract`, () =>
      Effect.gen(function* () {
        const { respond, stats } = yield* LocalDms
        const post = (target: string, body: string, headers: Request["headers"]) =>
          respond(call("POST", target, body, headers))
        const login = yield* post("/oauth/token", "grant_type=client_credentials", basic)
        const token = login._tag === "Response" ? String(at(JSON.parse(login.body), "access_token")) : ""
        const statuses = new Map<number, number>()
        for (const one of FastCheck.sample(request(token), { numRuns: numRequests, seed: 3 })) {
          const reply = yield* respond(one)
          if (reply._tag === "Reset") return assert.fail("no fault was set")
          statuses.set(reply.status, (statuses.get(reply.status) ?? 0) + 1)
          const exchange = `${one.method} ${one.target} ${one.body.slice(0, 300)} -> ${reply.status} ${reply.body.slice(0, 300)}`
          if (reply.status === 500) assert.include(reply.body, "An item with the same key", exchange)
          else assert.isTrue(allowed.has(reply.status), exchange)
          if (reply.body !== "" && reply.headers["content-type"]?.includes("json") === true)
            JSON.parse(reply.body)
        }
        for (const status of [200, 201, 400, 401, 404, 405, 409])
          assert.isAbove(statuses.get(status) ?? 0, 5, `${status}`)

        const counted = yield* stats
        const requests = Object.values(counted.requests).flatMap((byStatus) => Object.values(byStatus))
        assert.strictEqual(
          requests.reduce((sum, count) => sum + count, 0),
          numRequests + 1
        )
        for (const { endpoint, identity, project } of DataModel.defaultValue()
          .all()
          .filter(({ isDescriptor }) => !isDescriptor)) {
          const target = `/data/${project}/${endpoint}?totalCount=true&limit=0`
          const reply = yield* respond(call("GET", target, "", { authorization: `Bearer ${token}` }))
          const held = reply._tag === "Response" ? reply.headers["total-count"] : ""
          assert.strictEqual(held, String(counted.rows[identity.space] ?? 0), endpoint)
        }
      }).pipe(Effect.provide(layerOf({ seed: 1 })))
    )

    it.effect.each([
      ["main", "/data/"],
      ["ods", "/data/v3/"]
    ] as const)(
      "600 generated requests get a response of the dialect %s, and none fails",
      ([dialect, data]) =>
        Effect.gen(function* () {
          const { respond } = yield* LocalDms
          const login = yield* respond(call("POST", "/oauth/token", "grant_type=client_credentials", basic))
          const token = login._tag === "Response" ? String(at(JSON.parse(login.body), "access_token")) : ""
          const statuses = new Map<number, number>()
          for (const one of FastCheck.sample(request(token), { numRuns: 600, seed: 4 })) {
            const headers = { ...one.headers, "content-type": "application/json" }
            const reply = yield* respond({ ...one, headers, target: one.target.replace(/^\/data\//, data) })
            if (reply._tag === "Reset") return assert.fail("no fault was set")
            statuses.set(reply.status, (statuses.get(reply.status) ?? 0) + 1)
            const exchange = `${one.method} ${one.target} ${one.body.slice(0, 300)} -> ${reply.status} ${reply.body.slice(0, 300)}`
            // The one document on which main fails, as the branch does: a part of its identity is missing.
            const isKnown =
              dialect === "main" && /"schoolYearTypeReference":\{(?!"schoolYear")/.test(one.body)
            assert.isTrue(allowed.has(reply.status) || (reply.status === 500 && isKnown), exchange)
            if (reply.status >= 400 && reply.body !== "" && !one.target.startsWith("/oauth/")) {
              assert.isString(at(JSON.parse(reply.body), "type"), exchange)
            }
          }
          for (const status of [200, 201, 400, 401, 404, 405, 409])
            assert.isAbove(statuses.get(status) ?? 0, 1, `${status}`)
        }).pipe(Effect.provide(layerOf({ seed: 1, dialect })))
    )

    it.effect("500 random batches leave exactly the students of a simple model", () =>
      Effect.gen(function* () {
        const { respond } = yield* LocalDms
        const login = yield* respond(call("POST", "/oauth/token", "grant_type=client_credentials", basic))
        const token = login._tag === "Response" ? String(at(JSON.parse(login.body), "access_token")) : ""
        const authorized = { authorization: `Bearer ${token}` }
        const step = FastCheck.tuple(
          FastCheck.constantFrom("create", "create", "update", "delete"),
          FastCheck.constantFrom("A", "B", "C", "D"),
          FastCheck.constantFrom("x", "y", "z")
        )
        let expected = new Map<string, string>()
        for (const steps of FastCheck.sample(FastCheck.array(step, { minLength: 1, maxLength: 6 }), {
          numRuns: 500,
          seed: 5
        })) {
          const next = new Map(expected)
          const failsAt = steps.findIndex(([op, id, firstName]) => {
            if (op !== "create" && !next.has(id)) return true
            if (op === "delete") next.delete(id)
            else next.set(id, firstName)
            return false
          })
          const operations = steps.map(([op, studentUniqueId, firstName]) => ({
            op,
            resource: "students",
            ...(op === "create" ? {} : { naturalKey: { studentUniqueId } }),
            ...(op === "delete" ? {} : { document: student(studentUniqueId, { firstName }) })
          }))
          const reply = yield* respond(call("POST", "/batch", JSON.stringify(operations), authorized))
          if (failsAt === -1) expected = next
          assert.strictEqual(statusOf(reply), failsAt === -1 ? 200 : 404)
          const found = yield* respond(call("GET", "/data/ed-fi/students", "", authorized))
          assert.deepStrictEqual(studentsIn(found), [...expected].sort())
        }
      }).pipe(Effect.provide(layerOf({ seed: 1 })))
    )
  })

const statusOf = (reply: { readonly _tag: string; readonly status?: number }) => reply.status

const studentsIn = (
  reply: Response | { readonly _tag: "Reset" }
): ReadonlyArray<readonly [string, string]> => {
  if (reply._tag === "Reset") return []
  const body = jsonOf({ ...reply, text: reply.body })
  const rows = Array.isArray(body) ? body : []
  return rows.map((row) => [String(at(row, "studentUniqueId")), String(at(row, "firstName"))] as const).sort()
}
