/** Contract section 4, steps 6 and 7: the execution of a batch. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { Json, JsonObject } from "../../../src/domain/Json.ts"
import { isArray } from "../../../src/local-dms/json.ts"
import { LocalDms } from "../../../src/local-dms/LocalDms.ts"
import {
  absent,
  at,
  campus,
  createCampus,
  creationOrder,
  failureOf,
  idAt,
  jsonOf,
  objectOf,
  op,
  section,
  sectionKey,
  session,
  student,
  studentKey as key
} from "../harness.ts"
import type { LayerOf } from "./LayerOf.ts"

const { create, remove, update } = op
const keyChange = "bad-request:data-validation-failed:key-change-not-supported"

export const batchFacts = (layerOf: LayerOf) =>
  describe("batch", () => {
    it.effect("a committed batch is a 200 with an element of five members per operation, in order", () =>
      Effect.gen(function* () {
        const { batch } = yield* session
        const reply = yield* batch([
          { ...create(student("A")), op: "CREATE", resource: "STUDENTS" },
          update(key("A"), student("A", { firstName: "Eva" })),
          remove(key("A"))
        ])
        const documentId = idAt(reply, 0)
        assert.strictEqual(reply.status, 200)
        assert.deepStrictEqual(jsonOf(reply), [
          { index: 0, status: "success", op: "create", resource: "students", documentId },
          { index: 1, status: "success", op: "update", resource: "students", documentId },
          { index: 2, status: "success", op: "delete", resource: "students", documentId }
        ])
        assert.isUndefined(reply.headers["etag"])
        assert.isUndefined(reply.headers["location"])
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect("create, update by key and delete by key of one document leave no row", () =>
      Effect.gen(function* () {
        const { batch } = yield* session
        yield* batch([
          create(student("A")),
          update(key("A"), student("A", { firstName: "E" })),
          remove(key("A")),
          create(student("B"))
        ])
        const stats = yield* Effect.flatMap(LocalDms, ({ stats }) => stats)
        assert.strictEqual(stats.rows["students"], 1)
        assert.deepStrictEqual(stats.operations, {
          create: { students: 2 },
          update: { students: 1 },
          delete: { students: 1 }
        })
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect("the first failure rolls everything back, and later operations do not run", () =>
      Effect.gen(function* () {
        const { batch, create: post, get } = yield* session
        const kept = yield* post("students", student("K"))
        const before = (yield* get("students")).text
        const reply = yield* batch([
          create(student("A")),
          update(key("K"), student("K", { firstName: "Changed" })),
          remove(key("K")),
          create(student("K")),
          remove(key("Z")),
          create(student("B"), "unicorns")
        ])
        assert.deepStrictEqual(failureOf(reply), [404, 4, "not-found"])
        assert.strictEqual((yield* get("students")).text, before)
        assert.strictEqual((yield* get(`students/${kept}`)).status, 200)
        const stats = yield* Effect.flatMap(LocalDms, ({ stats }) => stats)
        assert.deepStrictEqual(stats.batches, { committed: 0, rolledBack: 1, refused: 0 })
        assert.deepStrictEqual(stats.operations, { create: { students: 1 }, update: {}, delete: {} })
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect("a delete that is rolled back does not change the order of documents", () =>
      Effect.gen(function* () {
        const { batch, get } = yield* session
        yield* batch([create(student("A")), create(student("B")), create(student("C"))])
        const before = (yield* get("students")).text
        yield* batch([remove(key("A")), remove(key("Z"))])
        assert.strictEqual((yield* get("students")).text, before)
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect("a rollback includes references, renames and upserts", () =>
      Effect.gen(function* () {
        const { batch, create: post, data, get } = yield* session
        const ids = yield* createCampus
        yield* post("sections", section("S"))
        const endpoints = ["sessions", "courseOfferings", "sections", "classPeriods", "schools"]
        const all = Effect.forEach(endpoints, (endpoint) => Effect.map(get(endpoint), ({ text }) => text))
        const before = yield* all
        const sessionKey = { sessionName: "Fall", schoolId: campus.schoolId, schoolYear: campus.schoolYear }
        const reply = yield* batch([
          update(sessionKey, { ...campus.session, sessionName: "Autumn" }, "sessions"),
          create({ ...campus.classPeriod, officialAttendancePeriod: true }, "classPeriods"),
          remove({ ...sectionKey("S"), sessionName: "Autumn" }, "sections"),
          remove({ classPeriodName: "First", schoolId: campus.schoolId }, "classPeriods"),
          create(section("T"), "sections")
        ])
        assert.deepStrictEqual(failureOf(reply), [409, 4, "data-conflict:unresolved-reference"])
        assert.deepStrictEqual(yield* all, before)
        assert.strictEqual((yield* data("DELETE", `classPeriods/${ids.classPeriods}`)).status, 409)
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect(
      "the failure envelope has seven members, the status of the operation, and the operation as it was sent",
      () =>
        Effect.gen(function* () {
          const { batch } = yield* session
          const reply = yield* batch([create(student("A")), create({}, "STUDENTS")])
          const body = objectOf(reply)
          assert.deepStrictEqual(Object.keys(body), [
            "detail",
            "type",
            "title",
            "status",
            "correlationId",
            "validationErrors",
            "errors",
            "failedOperation"
          ])
          assert.deepStrictEqual(
            [
              reply.status,
              body["type"],
              body["title"],
              body["status"],
              body["validationErrors"],
              body["errors"]
            ],
            [400, "urn:ed-fi:api:batch-operation-failed", "Batch Operation Failed", 400, {}, []]
          )
          const failed = body["failedOperation"]
          assert.deepStrictEqual(
            [at(failed, "index"), at(failed, "op"), at(failed, "resource")],
            [1, "create", "STUDENTS"]
          )
          assert.strictEqual(
            at(failed, "problem", "type"),
            "urn:ed-fi:api:bad-request:data-validation-failed"
          )
          assert.isDefined(at(failed, "problem", "validationErrors", "$.firstName"))
        }).pipe(Effect.provide(layerOf()))
    )

    it.effect("a byte order mark before the batch is taken", () =>
      Effect.gen(function* () {
        const { batchText } = yield* session
        const { status, text } = yield* batchText("\uFEFF[]")
        assert.deepStrictEqual([status, text], [200, "[]"])
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect("a delete of an unknown documentId fails with problem details, unlike the single call", () =>
      Effect.gen(function* () {
        const { batch } = yield* session
        const reply = yield* batch([{ op: "delete", resource: "students", documentId: absent }])
        assert.deepStrictEqual(failureOf(reply), [404, 0, "not-found"])
      }).pipe(Effect.provide(layerOf()))
    )

    /** Operations after the creation of a campus, student A and section S, and how they fail. */
    const failures: ReadonlyArray<readonly [string, JsonObject, readonly [number, string]]> = [
      ["an unknown resource", create(student("B"), "unicorns"), [400, "bad-request"]],
      ["a resource name instead of an endpoint", create(student("B"), "Student"), [400, "bad-request"]],
      [
        "an id in the document of a create",
        create(student("B", { id: absent })),
        [400, "bad-request:data-validation-failed"]
      ],
      [
        "a schema failure",
        create(student("B", { firstName: 1 })),
        [400, "bad-request:data-validation-failed"]
      ],
      ["an unknown descriptor", create(student("B", { birthSexDescriptor: "x" })), [400, "bad-request"]],
      [
        "an unresolved reference",
        create(
          section("T", {
            locationReference: { classroomIdentificationCode: "9", schoolId: campus.schoolId }
          }),
          "sections"
        ),
        [409, "data-conflict:unresolved-reference"]
      ],
      [
        "a taken identity",
        create({ ...campus.school, schoolId: 255901 }, "schools"),
        [409, "identity-conflict"]
      ],
      ["a key that lacks a part", remove({ sectionIdentifier: "S" }, "sections"), [400, "bad-request"]],
      ["a delete by unknown key", remove(key("Z")), [404, "not-found"]],
      ["an update by unknown key", update(key("Z"), student("Z")), [404, "not-found"]],
      [
        "an update by unknown id",
        { op: "update", resource: "students", documentId: absent, document: student("A") },
        [404, "not-found"]
      ],
      ["a key that is not the document's", update(key("A"), student("B")), [400, keyChange]],
      [
        "an unknown key that is not the document's: the key change wins",
        update(key("Z"), student("B")),
        [400, keyChange]
      ],
      [
        "a broken document with an unknown key: the document wins",
        update(key("Z"), {}),
        [400, "bad-request:data-validation-failed"]
      ],
      [
        "a document with the id of another",
        update(key("A"), student("A", { id: absent })),
        [400, "bad-request"]
      ],
      [
        "a stale ifMatch",
        { ...update(key("A"), student("A", { firstName: "E" })), ifMatch: "stale" },
        [412, "optimistic-lock-failed"]
      ],
      [
        "a stale ifMatch on delete",
        { ...remove(key("A")), ifMatch: "stale" },
        [412, "optimistic-lock-failed"]
      ],
      [
        "a delete of a document with references to it",
        remove({ classPeriodName: "First", schoolId: campus.schoolId }, "classPeriods"),
        [409, "data-conflict:dependent-item-exists"]
      ]
    ]
    it.effect.each(failures)("%s fails the batch", ([, operation, [status, type]]) =>
      Effect.gen(function* () {
        const { batch, create: post } = yield* session
        yield* createCampus
        yield* post("students", student("A"))
        yield* post("sections", section("S"))
        assert.deepStrictEqual(failureOf(yield* batch([create(student("X")), operation])), [status, 1, type])
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect("each operation sees the earlier ones: a whole campus in one batch", () =>
      Effect.gen(function* () {
        const { batch } = yield* session
        const steps: ReadonlyArray<readonly [string, JsonObject]> = [
          ...creationOrder,
          ["sections", section("S")]
        ]
        const operations: ReadonlyArray<Json> = steps.map(([resource, document]) =>
          create(document, resource)
        )
        const reply = yield* batch(operations)
        assert.strictEqual(reply.status, 200)
        const results = jsonOf(reply)
        assert.lengthOf(isArray(results) ? results : [], 8)
      }).pipe(Effect.provide(layerOf()))
    )
  })
