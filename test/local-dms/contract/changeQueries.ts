/** Change Queries of the dialects that have them. @see api-facts section 3 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { Json } from "../../../src/domain/Json.ts"
import { isArray } from "../../../src/local-dms/json.ts"
import { LocalDms } from "../../../src/local-dms/LocalDms.ts"
import {
  at,
  campus,
  createCampus,
  jsonOf,
  problemOf,
  school,
  section,
  send,
  session,
  student
} from "../harness.ts"
import type { Method, Reply } from "../harness.ts"
import type { LayerOf } from "./LayerOf.ts"

const itemsOf = (reply: Reply): ReadonlyArray<Json> => {
  const body = jsonOf(reply)
  return isArray(body) ? body : []
}

const versionsPath = "/changeQueries/v1/availableChangeVersions"
const [schoolId, schoolYear] = [campus.schoolId, campus.schoolYear]

/** A client of the ODS/API, whose documents are elsewhere. */
const odsClient = Effect.map(
  session,
  ({ token }) =>
    (method: Method, path: string, json?: Json) =>
      send(method, `/data/v3/ed-fi/${path}`, {
        headers: { authorization: `Bearer ${token}` },
        ...(json === undefined ? {} : { json })
      })
)

const newest = Effect.flatMap(session, ({ token }) =>
  Effect.map(send("GET", versionsPath, { headers: { authorization: `Bearer ${token}` } }), (reply) =>
    Number(at(jsonOf(reply), "newestChangeVersion"))
  )
)

const versions = (layerOf: LayerOf) => {
  it.effect(
    "the newest change version rises with each write that changes something, in any case of the path",
    () =>
      Effect.gen(function* () {
        const { create, data, post, token } = yield* session
        const authorization = `Bearer ${token}`
        const reply = yield* send("GET", versionsPath.toLowerCase(), { headers: { authorization } })
        assert.deepStrictEqual(jsonOf(reply), {
          oldestChangeVersion: 0,
          newestChangeVersion: yield* newest
        })
        const before = yield* newest
        const id = yield* create("students", student("A"))
        const created = yield* newest
        yield* post("students", student("A"))
        assert.strictEqual(yield* newest, created)
        yield* data("PUT", `students/${id}`, { json: student("A", { id, firstName: "Eva" }) })
        const updated = yield* newest
        yield* data("DELETE", `students/${id}`)
        const all = [before, created, updated, yield* newest]
        assert.deepStrictEqual(
          all,
          [...new Set(all)].sort((one, other) => one - other)
        )
        assert.strictEqual((yield* send("GET", versionsPath)).status, 401)
        assert.strictEqual((yield* send("POST", versionsPath, { headers: { authorization } })).status, 405)
        const stats = yield* Effect.flatMap(LocalDms, ({ stats }) => stats)
        assert.isAbove(stats.requests[`GET ${versionsPath.toLowerCase()}`]?.["200"] ?? 0, 0)
      }).pipe(Effect.provide(layerOf({ dialect: "main" })))
  )

  it.effect("batch has no change versions: 404", () =>
    Effect.gen(function* () {
      const { token } = yield* session
      const headers = { authorization: `Bearer ${token}` }
      assert.strictEqual((yield* send("GET", versionsPath, { headers })).status, 404)
    }).pipe(Effect.provide(layerOf()))
  )
}

const lists = (layerOf: LayerOf) => {
  it.effect(
    "main sorts a list up to a change version by change version, other lists by age; ods always by age",
    () =>
      Effect.gen(function* () {
        const { create, data, get } = yield* session
        const first = yield* create("students", student("A"))
        yield* create("students", student("B"))
        yield* data("PUT", `students/${first}`, { json: student("A", { id: first, firstName: "Eva" }) })
        const keys = (query: string) =>
          Effect.map(get(`students?${query}`), (reply) =>
            itemsOf(reply).map((item) => at(item, "studentUniqueId"))
          )
        const last = yield* newest
        assert.deepStrictEqual(yield* keys(`maxChangeVersion=${last}`), ["B", "A"])
        assert.deepStrictEqual(yield* keys(`maxChangeVersion=${last - 1}`), ["B"])
        assert.deepStrictEqual(yield* keys("minChangeVersion=1"), ["A", "B"])
        assert.deepStrictEqual(yield* keys(`minChangeVersion=${last}`), ["A"])
        assert.deepStrictEqual(yield* keys(`minChangeVersion=${last + 1}&firstName=Eva`), [])
      }).pipe(
        Effect.provide(layerOf({ dialect: "main" })),
        Effect.zipRight(
          Effect.gen(function* () {
            const call = yield* odsClient
            for (const [key, firstName] of [
              ["A", "Ana"],
              ["B", "Ana"],
              ["A", "Eva"]
            ] as const)
              yield* call("POST", "students", student(key, { firstName }))
            const listed = itemsOf(yield* call("GET", `students?maxChangeVersion=${yield* newest}`))
            assert.deepStrictEqual(
              listed.map((item) => at(item, "studentUniqueId")),
              ["A", "B"]
            )
          }).pipe(Effect.provide(layerOf({ dialect: "ods" })))
        )
      )
  )
}

const changes = (layerOf: LayerOf) => {
  it.effect("a delete has id, version and key; it is hidden while its key is in use again", () =>
    Effect.gen(function* () {
      const { create, data, get } = yield* session
      const id = yield* create("students", student("A"))
      yield* data("DELETE", `students/${id}`)
      const version = yield* newest
      const deleted = { id, changeVersion: version, keyValues: { studentUniqueId: "A" } }
      const list = (query: string) => get(`students/deletes?${query}`)
      const page = yield* list(`minChangeVersion=${version}&maxChangeVersion=${version}&totalCount=true`)
      assert.deepStrictEqual([jsonOf(page), page.headers["total-count"]], [[deleted], "1"])
      assert.strictEqual((yield* list(`minChangeVersion=${version + 1}`)).text, "[]")
      const again = yield* create("students", student("A"))
      assert.strictEqual((yield* list("totalCount=true")).headers["total-count"], "0")
      yield* data("DELETE", `students/${again}`)
      assert.deepStrictEqual(
        itemsOf(yield* get("students/DELETES?limit=5")).map((item) => at(item, "id")),
        [id, again]
      )
    }).pipe(Effect.provide(layerOf({ dialect: "main" })))
  )

  it.effect(
    "a key that changes twice in a window is one change, and those of its dependents are changes too",
    () =>
      Effect.gen(function* () {
        const { create, data, get } = yield* session
        const ids = yield* createCampus
        const sectionId = yield* create("sections", section("S"))
        const first = yield* newest
        const rename = (sessionName: string) =>
          data("PUT", `sessions/${ids.sessions}`, {
            json: { ...campus.session, sessionName, id: ids.sessions }
          })
        yield* rename("Autumn")
        const middle = yield* newest
        yield* rename("Winter")
        const changed = (path: string, min: number) =>
          Effect.map(get(`${path}/keyChanges?minChangeVersion=${min}`), (reply) =>
            itemsOf(reply).map((item) => [
              at(item, "id"),
              at(item, "oldKeyValues", "sessionName"),
              at(item, "newKeyValues")
            ])
          )
        const session2 = { schoolId, schoolYear, sessionName: "Winter" }
        const section2 = { ...session2, localCourseCode: "ELA-01", sectionIdentifier: "S" }
        assert.deepStrictEqual(yield* changed("sessions", first + 1), [[ids.sessions, "Fall", session2]])
        assert.deepStrictEqual(yield* changed("sessions", middle + 1), [[ids.sessions, "Autumn", session2]])
        assert.deepStrictEqual(yield* changed("sections", first + 1), [[sectionId, "Fall", section2]])
        assert.strictEqual((yield* get("schools/keyChanges")).text, "[]")
      }).pipe(Effect.provide(layerOf({ dialect: "main" })))
  )

  it.effect(
    "descriptors are deleted by namespace and code, never renamed; in keys they are namespace#codeValue",
    () =>
      Effect.gen(function* () {
        const { create, data, get } = yield* session
        const ids = yield* createCampus
        const term = { namespace: "uri://ed-fi.org/TermDescriptor", codeValue: "Quinmester" }
        const id = yield* create("termDescriptors", { ...term, shortDescription: "Fifth" })
        yield* data("DELETE", `termDescriptors/${id}`)
        const deleted = itemsOf(yield* get("termDescriptors/deletes"))
        assert.deepStrictEqual(
          deleted.map((item) => [at(item, "id"), at(item, "keyValues")]),
          [[id, term]]
        )
        assert.strictEqual((yield* get("termDescriptors/keyChanges")).text, "[]")
        yield* data("DELETE", `sessions/${ids.sessions}`)
        yield* data("DELETE", `courseOfferings/${ids.courseOfferings}`)
        yield* data("DELETE", `sessions/${ids.sessions}`)
        yield* data("DELETE", `gradingPeriods/${ids.gradingPeriods}`)
        const [period] = itemsOf(yield* get("gradingPeriods/deletes"))
        const { gradingPeriodDescriptor, gradingPeriodName } = campus.gradingPeriod
        assert.deepStrictEqual(at(period, "keyValues"), {
          gradingPeriodDescriptor,
          gradingPeriodName,
          schoolId,
          schoolYear
        })
      }).pipe(Effect.provide(layerOf({ dialect: "main" })))
  )

  it.effect("two values with one name have the role of their reference in front", () =>
    Effect.gen(function* () {
      const { create, data, get } = yield* session
      yield* create("schools", school(1))
      yield* create("schools", school(2))
      const id = yield* create("feederSchoolAssociations", {
        beginDate: "2025-08-01",
        feederSchoolReference: { schoolId: 1 },
        schoolReference: { schoolId: 2 }
      })
      yield* data("DELETE", `feederSchoolAssociations/${id}`)
      assert.deepStrictEqual(at(itemsOf(yield* get("feederSchoolAssociations/deletes"))[0], "keyValues"), {
        beginDate: "2025-08-01",
        feederSchoolId: 1,
        schoolId: 2
      })
    }).pipe(Effect.provide(layerOf({ dialect: "main" })))
  )

  it.effect("changes have no filters, cursors or writes", () =>
    Effect.gen(function* () {
      const { data, get } = yield* session
      for (const query of ["studentUniqueId=A", "pageToken=x", "pageSize=1", "number=1"])
        assert.deepStrictEqual(problemOf(yield* get(`students/deletes?${query}`)), [400, "bad-request"])
      for (const query of [
        "limit=501",
        "offset=-1",
        "minChangeVersion=x",
        "minChangeVersion=2&maxChangeVersion=1"
      ])
        assert.deepStrictEqual(problemOf(yield* get(`students/keyChanges?${query}`)), [
          400,
          "bad-request:parameter-validation-failed"
        ])
      assert.deepStrictEqual(problemOf(yield* get("unicorns/deletes")), [404, "not-found"])
      for (const method of ["POST", "PUT", "DELETE"] as const)
        assert.strictEqual((yield* data(method, "students/deletes", { json: {} })).status, 405)
    }).pipe(Effect.provide(layerOf({ dialect: "main" })))
  )

  it.effect("what is rolled back is no change", () =>
    Effect.gen(function* () {
      const { create, data, get } = yield* session
      const id = yield* create("students", student("A"))
      const { faults } = yield* LocalDms
      yield* faults.set({ error: { every: 1 }, on: "data" })
      assert.strictEqual((yield* data("DELETE", `students/${id}`)).status, 500)
      yield* faults.set({})
      assert.strictEqual((yield* get("students/deletes")).text, "[]")
    }).pipe(Effect.provide(layerOf({ dialect: "main" })))
  )

  it.effect("ods: ids without dashes, no changes of school years, other parameters without effect", () =>
    Effect.gen(function* () {
      const call = yield* odsClient
      const created = yield* call("POST", "students", student("A"))
      const id = created.headers["location"]?.split("/").at(-1) ?? ""
      yield* call("DELETE", `students/${id}`)
      const [deleted] = itemsOf(yield* call("GET", "students/deletes?studentUniqueId=B&pageSize=1"))
      assert.strictEqual(at(deleted, "id"), id.replaceAll("-", ""))
      assert.strictEqual((yield* call("GET", "schoolYearTypes/deletes")).status, 404)
      assert.strictEqual((yield* call("GET", "schoolYearTypes/keyChanges")).status, 404)
    }).pipe(Effect.provide(layerOf({ dialect: "ods" })))
  )
}

const snapshots = (layerOf: LayerOf) => {
  it.effect("ods has no snapshots: 404, and 405 for writes; main ignores the header", () =>
    Effect.gen(function* () {
      const { token } = yield* session
      const ask = (method: Method, path: string, wanted: string) =>
        send(method, path, { headers: { authorization: `Bearer ${token}`, "use-snapshot": wanted } })
      const students = "/data/v3/ed-fi/students"
      for (const path of [students, `${students}/deletes`, versionsPath])
        assert.deepStrictEqual(problemOf(yield* ask("GET", path, "true")), [404, "not-found"])
      assert.strictEqual((yield* ask("GET", students, "false")).status, 200)
      const write = yield* ask("POST", students, "false")
      assert.deepStrictEqual(problemOf(write), [405, "snapshots:method-not-allowed"])
      assert.strictEqual(write.headers["allow"], "GET")
    }).pipe(
      Effect.provide(layerOf({ dialect: "ods" })),
      Effect.zipRight(
        Effect.gen(function* () {
          const { data } = yield* session
          const reply = yield* data("GET", "students", { headers: { "use-snapshot": "true" } })
          assert.strictEqual(reply.status, 200)
        }).pipe(Effect.provide(layerOf({ dialect: "main" })))
      )
    )
  )
}

export const changeQueryFacts = (layerOf: LayerOf) =>
  describe("Change Queries", () => {
    versions(layerOf)
    lists(layerOf)
    changes(layerOf)
    snapshots(layerOf)
  })
