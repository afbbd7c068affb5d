/** The dialect `main`: single documents as the DMS of today answers. @see contract section 3, columns and remarks [M] */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import { LocalDms } from "../../../src/local-dms/LocalDms.ts"
import {
  absent,
  at,
  campus,
  createCampus,
  jsonOf,
  objectOf,
  problemOf,
  root,
  school,
  section,
  send,
  session,
  student
} from "../harness.ts"
import type { Reply } from "../harness.ts"
import type { LayerOf } from "./LayerOf.ts"

const main = { dialect: "main" } as const
const stale = [412, "optimistic-lock-failed"] as const

const etagOf = (reply: Reply) => reply.headers["etag"] ?? ""

/** A student, and ways to write and read it with a header. */
const oneStudent = Effect.gen(function* () {
  const { create, data, get } = yield* session
  const id = yield* create("students", student("A"))
  const path = `students/${id}`
  return {
    id,
    path,
    tag: etagOf(yield* get(path)),
    put: (firstName: string, headers: Readonly<Record<string, string>> = {}) =>
      data("PUT", path, { headers, json: student("A", { id, firstName }) }),
    post: (firstName: string, headers: Readonly<Record<string, string>>, key = "A") =>
      data("POST", "students", { headers, json: student(key, { firstName }) }),
    remove: (headers: Readonly<Record<string, string>>) => data("DELETE", path, { headers }),
    read: (ifNoneMatch: string) => data("GET", path, { headers: { "if-none-match": ifNoneMatch } })
  }
})

const tagFacts = (layerOf: LayerOf) => {
  it.effect("a list is queried by an id in any form", () =>
    Effect.gen(function* () {
      const { get } = yield* session
      const { id } = yield* oneStudent
      for (const form of [id, id.toUpperCase(), id.replaceAll("-", "")]) {
        assert.strictEqual(at(jsonOf(yield* get(`students?id=${form}`)), 0, "id"), id)
      }
    }).pipe(Effect.provide(layerOf(main)))
  )

  it.effect("the ETag is quoted in headers, also of GET by id, and bare in the body", () =>
    Effect.gen(function* () {
      const { get, post } = yield* session
      const created = yield* post("students", student("A"))
      const read = yield* get(`students/${created.headers["location"]?.split("/").at(-1) ?? ""}`)
      assert.match(etagOf(created), /^"\d+-\w+"$/)
      assert.strictEqual(etagOf(read), etagOf(created))
      assert.strictEqual(`"${String(objectOf(read)["_etag"])}"`, etagOf(created))
    }).pipe(Effect.provide(layerOf(main)))
  )

  it.effect(
    "an old content brings no old tag back, even within a millisecond; an unchanged one keeps it",
    () =>
      Effect.gen(function* () {
        const { put, tag } = yield* oneStudent
        const other = etagOf(yield* put("Eva"))
        const back = etagOf(yield* put("Ana"))
        assert.strictEqual(new Set([tag, other, back]).size, 3)
        assert.strictEqual(etagOf(yield* put("Ana")), back)
      }).pipe(Effect.provide(layerOf(main)))
  )

  it.effect("If-Match is a tag, quoted or bare, or *; weak tags and lists never match", () =>
    Effect.gen(function* () {
      const { put, remove, tag } = yield* oneStudent
      for (const ifMatch of ["stale", `W/${tag}`, `${tag}, "other"`, '"*"']) {
        assert.deepStrictEqual(problemOf(yield* put("Eva", { "if-match": ifMatch })), stale, ifMatch)
        assert.deepStrictEqual(problemOf(yield* remove({ "if-match": ifMatch })), stale, ifMatch)
      }
      const written = yield* put("Eva", { "if-match": tag })
      assert.strictEqual(written.status, 204)
      const bare = etagOf(written).replaceAll('"', "")
      assert.strictEqual((yield* put("Ida", { "if-match": bare })).status, 204)
      assert.strictEqual((yield* put("Ada", { "if-match": "" })).status, 204)
      assert.strictEqual((yield* remove({ "if-match": "*" })).status, 204)
    }).pipe(Effect.provide(layerOf(main)))
  )

  it.effect("If-Match counts on POST, and with it a POST creates nothing", () =>
    Effect.gen(function* () {
      const { post, tag } = yield* oneStudent
      assert.deepStrictEqual(problemOf(yield* post("Eva", { "if-match": "stale" })), stale)
      assert.strictEqual((yield* post("Eva", { "if-match": tag })).status, 200)
      assert.strictEqual((yield* post("Ida", { "if-match": "*" })).status, 200)
      for (const ifMatch of ["*", tag]) {
        assert.deepStrictEqual(problemOf(yield* post("Ana", { "if-match": ifMatch }, "B")), stale)
      }
      const { get } = yield* session
      assert.strictEqual((yield* get("students?studentUniqueId=B")).text, "[]")
    }).pipe(Effect.provide(layerOf(main)))
  )

  it.effect("If-Match: * without a document is 412, a tag 404", () =>
    Effect.gen(function* () {
      const { data } = yield* session
      const send = (method: "PUT" | "DELETE", ifMatch: string) =>
        data(method, `students/${absent}`, {
          headers: { "if-match": ifMatch },
          ...(method === "PUT" ? { json: student("A", { id: absent }) } : {})
        })
      for (const method of ["PUT", "DELETE"] as const) {
        assert.deepStrictEqual(problemOf(yield* send(method, "*")), stale)
        assert.strictEqual((yield* send(method, '"1-1"')).status, 404)
      }
    }).pipe(Effect.provide(layerOf(main)))
  )

  it.effect("a write with If-None-Match needs a document without such a tag, or none", () =>
    Effect.gen(function* () {
      const { post, put, tag } = yield* oneStudent
      assert.strictEqual((yield* post("Ana", { "if-none-match": "*" }, "B")).status, 201)
      assert.deepStrictEqual(problemOf(yield* post("Ana", { "if-none-match": "*" }, "B")), stale)
      assert.deepStrictEqual(problemOf(yield* put("Eva", { "if-none-match": `"x", ${tag}` })), stale)
      assert.strictEqual((yield* put("Eva", { "if-none-match": '"x"' })).status, 204)
    }).pipe(Effect.provide(layerOf(main)))
  )

  it.effect("GET by id with If-None-Match is 304 for its tag: quoted, bare, weak, in a list, or *", () =>
    Effect.gen(function* () {
      const { read, tag } = yield* oneStudent
      const bare = tag.replaceAll('"', "")
      for (const ifNoneMatch of [tag, bare, `W/${tag}`, `"x,y", ${tag} ,"z"`, `x,${bare}`, "*"]) {
        const reply = yield* read(ifNoneMatch)
        assert.deepStrictEqual([reply.status, reply.text, etagOf(reply)], [304, "", tag], ifNoneMatch)
      }
      for (const ifNoneMatch of ['"x"', '"*"', "", `"x,${bare}"`]) {
        assert.strictEqual((yield* read(ifNoneMatch)).status, 200, ifNoneMatch)
      }
    }).pipe(Effect.provide(layerOf(main)))
  )
}

const linkFacts = (layerOf: LayerOf) => {
  it.effect("references carry a link in reads, by id and in lists, at any depth", () =>
    Effect.gen(function* () {
      const { create, get } = yield* session
      const ids = yield* createCampus
      const id = yield* create("sections", section("S"))
      const read = objectOf(yield* get(`sections/${id}`))
      assert.deepStrictEqual(at(read, "courseOfferingReference"), {
        ...Object(section("S")["courseOfferingReference"]),
        link: { rel: "CourseOffering", href: `/ed-fi/courseOfferings/${ids.courseOfferings}` }
      })
      assert.deepStrictEqual(at(read, "classPeriods", 0, "classPeriodReference", "link"), {
        rel: "ClassPeriod",
        href: `/ed-fi/classPeriods/${ids.classPeriods}`
      })
      assert.deepStrictEqual(at(jsonOf(yield* get("sections")), 0), read)
    }).pipe(Effect.provide(layerOf(main)))
  )

  it.effect("the link of an abstract reference names the resource that it leads to", () =>
    Effect.gen(function* () {
      const { get } = yield* session
      const ids = yield* createCampus
      const course = objectOf(yield* get(`courses/${ids.courses}`))
      assert.deepStrictEqual(at(course, "educationOrganizationReference", "link"), {
        rel: "School",
        href: `/ed-fi/schools/${ids.schools}`
      })
    }).pipe(Effect.provide(layerOf(main)))
  )

  it.effect("what was read can be put as it is: links are dropped, and do not count as unknown members", () =>
    Effect.gen(function* () {
      const { data, get } = yield* session
      const ids = yield* createCampus
      const path = `sessions/${ids.sessions}`
      const before = yield* get(path)
      assert.strictEqual((yield* data("PUT", path, { json: objectOf(before) })).status, 204)
      assert.strictEqual((yield* get(path)).text, before.text)
      const { membersPruned } = yield* Effect.flatMap(LocalDms, ({ stats }) => stats)
      assert.strictEqual(membersPruned, 0)
    }).pipe(Effect.provide(layerOf(main)))
  )

  it.effect("a renamed document is still linked from those that refer to it", () =>
    Effect.gen(function* () {
      const { data, get } = yield* session
      const ids = yield* createCampus
      const json = { ...campus.classPeriod, classPeriodName: "Second", id: ids.classPeriods }
      const { create } = yield* session
      const id = yield* create("sections", section("S"))
      assert.strictEqual((yield* data("PUT", `classPeriods/${ids.classPeriods}`, { json })).status, 204)
      const reference = at(objectOf(yield* get(`sections/${id}`)), "classPeriods", 0, "classPeriodReference")
      assert.deepStrictEqual(reference, {
        classPeriodName: "Second",
        schoolId: campus.schoolId,
        link: { rel: "ClassPeriod", href: `/ed-fi/classPeriods/${ids.classPeriods}` }
      })
    }).pipe(Effect.provide(layerOf(main)))
  )
}

const shouted = "URI://ED-FI.ORG/GRADINGPERIODDESCRIPTOR#FIRST SIX WEEKS"

const descriptorCaseFacts = (layerOf: LayerOf) => {
  it.effect("descriptors are answered in the case in which they were defined, in keys too", () =>
    Effect.gen(function* () {
      const { create, get, post } = yield* session
      yield* create("schools", campus.school)
      const period = { ...campus.gradingPeriod, gradingPeriodDescriptor: shouted }
      const id = yield* create("gradingPeriods", period)
      assert.strictEqual(
        objectOf(yield* get(`gradingPeriods/${id}`))["gradingPeriodDescriptor"],
        campus.gradingPeriod.gradingPeriodDescriptor
      )
      assert.strictEqual((yield* post("gradingPeriods", campus.gradingPeriod)).status, 200)
      assert.strictEqual((yield* post("gradingPeriods", period)).status, 200)
      // The reference in a session has the case of the definition.
      assert.strictEqual((yield* post("sessions", campus.session)).status, 201)
    }).pipe(Effect.provide(layerOf(main)))
  )

  it.effect("a descriptor that is defined in another case counts from then on", () =>
    Effect.gen(function* () {
      const { create, get, post } = yield* session
      const namespace = "uri://ed-fi.org/VisaDescriptor"
      const define = (codeValue: string) =>
        post("visaDescriptors", { namespace, codeValue, shortDescription: codeValue })
      const visaOf = Effect.fnUntraced(function* (key: string) {
        const json = student(key, { visas: [{ visaDescriptor: `${namespace}#q` }] })
        const stored = objectOf(yield* get(`students/${yield* create("students", json)}`))
        return at(stored, "visas", 0, "visaDescriptor")
      })
      yield* define("q")
      assert.strictEqual(yield* visaOf("A"), `${namespace}#q`)
      yield* define("Q")
      assert.strictEqual(yield* visaOf("B"), `${namespace}#Q`)
    }).pipe(Effect.provide(layerOf(main)))
  )
}

const problemFacts = (layerOf: LayerOf) => {
  it.effect("unresolved references are named by their paths, also beside unknown descriptors", () =>
    Effect.gen(function* () {
      const { create, post } = yield* session
      yield* create("schools", campus.school)
      const pathsOf = (reply: Reply) => Object.keys(Object(objectOf(reply)["validationErrors"])).sort()
      const reply = yield* post("sessions", campus.session)
      assert.deepStrictEqual(problemOf(reply), [409, "data-conflict:unresolved-reference"])
      assert.deepStrictEqual(pathsOf(reply), ["$.gradingPeriods[0].gradingPeriodReference"])
      const both = yield* post("sessions", { ...campus.session, termDescriptor: "uri://x#y" })
      assert.deepStrictEqual(problemOf(both), [400, "bad-request"])
      assert.deepStrictEqual(pathsOf(both), [
        "$.gradingPeriods[0].gradingPeriodReference",
        "$.termDescriptor"
      ])
    }).pipe(Effect.provide(layerOf(main)))
  )

  it.effect("a repeated member is named by its path", () =>
    Effect.gen(function* () {
      const { data } = yield* session
      const text = '{"otherNames":[{"firstName":"a"},{"firstName":"b","firstName":"c"}]}'
      const reply = yield* data("POST", "students", { text })
      assert.deepStrictEqual(problemOf(reply), [400, "bad-request:data-validation-failed"])
      assert.deepStrictEqual(Object.keys(Object(objectOf(reply)["validationErrors"])), [
        "$.otherNames[1].firstName"
      ])
    }).pipe(Effect.provide(layerOf(main)))
  )

  it.effect("a 405 names the methods that the path allows", () =>
    Effect.gen(function* () {
      const { data, token } = yield* session
      const headers = { authorization: `Bearer ${token}` }
      const item = `/data/ed-fi/students/${absent}`
      for (const [reply, allow] of [
        [yield* data("PUT", "students", { json: {} }), "GET, POST"],
        [yield* send("PATCH", "/data/ed-fi/students", { headers, json: {} }), "GET, POST"],
        [yield* send("POST", item, { headers, json: {} }), "GET, PUT, DELETE"],
        [yield* send("OPTIONS", item, { headers }), "GET, PUT, DELETE"]
      ] as const) {
        assert.deepStrictEqual(problemOf(reply), [405, "method-not-allowed"])
        assert.strictEqual(reply.headers["allow"], allow)
      }
    }).pipe(Effect.provide(layerOf(main)))
  )

  it.effect("a body that is not JSON by its content type is a 415, any JSON type is not", () =>
    Effect.gen(function* () {
      const { data } = yield* session
      const post = (contentType: string) =>
        data("POST", "students", { headers: { "content-type": contentType }, json: student("A") })
      for (const type of ["text/plain", "application/xml", "application/jsonp"]) {
        assert.deepStrictEqual(problemOf(yield* post(type)), [415, "unsupported-media-type"])
      }
      for (const type of ["application/json; charset=utf-8", "application/vnd.x.y.writable+json"]) {
        assert.isBelow((yield* post(type)).status, 300)
      }
    }).pipe(Effect.provide(layerOf(main)))
  )

  it.effect.each([
    ["writeConflict", 500, "system"],
    ["operationError", 500, "system"],
    ["error", 500, "system"],
    ["openCircuit", 503, "service-unavailable"],
    ["dropTokens", 401, "security:authentication"]
  ] as const)("the fault %s is a %i of type %s", ([fault, status, type]) =>
    Effect.gen(function* () {
      const { post } = yield* session
      assert.deepStrictEqual(problemOf(yield* post("students", student("A"))), [status, type])
    }).pipe(Effect.provide(layerOf({ ...main, faults: { on: "data", [fault]: { every: 1 } } })))
  )

  it.effect("the rate limit is a 429 with Retry-After", () =>
    Effect.gen(function* () {
      yield* send("GET", "/")
      const reply = yield* send("GET", "/")
      assert.deepStrictEqual(problemOf(reply), [429, "too-many-requests"])
      assert.strictEqual(reply.headers["retry-after"], "10")
    }).pipe(Effect.provide(layerOf({ ...main, rateLimit: 1 })))
  )

  it.effect("there is no /batch, and an unknown path is a problem", () =>
    Effect.gen(function* () {
      const { batch } = yield* session
      assert.deepStrictEqual(problemOf(yield* batch([])), [404, "not-found"])
      assert.deepStrictEqual(problemOf(yield* send("GET", "/metadata/nothing")), [404, "not-found"])
      assert.isUndefined(at(objectOf(yield* send("GET", "/")), "urls", "batchApi"))
    }).pipe(Effect.provide(layerOf(main)))
  )

  it.effect("problems have the correlation id of the request", () =>
    Effect.gen(function* () {
      const { data } = yield* session
      const reply = yield* data("GET", "unicorns", { headers: { correlationid: "abc" } })
      assert.strictEqual(objectOf(reply)["correlationId"], "abc")
    }).pipe(Effect.provide(layerOf(main)))
  )

  it.effect("a document that is not there is a 404 with an empty body", () =>
    Effect.gen(function* () {
      const { data, get } = yield* session
      for (const reply of [yield* get(`students/${absent}`), yield* data("DELETE", `students/${absent}`)]) {
        assert.deepStrictEqual([reply.status, reply.text], [404, ""])
      }
    }).pipe(Effect.provide(layerOf(main)))
  )

  it.effect("the identity of another document is a 409 of type identity-conflict", () =>
    Effect.gen(function* () {
      const { create, post } = yield* session
      yield* create("schools", school(1))
      const agency = {
        localEducationAgencyId: 1,
        nameOfInstitution: "L",
        localEducationAgencyCategoryDescriptor:
          "uri://ed-fi.org/LocalEducationAgencyCategoryDescriptor#Independent",
        categories: campus.school["educationOrganizationCategories"] ?? []
      }
      assert.deepStrictEqual(problemOf(yield* post("localEducationAgencies", agency)), [
        409,
        "identity-conflict"
      ])
    }).pipe(Effect.provide(layerOf(main)))
  )
}

export const mainFacts = (layerOf: LayerOf) =>
  describe("dialect main", () => {
    tagFacts(layerOf)
    linkFacts(layerOf)
    descriptorCaseFacts(layerOf)
    problemFacts(layerOf)

    it.effect("a token comes from the proxy of the DMS, which discovery names", () =>
      Effect.gen(function* () {
        yield* TestClock.adjust("1 second")
        assert.strictEqual(at(objectOf(yield* send("GET", "/")), "urls", "oauth"), `${root}/oauth/token`)
        const { get } = yield* session
        assert.strictEqual((yield* get("students")).status, 200)
      }).pipe(Effect.provide(layerOf(main)))
    )
  })
