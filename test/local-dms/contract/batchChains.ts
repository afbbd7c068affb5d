/** Operations of one batch that write the same documents, or documents that refer to each other. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { LocalDms } from "../../../src/local-dms/LocalDms.ts"
import {
  at,
  campus,
  createCampus,
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
const rows = Effect.flatMap(LocalDms, ({ stats }) => Effect.map(stats, ({ rows }) => rows))
const schoolKey = { schoolId: campus.schoolId }
const courseKey = { courseCode: "ELA-01", educationOrganizationId: campus.schoolId }

export const batchChainFacts = (layerOf: LayerOf) =>
  describe("chains of operations", () => {
    it.effect("a document that was removed is created again, with another id and its last content", () =>
      Effect.gen(function* () {
        const { batch, get } = yield* session
        const reply = yield* batch([
          create(student("A")),
          update(key("A"), student("A", { firstName: "Eva" })),
          remove(key("A")),
          create(student("A", { firstName: "Ida" })),
          update(key("A"), student("A", { firstName: "Ute" }))
        ])
        assert.strictEqual(reply.status, 200)
        const [first, second] = [idAt(reply, 0), idAt(reply, 3)]
        assert.notStrictEqual(first, second)
        assert.deepStrictEqual(
          [1, 2].map((index) => idAt(reply, index)),
          [first, first]
        )
        assert.strictEqual((yield* get(`students/${first}`)).status, 404)
        assert.strictEqual(objectOf(yield* get(`students/${second}`))["firstName"], "Ute")
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect("a document is updated by key, then by id, then removed by id", () =>
      Effect.gen(function* () {
        const { batch } = yield* session
        const documentId = idAt(yield* batch([create(student("A"))]), 0)
        const byId = { resource: "students", documentId }
        const reply = yield* batch([
          update(key("A"), student("A", { firstName: "Eva" })),
          update(key("A"), student("A", { firstName: "Ida" })),
          { op: "update", ...byId, document: student("A", { firstName: "Ute" }) },
          { op: "delete", ...byId }
        ])
        assert.strictEqual(reply.status, 200)
        assert.isUndefined((yield* rows)["students"])
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect(
      "a new document cannot be removed while another new one refers to it, also by its abstract name",
      () =>
        Effect.gen(function* () {
          const { batch } = yield* session
          const before = yield* rows
          const made = [create(campus.school, "schools"), create(campus.course, "courses")]
          const refused = yield* batch([...made, remove(schoolKey, "schools")])
          assert.deepStrictEqual(failureOf(refused), [409, 2, "data-conflict:dependent-item-exists"])
          const reply = yield* batch([...made, remove(courseKey, "courses"), remove(schoolKey, "schools")])
          assert.strictEqual(reply.status, 200)
          assert.deepStrictEqual(yield* rows, before)
        }).pipe(Effect.provide(layerOf()))
    )

    it.effect("a target of references can be removed as soon as the last reference is gone", () =>
      Effect.gen(function* () {
        const { batch } = yield* session
        yield* createCampus
        const period = { classPeriodName: "First", schoolId: campus.schoolId }
        const triple = [
          create(section("S"), "sections"),
          update(sectionKey("S"), section("S", { sequenceOfCourse: 2 }), "sections"),
          remove(sectionKey("S"), "sections")
        ]
        assert.strictEqual((yield* batch([...triple, remove(period, "classPeriods")])).status, 200)
        const refused = yield* batch(triple)
        assert.deepStrictEqual(failureOf(refused), [409, 0, "data-conflict:unresolved-reference"])
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect("a failure also rolls back the updates and removals before it", () =>
      Effect.gen(function* () {
        const { batch, get } = yield* session
        yield* batch([create(student("A")), create(student("B"))])
        const before = (yield* get("students")).text
        const reply = yield* batch([
          update(key("A"), student("A", { firstName: "Eva" })),
          create(student("C")),
          update(key("C"), student("C", { firstName: "Eva" })),
          remove(key("C")),
          remove(key("Z"))
        ])
        assert.deepStrictEqual(failureOf(reply), [404, 4, "not-found"])
        assert.strictEqual((yield* get("students")).text, before)
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect("a new document is renamed, and its first key is free again", () =>
      Effect.gen(function* () {
        const { batch, get } = yield* session
        yield* createCampus
        const reply = yield* batch([
          create(section("S"), "sections"),
          update(sectionKey("S"), section("S", { sequenceOfCourse: 2 }), "sections"),
          update(sectionKey("S"), section("T"), "sections"),
          create(section("S"), "sections"),
          remove(sectionKey("T"), "sections")
        ])
        assert.strictEqual(reply.status, 200)
        const left = jsonOf(yield* get("sections"))
        assert.deepStrictEqual(
          [at(left, 0, "sectionIdentifier"), at(left, 0, "id"), at(left, 1)],
          ["S", idAt(reply, 3), undefined]
        )
      }).pipe(Effect.provide(layerOf()))
    )
  })
