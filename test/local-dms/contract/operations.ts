/** Contract section 4: how an operation of a batch names its document, and its permissions. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { JsonObject } from "../../../src/domain/Json.ts"
import { LocalDms } from "../../../src/local-dms/LocalDms.ts"
import {
  absent,
  at,
  createCampus,
  failureOf,
  idAt,
  jsonOf,
  objectOf,
  op,
  section,
  sectionKey,
  send,
  session,
  student,
  studentKey as key
} from "../harness.ts"
import type { LayerOf } from "./LayerOf.ts"

const { create, remove, update } = op

export const operationFacts = (layerOf: LayerOf) =>
  describe("operations of a batch", () => {
    it.effect("an update by id uses the id of the operation, and rejects another one in the document", () =>
      Effect.gen(function* () {
        const { batch, create: post, get } = yield* session
        const documentId = yield* post("students", student("A"))
        const byId = (extra: JsonObject, id = documentId) =>
          batch([{ op: "update", resource: "students", documentId: id, document: student("A", extra) }])
        assert.strictEqual((yield* byId({ firstName: "Eva" })).status, 200)
        assert.strictEqual(
          (yield* byId({ firstName: "Ida", id: documentId }, `{${documentId.toUpperCase()}}`)).status,
          200
        )
        assert.strictEqual(objectOf(yield* get(`students/${documentId}`))["firstName"], "Ida")
        assert.deepStrictEqual(failureOf(yield* byId({ id: absent })), [400, 0, "bad-request"])
        assert.strictEqual((yield* batch([{ op: "delete", resource: "students", documentId }])).status, 200)
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect.each([
      ["flat", sectionKey("S")],
      [
        "nested",
        {
          sectionIdentifier: "S",
          courseOfferingReference: {
            localCourseCode: "ELA-01",
            schoolId: 255901001,
            schoolYear: 2025,
            sessionName: "Fall"
          }
        }
      ],
      [
        "mixed",
        {
          sectionIdentifier: "S",
          courseOfferingReference: { localCourseCode: "ELA-01" },
          schoolId: 255901001,
          schoolYear: 2025,
          sessionName: "Fall"
        }
      ],
      ["flat with numbers as strings", { ...sectionKey("S"), schoolId: "255901001", schoolYear: "2025" }],
      ["flat with extra members", { ...sectionKey("S"), colour: "red" }],
      [
        "nested, which wins over a different flat value",
        { ...sectionKey("S"), sessionName: "Spring", courseOfferingReference: { sessionName: "Fall" } }
      ]
    ] satisfies ReadonlyArray<readonly [string, JsonObject]>)("a natural key may be %s", ([, naturalKey]) =>
      Effect.gen(function* () {
        const { batch } = yield* session
        yield* createCampus
        const reply = yield* batch([create(section("S"), "sections"), remove(naturalKey, "sections")])
        assert.strictEqual(reply.status, 200, reply.text)
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect("one flat schoolId feeds both paths of a course offering's key", () =>
      Effect.gen(function* () {
        const { batch } = yield* session
        yield* createCampus
        const naturalKey = {
          localCourseCode: "ELA-01",
          schoolId: 255901001,
          schoolYear: 2025,
          sessionName: "Fall"
        }
        assert.strictEqual((yield* batch([remove(naturalKey, "courseOfferings")])).status, 200)
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect("an update by key renames a section, because sections allow it", () =>
      Effect.gen(function* () {
        const { batch, get } = yield* session
        yield* createCampus
        const reply = yield* batch([
          create(section("S"), "sections"),
          update(sectionKey("S"), section("T"), "sections"),
          update(sectionKey("T"), section("T", { sequenceOfCourse: 2 }), "sections")
        ])
        assert.strictEqual(reply.status, 200)
        const found = jsonOf(yield* get("sections"))
        assert.deepStrictEqual(
          [at(found, 0, "sectionIdentifier"), at(found, 0, "sequenceOfCourse"), at(found, 1)],
          ["T", 2, undefined]
        )
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect("a create of a known identity is an upsert with the existing id, also within one batch", () =>
      Effect.gen(function* () {
        const { batch, create: post } = yield* session
        const id = yield* post("students", student("A"))
        const reply = yield* batch([
          create(student("A", { firstName: "Eva" })),
          create(student("B")),
          create(student("B"))
        ])
        assert.strictEqual(idAt(reply, 0), id)
        assert.strictEqual(idAt(reply, 1), idAt(reply, 2))
        const stats = yield* Effect.flatMap(LocalDms, ({ stats }) => stats)
        assert.deepStrictEqual(stats.upsertsOnCreate, { students: 2 })
        assert.strictEqual(stats.rows["students"], 2)
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect("ifMatch is per operation and needs the unquoted tag; the If-Match header is ignored", () =>
      Effect.gen(function* () {
        const { data, token } = yield* session
        const created = yield* data("POST", "students", { json: student("A") })
        const ifMatch = created.headers["etag"] ?? ""
        const { batch } = yield* session
        const guarded = (ifMatch: string, firstName: string) =>
          batch([{ ...update(key("A"), student("A", { firstName })), ifMatch }])
        assert.deepStrictEqual(failureOf(yield* guarded(`"${ifMatch}"`, "Eva")), [
          412,
          0,
          "optimistic-lock-failed"
        ])
        assert.strictEqual((yield* guarded(ifMatch, "Eva")).status, 200)
        assert.deepStrictEqual(failureOf(yield* guarded(ifMatch, "Ida")), [412, 0, "optimistic-lock-failed"])
        const headers = { authorization: `Bearer ${token}`, "if-match": "stale" }
        const ignored = yield* send("POST", "/batch", {
          headers,
          json: [update(key("A"), student("A", { firstName: "Ida" }))]
        })
        assert.strictEqual(ignored.status, 200)
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect("a repeated member in a document fails its operation", () =>
      Effect.gen(function* () {
        const { batchText } = yield* session
        const twice = `{"firstName":"x",${JSON.stringify(student("B")).slice(1)}`
        const reply = yield* batchText(
          `[${JSON.stringify(create(student("A")))},{"op":"create","resource":"students","document":${twice}}]`
        )
        assert.deepStrictEqual(failureOf(reply), [400, 1, "bad-request:data-validation-failed"])
        assert.isDefined(at(objectOf(reply), "failedOperation", "problem", "validationErrors", "unknown"))
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect(
      "an action that the claim set does not allow fails the operation before its key is looked up",
      () =>
        Effect.gen(function* () {
          const { batch } = yield* session
          const type = "security:authorization:access-denied:action"
          assert.deepStrictEqual(failureOf(yield* batch([remove(key("Z"))])), [403, 0, type])
          assert.deepStrictEqual(failureOf(yield* batch([create({})])), [
            400,
            0,
            "bad-request:data-validation-failed"
          ])
          assert.deepStrictEqual(failureOf(yield* batch([create(student("A"))])), [403, 0, type])
        }).pipe(
          Effect.provide(
            layerOf({
              deny: [
                { endpoint: "students", action: "delete" },
                { endpoint: "students", action: "create" }
              ]
            })
          )
        )
    )

    it.effect("with resource naming a batch names resources exactly, and echoes the name", () =>
      Effect.gen(function* () {
        const { batch } = yield* session
        const reply = yield* batch([create(student("A"), "Student")])
        assert.strictEqual(at(jsonOf(reply), 0, "resource"), "Student")
        for (const resource of ["student", "students"]) {
          assert.deepStrictEqual(failureOf(yield* batch([create(student("B"), resource)])), [
            400,
            0,
            "bad-request"
          ])
        }
      }).pipe(Effect.provide(layerOf({ resourceNaming: "resource" })))
    )

    it.effect("pruned members are counted in batches too", () =>
      Effect.gen(function* () {
        const { batch } = yield* session
        yield* batch([create(student("A", { addresses: [], studentRaces: [] }))])
        const stats = yield* Effect.flatMap(LocalDms, ({ stats }) => stats)
        assert.deepStrictEqual(stats.pruned, { "students.addresses": 1, "students.studentRaces": 1 })
      }).pipe(Effect.provide(layerOf()))
    )
  })
