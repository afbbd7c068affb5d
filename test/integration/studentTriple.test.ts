import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { BatchClient } from "../../src/dms/BatchClient.ts"
import { ResourceClient } from "../../src/dms/ResourceClient.ts"
import { makeStudent, students } from "../../src/documents/students.ts"
import { create, remove, triple, update } from "../../src/domain/Operation.ts"
import { overSockets } from "./client.ts"

const student = makeStudent({ seed: 7, user: 0, iteration: 0, index: 0 })

describe("one student on a local DMS with a real port", () => {
  it.scopedLive("is created, updated and deleted in one batch", () =>
    Effect.gen(function* () {
      const { postBatch } = yield* BatchClient
      const outcomes = yield* postBatch(triple(students, student, { firstName: "Ada" }))
      assert.deepStrictEqual(
        outcomes.map(({ op }) => op),
        ["create", "update", "delete"]
      )
      assert.strictEqual(new Set(outcomes.map(({ documentId }) => documentId)).size, 1)
      const { find } = yield* ResourceClient
      assert.deepStrictEqual(yield* find(students, students.keyOf(student)), [])
    }).pipe(Effect.provide(overSockets()))
  )

  it.scopedLive("is created in one batch, updated and deleted by documentId in later ones", () =>
    Effect.gen(function* () {
      const { postBatch } = yield* BatchClient
      const { get } = yield* ResourceClient
      const [created] = yield* postBatch([create(students, student)])
      const documentId = created?.documentId ?? ""
      yield* postBatch([update(students, { documentId }, { ...student, firstName: "Ada" })])
      const stored = Option.getOrThrow(yield* get(students, documentId))
      assert.deepInclude(stored, { id: documentId, ...student, firstName: "Ada" })
      yield* postBatch([remove(students, { documentId })])
      assert.isTrue(Option.isNone(yield* get(students, documentId)))
    }).pipe(Effect.provide(overSockets()))
  )

  it.scopedLive("is not created if the last operation of its batch fails", () =>
    Effect.gen(function* () {
      const { postBatch } = yield* BatchClient
      const { find } = yield* ResourceClient
      const nobody = { naturalKey: { studentUniqueId: "nobody" } }
      const error = yield* Effect.flip(postBatch([create(students, student), remove(students, nobody)]))
      assert.strictEqual(error._tag, "BatchRolledBack")
      if (error._tag === "BatchRolledBack") {
        assert.deepInclude(error.failedOperation, { index: 1, op: "delete", resource: "students" })
        assert.strictEqual(error.failedOperation.problem.status, 404)
      }
      assert.deepStrictEqual(yield* find(students, students.keyOf(student)), [])
    }).pipe(Effect.provide(overSockets()))
  )

  it.scopedLive("is refused with 413 in a batch of too many operations", () =>
    Effect.gen(function* () {
      const { postBatch } = yield* BatchClient
      const error = yield* Effect.flip(postBatch(triple(students, student, { firstName: "Ada" })))
      assert.deepInclude(error, { _tag: "BatchRefused", status: 413, written: "nothing" })
    }).pipe(Effect.provide(overSockets({ batchMaxOperations: 2 })))
  )
})
