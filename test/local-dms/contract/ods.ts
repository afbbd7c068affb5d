/** The dialect `ods`: single documents as the ODS/API 7.3 answers. @see api-facts sections 2 and 4 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import { isArray } from "../../../src/local-dms/json.ts"
import { LocalDms } from "../../../src/local-dms/LocalDms.ts"
import {
  absent,
  at,
  basic,
  campus,
  createCampusIn,
  form,
  jsonOf,
  objectOf,
  odsSession,
  problemOf,
  root,
  section,
  send,
  student
} from "../harness.ts"
import type { Reply } from "../harness.ts"
import type { LayerOf } from "./LayerOf.ts"

const ods = { dialect: "ods" } as const
const bareId = /^[0-9a-f]{32}$/
const etagOf = (reply: Reply) => reply.headers["etag"] ?? ""

/** A student, and ways to write it. */
const oneStudent = Effect.gen(function* () {
  const { create, data, get } = yield* odsSession
  const id = yield* create("students", student("A"))
  const path = `students/${id}`
  return {
    id,
    path,
    tag: etagOf(yield* get(path)),
    put: (extra: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>> = {}) =>
      data("PUT", path, { headers, json: student("A", extra) }),
    post: (firstName: string, headers: Readonly<Record<string, string>>, key = "A") =>
      data("POST", "students", { headers, json: student(key, { firstName }) })
  }
})

const documentFacts = (layerOf: LayerOf) => {
  it.effect("Location is absolute under /data/v3; ids are without dashes, and taken with and without", () =>
    Effect.gen(function* () {
      const { get, post } = yield* odsSession
      const created = yield* post("students", student("A"))
      const location = created.headers["location"] ?? ""
      const id = location.split("/").at(-1) ?? ""
      assert.deepStrictEqual([created.status, created.text], [201, ""])
      assert.strictEqual(location, `${root}/data/v3/ed-fi/students/${id}`)
      assert.match(id, bareId)
      const dashed = id.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5")
      for (const one of [id, dashed]) {
        assert.strictEqual(objectOf(yield* get(`students/${one}`))["id"], id)
        assert.strictEqual(at(jsonOf(yield* get(`students?id=${one}`)), 0, "id"), id)
      }
    }).pipe(Effect.provide(layerOf(ods)))
  )

  it.effect("the path /data of the DMS is unknown", () =>
    Effect.gen(function* () {
      const { token } = yield* odsSession
      const headers = { authorization: `Bearer ${token}` }
      const reply = yield* send("GET", "/data/ed-fi/students", { headers })
      assert.deepStrictEqual(problemOf(reply), [404, "not-found"])
    }).pipe(Effect.provide(layerOf(ods)))
  )

  it.effect("the id in the body of a PUT is ignored or missing; in that of a POST it is a 400", () =>
    Effect.gen(function* () {
      const { post } = yield* odsSession
      const { id, put } = yield* oneStudent
      assert.strictEqual((yield* put({ firstName: "Eva" })).status, 204)
      assert.strictEqual((yield* put({ firstName: "Ida", id: absent })).status, 204)
      const refused = yield* post("students", student("B", { id }))
      assert.deepStrictEqual(problemOf(refused), [400, "bad-request:data-validation-failed"])
    }).pipe(Effect.provide(layerOf(ods)))
  )

  it.effect("a deleted document is a 404 with problem details for GET, PUT and DELETE", () =>
    Effect.gen(function* () {
      const { data, get } = yield* odsSession
      const { path, put } = yield* oneStudent
      assert.strictEqual((yield* data("DELETE", path)).status, 204)
      for (const reply of [yield* get(path), yield* put({}), yield* data("DELETE", path)]) {
        assert.deepStrictEqual(problemOf(reply), [404, "not-found"])
      }
    }).pipe(Effect.provide(layerOf(ods)))
  )

  it.effect("a changed key is refused for students and accepted for sections", () =>
    Effect.gen(function* () {
      const one = yield* odsSession
      const { path } = yield* oneStudent
      yield* createCampusIn(one)
      const refused = yield* one.data("PUT", path, { json: student("B") })
      assert.deepStrictEqual(problemOf(refused), [
        400,
        "bad-request:data-validation-failed:key-change-not-supported"
      ])
      const id = yield* one.create("sections", section("S"))
      assert.strictEqual((yield* one.data("PUT", `sections/${id}`, { json: section("T") })).status, 204)
    }).pipe(Effect.provide(layerOf(ods)))
  )

  it.effect("references carry a link with an id without dashes, and what was read can be put", () =>
    Effect.gen(function* () {
      const one = yield* odsSession
      const ids = yield* createCampusIn(one)
      const read = objectOf(yield* one.get(`courses/${ids.courses}`))
      assert.deepStrictEqual(at(read, "educationOrganizationReference", "link"), {
        rel: "School",
        href: `/ed-fi/schools/${ids.schools}`
      })
      assert.match(ids.schools, bareId)
      assert.strictEqual((yield* one.data("PUT", `courses/${ids.courses}`, { json: read })).status, 204)
      const { membersPruned } = yield* Effect.flatMap(LocalDms, ({ stats }) => stats)
      assert.strictEqual(membersPruned, 0)
    }).pipe(Effect.provide(layerOf(ods)))
  )
}

const tagFacts = (layerOf: LayerOf) => {
  it.effect("the tag is the modification time as a number, quoted in the header and bare in the body", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(Date.UTC(2024, 0, 13, 2, 11, 20, 556))
      const { get } = yield* odsSession
      const { path, tag } = yield* oneStudent
      // The documentation of the ODS/API has 5250093105232954695 for 2024-01-13T02:11:20.5566791Z.
      assert.strictEqual(tag, '"5250093105232947904"')
      assert.strictEqual(`"${String(objectOf(yield* get(path))["_etag"])}"`, tag)
    }).pipe(Effect.provide(layerOf(ods)))
  )

  it.effect(
    "each change gives a new tag, even within a millisecond; a write that changes nothing keeps it",
    () =>
      Effect.gen(function* () {
        const { put, tag } = yield* oneStudent
        assert.strictEqual(etagOf(yield* put({})), tag)
        const other = etagOf(yield* put({ firstName: "Eva" }))
        const back = etagOf(yield* put({ firstName: "Ana" }))
        assert.strictEqual(new Set([tag, other, back]).size, 3)
      }).pipe(Effect.provide(layerOf(ods)))
  )

  it.effect("If-Match is quoted or bare, on POST too; a stale one is a 412", () =>
    Effect.gen(function* () {
      const { data } = yield* odsSession
      const { path, post, put, tag } = yield* oneStudent
      const stale = [412, "optimistic-lock-failed"] as const
      assert.deepStrictEqual(problemOf(yield* put({ firstName: "Eva" }, { "if-match": "1" })), stale)
      assert.deepStrictEqual(problemOf(yield* post("Eva", { "if-match": "1" })), stale)
      assert.deepStrictEqual(problemOf(yield* data("DELETE", path, { headers: { "if-match": "1" } })), stale)
      const written = yield* post("Eva", { "if-match": tag })
      assert.strictEqual(written.status, 200)
      const bare = etagOf(written).replaceAll('"', "")
      assert.strictEqual((yield* put({ firstName: "Ida" }, { "if-match": bare })).status, 204)
      assert.strictEqual((yield* post("Ana", { "if-match": "1" }, "B")).status, 201)
    }).pipe(Effect.provide(layerOf(ods)))
  )

  it.effect("only an unquoted If-None-Match gives 304", () =>
    Effect.gen(function* () {
      const { data } = yield* odsSession
      const { path, tag } = yield* oneStudent
      const read = (ifNoneMatch: string) =>
        Effect.map(
          data("GET", path, { headers: { "if-none-match": ifNoneMatch } }),
          ({ status, text }) => [status, text === ""] as const
        )
      assert.deepStrictEqual(yield* read(tag.replaceAll('"', "")), [304, true])
      for (const other of [tag, "*", "1"]) assert.deepStrictEqual(yield* read(other), [200, false])
    }).pipe(Effect.provide(layerOf(ods)))
  )
}

const problemFacts = (layerOf: LayerOf) => {
  it.effect("problems are application/json, without lists of errors that are empty", () =>
    Effect.gen(function* () {
      const { get, post } = yield* odsSession
      const missing = yield* get(`students/${absent}`)
      assert.strictEqual(missing.headers["content-type"], "application/json; charset=utf-8")
      const members = ["detail", "type", "title", "status", "correlationId"]
      assert.deepStrictEqual(Object.keys(objectOf(missing)), members)
      const invalid = yield* post("students", {})
      assert.deepStrictEqual(Object.keys(objectOf(invalid)), [...members, "validationErrors"])
      assert.deepStrictEqual(Object.keys(objectOf(yield* get("students?limit=501"))), [...members, "errors"])
    }).pipe(Effect.provide(layerOf(ods)))
  )

  it.effect("problems have the names of the ODS/API", () =>
    Effect.gen(function* () {
      const one = yield* odsSession
      const ids = yield* createCampusIn(one)
      const agency = {
        localEducationAgencyId: campus.schoolId,
        nameOfInstitution: "L",
        localEducationAgencyCategoryDescriptor:
          "uri://ed-fi.org/LocalEducationAgencyCategoryDescriptor#Independent",
        categories: campus.school["educationOrganizationCategories"] ?? []
      }
      const lost = { ...campus.classPeriod, schoolReference: { schoolId: 7 } }
      const cases: ReadonlyArray<readonly [Reply, number, string]> = [
        [yield* one.post("localEducationAgencies", agency), 409, "data-conflict:non-unique-identity"],
        [yield* one.data("DELETE", `schools/${ids.schools}`), 409, "data-conflict:dependent-item-exists"],
        [yield* one.post("classPeriods", lost), 409, "data-conflict:unresolved-reference"],
        [
          yield* one.post("students", student("A", { birthSexDescriptor: "uri://x#y" })),
          400,
          "bad-request:data-validation-failed"
        ],
        [yield* one.data("POST", "students", { text: "" }), 400, "bad-request"],
        [yield* one.get("students?limit=501"), 400, "bad-request:parameter-validation-failed"],
        [yield* one.get("students/x"), 400, "bad-request:data-validation-failed"],
        [yield* one.get("unicorns"), 404, "not-found"],
        [yield* one.data("DELETE", "students"), 405, "method-not-allowed"]
      ]
      for (const [reply, status, type] of cases) assert.deepStrictEqual(problemOf(reply), [status, type])
    }).pipe(Effect.provide(layerOf(ods)))
  )

  it.effect.each([
    ["writeConflict", 409, "data-conflict:multi-user-conflict"],
    ["error", 500, "system"],
    ["dropTokens", 401, "security:authentication"]
  ] as const)("the fault %s is a %i of type %s", ([fault, status, type]) =>
    Effect.gen(function* () {
      const { post } = yield* odsSession
      assert.deepStrictEqual(problemOf(yield* post("students", student("A"))), [status, type])
    }).pipe(Effect.provide(layerOf({ ...ods, faults: { on: "data", [fault]: { every: 1 } } })))
  )

  it.effect("problems have the correlation id of the request", () =>
    Effect.gen(function* () {
      const { data } = yield* odsSession
      const reply = yield* data("GET", "unicorns", { headers: { "correlation-id": "abc" } })
      assert.strictEqual(objectOf(reply)["correlationId"], "abc")
    }).pipe(Effect.provide(layerOf(ods)))
  )
}

const queryFacts = (layerOf: LayerOf) => {
  it.effect("a reference without its key is a 400 that names the key", () =>
    Effect.gen(function* () {
      const { create, post } = yield* odsSession
      yield* create("schools", campus.school)
      const reply = yield* post("gradingPeriods", { ...campus.gradingPeriod, schoolYearTypeReference: {} })
      assert.deepStrictEqual(problemOf(reply), [400, "bad-request:data-validation-failed"])
      assert.deepStrictEqual(Object.keys(Object(objectOf(reply)["validationErrors"])), [
        "$.schoolYearTypeReference.schoolYear"
      ])
    }).pipe(Effect.provide(layerOf(ods)))
  )

  it.effect("query fields that a resource does not have are ignored", () =>
    Effect.gen(function* () {
      const { create, get } = yield* odsSession
      yield* create("students", student("A"))
      const found = yield* get("students?shoeSize=43&studentUniqueId=A")
      assert.strictEqual(at(jsonOf(found), 0, "studentUniqueId"), "A")
    }).pipe(Effect.provide(layerOf(ods)))
  )

  it.effect("a page has 500 documents unless limit says otherwise", () =>
    Effect.gen(function* () {
      const { get, post } = yield* odsSession
      for (let index = 0; index < 501; index++) yield* post("students", student(String(index)))
      const page = jsonOf(yield* get("students"))
      assert.lengthOf(isArray(page) ? page : [], 500)
    }).pipe(Effect.provide(layerOf(ods)))
  )
}

const tokenFacts = (layerOf: LayerOf) => {
  const grant = "grant_type=client_credentials"
  const fields = `${grant}&client_id=local&client_secret=local-secret`
  const json = { "content-type": "application/json" }

  it.effect.each([
    [{ ...basic, ...form }, grant],
    [form, fields],
    [json, JSON.stringify(Object.fromEntries(new URLSearchParams(fields)))]
  ] as const)("a token is opaque and of type bearer: %o %s", ([headers, text]) =>
    Effect.gen(function* () {
      const reply = yield* send("POST", "/oauth/token", { headers, text })
      const { access_token: token, ...rest } = objectOf(reply)
      assert.match(String(token), bareId)
      assert.deepStrictEqual(rest, { expires_in: 1800, token_type: "bearer" })
    }).pipe(Effect.provide(layerOf(ods)))
  )

  it.effect("wrong credentials are a 401, another grant a 400, and there is no configuration service", () =>
    Effect.gen(function* () {
      const login = (text: string) => send("POST", "/oauth/token", { headers: form, text })
      const wrong = yield* login(`${fields}x`)
      assert.deepStrictEqual([wrong.status, wrong.text], [401, '{"error":"invalid_client"}'])
      assert.strictEqual((yield* login(grant)).status, 401)
      const other = yield* login(fields.replace("client_credentials", "password"))
      assert.deepStrictEqual([other.status, other.text], [400, '{"error":"unsupported_grant_type"}'])
      assert.strictEqual((yield* send("POST", "/connect/token", { headers: form, text: fields })).status, 404)
    }).pipe(Effect.provide(layerOf(ods)))
  )

  it.effect("a client has at most 15 valid tokens", () =>
    Effect.gen(function* () {
      const login = send("POST", "/oauth/token", { headers: form, text: fields })
      for (let count = 0; count < 15; count++) assert.strictEqual((yield* login).status, 200)
      assert.deepStrictEqual(problemOf(yield* login), [429, "security:authentication:too-many-tokens"])
      yield* TestClock.adjust("30 minutes")
      assert.strictEqual((yield* login).status, 200)
    }).pipe(Effect.provide(layerOf(ods)))
  )
}

export const odsFacts = (layerOf: LayerOf) =>
  describe("dialect ods", () => {
    documentFacts(layerOf)
    tagFacts(layerOf)
    problemFacts(layerOf)
    queryFacts(layerOf)
    tokenFacts(layerOf)
  })
