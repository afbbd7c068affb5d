/** Contract section 3: single documents. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import { isArray, isObject } from "../../../src/local-dms/json.ts"
import { LocalDms } from "../../../src/local-dms/LocalDms.ts"
import {
  absent,
  at,
  createCampus,
  jsonOf,
  objectOf,
  problemOf,
  root,
  section,
  send,
  session,
  student
} from "../harness.ts"
import type { Reply } from "../harness.ts"
import type { LayerOf } from "./LayerOf.ts"

const idOf = (reply: Reply) => reply.headers["location"]?.split("/").at(-1) ?? ""

export const dataFacts = (layerOf: LayerOf) =>
  describe("single documents", () => {
    it.effect("POST of a new identity is 201 without body, with an absolute Location and a bare ETag", () =>
      Effect.gen(function* () {
        const { post } = yield* session
        const reply = yield* post("students", student("A"))
        assert.deepStrictEqual([reply.status, reply.text], [201, ""])
        assert.match(
          reply.headers["location"] ?? "",
          new RegExp(`^${root}/data/ed-fi/students/[0-9a-f-]{36}$`)
        )
        assert.match(reply.headers["etag"] ?? "", /^[A-Za-z0-9+/]{43}=$/)
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect("POST of a known identity is 200 and updates the same document", () =>
      Effect.gen(function* () {
        const { get, post } = yield* session
        const created = yield* post("students", student("A"))
        const again = yield* post("students", student("A", { firstName: "Eva" }))
        assert.deepStrictEqual([again.status, idOf(again)], [200, idOf(created)])
        assert.strictEqual(objectOf(yield* get(`students/${idOf(created)}`))["firstName"], "Eva")
        const stats = yield* Effect.flatMap(LocalDms, ({ stats }) => stats)
        assert.deepStrictEqual(stats.upsertsOnCreate, { students: 1 })
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect("GET by id returns the document with id, _etag and _lastModifiedDate", () =>
      Effect.gen(function* () {
        yield* TestClock.setTime(1_000_000_000_000)
        const { get, post } = yield* session
        const created = yield* post("students", student("A"))
        const reply = yield* get(`students/${idOf(created)}`)
        assert.strictEqual(reply.status, 200)
        assert.isUndefined(reply.headers["etag"])
        assert.deepStrictEqual(objectOf(reply), {
          id: idOf(created),
          ...student("A"),
          _etag: created.headers["etag"],
          _lastModifiedDate: "2001-09-09T01:46:40Z"
        })
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect("PUT accepts the response of GET: 204 with Location and ETag", () =>
      Effect.gen(function* () {
        const { data, get, post } = yield* session
        const path = `students/${idOf(yield* post("students", student("A")))}`
        const document = { ...objectOf(yield* get(path)), firstName: "Eva" }
        const reply = yield* data("PUT", path, { json: document })
        assert.deepStrictEqual(
          [reply.status, reply.text, reply.headers["location"]],
          [204, "", `${root}/data/ed-fi/${path}`]
        )
        const after = objectOf(yield* get(path))
        assert.deepStrictEqual([after["firstName"], after["_etag"]], ["Eva", reply.headers["etag"]])
        const stats = yield* Effect.flatMap(LocalDms, ({ stats }) => stats)
        assert.strictEqual(stats.membersPruned, 0)
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect(
      "an unchanged POST or PUT is accepted and changes nothing, not even the modification time",
      () =>
        Effect.gen(function* () {
          const { data, get, post } = yield* session
          const path = `students/${idOf(yield* post("students", student("A")))}`
          const before = yield* get(path)
          yield* TestClock.adjust("1 hour")
          const again = yield* session
          assert.strictEqual((yield* again.post("students", student("A"))).status, 200)
          assert.strictEqual((yield* data("PUT", path, { json: objectOf(before) })).status, 401)
          assert.strictEqual((yield* again.data("PUT", path, { json: objectOf(before) })).status, 204)
          assert.strictEqual((yield* again.get(path)).text, before.text)
        }).pipe(Effect.provide(layerOf({ tokenLifetimeSeconds: 3600 })))
    )

    it.effect("DELETE is 204; after that GET and DELETE are 404 with an empty body, PUT has a problem", () =>
      Effect.gen(function* () {
        const { data, get, post } = yield* session
        const path = `students/${idOf(yield* post("students", student("A")))}`
        const document = objectOf(yield* get(path))
        assert.deepStrictEqual((yield* data("DELETE", path)).status, 204)
        for (const reply of [yield* get(path), yield* data("DELETE", path)]) {
          assert.deepStrictEqual([reply.status, reply.text], [404, ""])
        }
        assert.deepStrictEqual(problemOf(yield* data("PUT", path, { json: document })), [404, "not-found"])
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect("the ETag depends only on the content and the order of members", () =>
      Effect.gen(function* () {
        const { post } = yield* session
        const tag = (firstName: string) =>
          Effect.map(post("students", student("A", { firstName })), ({ headers }) => headers["etag"])
        const [a, b, again] = [yield* tag("Ana"), yield* tag("Eva"), yield* tag("Ana")]
        assert.notStrictEqual(a, b)
        assert.strictEqual(a, again)
        const { firstName, ...rest } = student("A")
        const reordered = yield* post("students", { firstName: firstName ?? "", ...rest })
        assert.notStrictEqual(reordered.headers["etag"], a)
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect("If-Match is compared as plain text: the bare tag passes, a quoted or stale one is 412", () =>
      Effect.gen(function* () {
        const { data, post } = yield* session
        const created = yield* post("students", student("A"))
        const path = `students/${idOf(created)}`
        const tag = created.headers["etag"] ?? ""
        const put = (ifMatch: string, firstName: string) =>
          data("PUT", path, {
            headers: { "if-match": ifMatch },
            json: student("A", { id: idOf(created), firstName })
          })
        assert.deepStrictEqual(problemOf(yield* put(`"${tag}"`, "Eva")), [412, "optimistic-lock-failed"])
        const changed = yield* put(tag, "Eva")
        assert.strictEqual(changed.status, 204)
        assert.deepStrictEqual(problemOf(yield* put(tag, "Ida")), [412, "optimistic-lock-failed"])
        const stale = yield* data("DELETE", path, { headers: { "if-match": tag } })
        assert.deepStrictEqual(problemOf(stale), [412, "optimistic-lock-failed"])
        const fresh = changed.headers["etag"] ?? ""
        assert.strictEqual((yield* data("DELETE", path, { headers: { "if-match": fresh } })).status, 204)
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect("POST ignores If-Match and an _etag in the body", () =>
      Effect.gen(function* () {
        const { data } = yield* session
        const stale = { headers: { "if-match": "stale" } }
        assert.strictEqual((yield* data("POST", "students", { ...stale, json: student("A") })).status, 201)
        const json = student("A", { firstName: "Eva", _etag: "stale" })
        assert.strictEqual((yield* data("POST", "students", { ...stale, json })).status, 200)
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect("PUT requires the id of the path in the body; POST rejects an id", () =>
      Effect.gen(function* () {
        const { data, post } = yield* session
        const id = idOf(yield* post("students", student("A")))
        const put = (extra: { readonly id?: string }) =>
          data("PUT", `students/${id}`, { json: student("A", extra) })
        const invalid = [400, "bad-request:data-validation-failed"] as const
        for (const [reply, problem] of [
          [yield* put({}), invalid],
          [yield* put({ id: absent }), [400, "bad-request"]],
          [yield* post("students", student("B", { id })), invalid]
        ] as const) {
          assert.deepStrictEqual(problemOf(reply), problem)
          assert.isString(at(objectOf(reply), "errors", 0))
        }
        assert.strictEqual((yield* put({ id: id.toUpperCase() })).status, 204)
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect("a PUT that changes the identity is refused for students and renames sections", () =>
      Effect.gen(function* () {
        const { create, data, get } = yield* session
        yield* createCampus
        const studentId = yield* create("students", student("A"))
        const refused = yield* data("PUT", `students/${studentId}`, { json: student("B", { id: studentId }) })
        assert.deepStrictEqual(problemOf(refused), [
          400,
          "bad-request:data-validation-failed:key-change-not-supported"
        ])
        const sectionId = yield* create("sections", section("S"))
        const renamed = yield* data("PUT", `sections/${sectionId}`, { json: section("T", { id: sectionId }) })
        assert.strictEqual(renamed.status, 204)
        assert.strictEqual(objectOf(yield* get(`sections/${sectionId}`))["sectionIdentifier"], "T")
        assert.strictEqual((yield* get("sections?sectionIdentifier=S")).text, "[]")
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect("endpoint and query names ignore case, body members do not", () =>
      Effect.gen(function* () {
        const { get, post } = yield* session
        assert.strictEqual((yield* post("STUDENTS", student("A"))).status, 201)
        const found = jsonOf(yield* get("Students?STUDENTUNIQUEID=A&LIMIT=5"))
        assert.lengthOf(isArray(found) ? found : [], 1)
        const { firstName, ...rest } = student("B")
        const wrong = yield* post("students", { ...rest, FirstName: firstName ?? "" })
        assert.deepStrictEqual(problemOf(wrong), [400, "bad-request:data-validation-failed"])
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect("paging: offset, limit up to 500, and Total-Count only when asked for", () =>
      Effect.gen(function* () {
        const { batch, get } = yield* session
        const creates = Array.from({ length: 510 }, (_, index) => ({
          op: "create",
          resource: "students",
          document: student(String(index))
        }))
        assert.strictEqual((yield* batch(creates)).status, 200)
        const ids = (reply: Reply) => {
          const body = jsonOf(reply)
          return isArray(body) ? body.map((one) => (isObject(one) ? one["studentUniqueId"] : undefined)) : []
        }
        const page = yield* get("students?offset=5&limit=3&totalCount=true")
        assert.deepStrictEqual([ids(page), page.headers["total-count"]], [["5", "6", "7"], "510"])
        const whole = yield* get("students")
        assert.lengthOf(ids(whole), 500)
        assert.isUndefined(whole.headers["total-count"])
        assert.lengthOf(ids(yield* get("students?limit=0")), 0)
        assert.lengthOf(ids(yield* get("students?offset=505")), 5)
        assert.lengthOf(ids(yield* get("students?offset=%2B505&limit=%202")), 2)
        const one = yield* get("students?studentUniqueId=7&totalCount=true")
        assert.deepStrictEqual([ids(one), one.headers["total-count"]], [["7"], "1"])
      }).pipe(Effect.provide(layerOf({ batchMaxOperations: 1000 })))
    )

    it.effect.each([
      "limit=501",
      "limit=-1",
      "limit=ten",
      "offset=-1",
      "offset=2147483648",
      "totalCount=maybe",
      "shoeSize=43"
    ])("a query with %s is a 400", (query) =>
      Effect.gen(function* () {
        const { get } = yield* session
        assert.deepStrictEqual(problemOf(yield* get(`students?${query}`)), [400, "bad-request"])
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect("identity parts of references can be queried", () =>
      Effect.gen(function* () {
        const { create, get } = yield* session
        yield* createCampus
        yield* create("sections", section("S"))
        yield* create("sections", section("T"))
        const count = (query: string) =>
          Effect.map(get(`sections?${query}&totalCount=true`), ({ headers }) => headers["total-count"])
        assert.strictEqual(yield* count("schoolId=255901001&schoolYear=2025"), "2")
        assert.strictEqual(yield* count("localCourseCode=ELA-01&sessionName=Fall&sectionIdentifier=T"), "1")
        const key =
          "sectionIdentifier=S&localCourseCode=ELA-01&schoolId=255901001&schoolYear=2025&sessionName=Fall"
        assert.strictEqual(yield* count(key), "1")
        assert.strictEqual(yield* count("schoolYear=2024"), "0")
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect("an unknown resource is a 404, a malformed id a 400, a wrong method a 405", () =>
      Effect.gen(function* () {
        const { data, get, post } = yield* session
        const id = idOf(yield* post("students", student("A")))
        const cases: ReadonlyArray<readonly [Reply, readonly [number, string]]> = [
          [yield* get("unicorns"), [404, "not-found"]],
          [yield* get("students/42"), [400, "bad-request:data-validation-failed"]],
          [yield* data("PUT", "students", { json: student("A") }), [405, "method-not-allowed"]],
          [yield* data("DELETE", "students"), [405, "method-not-allowed"]],
          [yield* data("POST", `students/${id}`, { json: student("A") }), [405, "method-not-allowed"]]
        ]
        for (const [reply, expected] of cases) assert.deepStrictEqual(problemOf(reply), expected)
        const missing = yield* get(`students/${absent}`)
        assert.deepStrictEqual([missing.status, missing.text], [404, ""])
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect("an unknown project is a 404 whose body is a JSON string that holds JSON", () =>
      Effect.gen(function* () {
        const { token } = yield* session
        const reply = yield* send("GET", "/data/unicorns/students", {
          headers: { authorization: `Bearer ${token}` }
        })
        assert.strictEqual(reply.status, 404)
        assert.strictEqual(reply.headers["content-type"], "application/problem+json")
        assert.strictEqual(
          objectOf({ ...reply, text: String(jsonOf(reply)) })["type"],
          "urn:ed-fi:api:not-found"
        )
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect("a document is found by its id, and query values are read by their type", () =>
      Effect.gen(function* () {
        const { create, get } = yield* session
        const id = yield* create("students", student("A", { multipleBirthStatus: true }))
        yield* create("students", student("B"))
        const count = (query: string) =>
          Effect.map(get(`students?${query}&totalCount=true`), ({ headers }) => headers["total-count"])
        assert.strictEqual(yield* count(`id=${id}`), "1")
        assert.strictEqual(yield* count("id=x"), "0")
        assert.strictEqual(yield* count("birthDate=5/1/2010"), "2")
        assert.strictEqual(yield* count("birthDate=2010-05-01T08:30:00Z"), "2")
        assert.strictEqual(yield* count("multipleBirthStatus=TRUE"), "1")
        for (const query of ["birthDate=soon", "multipleBirthStatus=1"]) {
          const reply = yield* get(`students?${query}`)
          assert.deepStrictEqual(problemOf(reply), [400, "bad-request:data-validation-failed"])
          const path = `$.${query.split("=")[0] ?? ""}`
          assert.isDefined(at(objectOf(reply), "validationErrors", path))
        }
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect("a path longer than an id is that of the collection", () =>
      Effect.gen(function* () {
        const { get, post } = yield* session
        const id = idOf(yield* post("students", student("A")))
        const listed = jsonOf(yield* get(`students/${id}/more`))
        assert.strictEqual(at(listed, 0, "studentUniqueId"), "A")
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect("problems have the seven members in the server's order", () =>
      Effect.gen(function* () {
        const { get } = yield* session
        assert.deepStrictEqual(Object.keys(objectOf(yield* get("unicorns"))), [
          "detail",
          "type",
          "title",
          "status",
          "correlationId",
          "validationErrors",
          "errors"
        ])
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect("only actions that the claim set does not allow are a 403", () =>
      Effect.gen(function* () {
        const { data, get, post } = yield* session
        const path = `students/${idOf(yield* post("students", student("A")))}`
        assert.deepStrictEqual(problemOf(yield* data("DELETE", path)), [
          403,
          "security:authorization:access-denied:action"
        ])
        assert.strictEqual((yield* get(path)).status, 200)
      }).pipe(Effect.provide(layerOf({ deny: [{ endpoint: "students", action: "delete" }] })))
    )
  })
