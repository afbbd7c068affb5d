import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { ResourceClient } from "../../src/dms/ResourceClient.ts"
import { makeStudent, students } from "../../src/documents/students.ts"
import { inMemory } from "../integration/client.ts"
import { clientsOver } from "./responses.ts"

const student = makeStudent({ seed: 1, user: 0, iteration: 0, index: 0 })

describe("ResourceClient over a local DMS", () => {
  it.effect("creates, finds, reads, replaces and deletes a record", () =>
    Effect.gen(function* () {
      const { find, get, post, put, remove } = yield* ResourceClient
      const { created, etag, id } = yield* post(students, student)
      assert.isTrue(created && Option.isSome(etag))
      const [found] = yield* find(students, students.keyOf(student))
      assert.deepInclude(found, { id, studentUniqueId: student.studentUniqueId })
      yield* put(students, id, { ...student, firstName: "Ada" })
      assert.deepInclude(Option.getOrThrow(yield* get(students, id)), { firstName: "Ada" })
      assert.isTrue(yield* remove(students, id))
      assert.isFalse(yield* remove(students, id))
      assert.isTrue(Option.isNone(yield* get(students, id)))
      assert.deepStrictEqual(yield* find(students, students.keyOf(student)), [])
    }).pipe(Effect.provide(inMemory()))
  )

  it.effect("distinguishes an upsert from a creation", () =>
    Effect.gen(function* () {
      const { post } = yield* ResourceClient
      const first = yield* post(students, student)
      const second = yield* post(students, { ...student, firstName: "Ada" })
      assert.deepStrictEqual([second.created, second.id], [false, first.id])
    }).pipe(Effect.provide(inMemory()))
  )

  it.effect("sends an unchanged etag as If-Match, and fails with the server's problem if it is old", () =>
    Effect.gen(function* () {
      const { post, put } = yield* ResourceClient
      const { etag, id } = yield* post(students, student)
      const ifMatch = Option.getOrThrow(etag)
      yield* put(students, id, { ...student, firstName: "Ada" }, { ifMatch })
      const error = yield* Effect.flip(put(students, id, { ...student, firstName: "Eva" }, { ifMatch }))
      assert.deepInclude(error, { _tag: "ResourceRefused", status: 412 })
    }).pipe(Effect.provide(inMemory()))
  )
})

describe("ResourceClient", () => {
  it.effect("treats an unreadable response as no verdict", () => {
    const { layer } = clientsOver((_, index) => ({ status: [201, 200, 200][index] ?? 200, body: "<html>" }))
    return Effect.gen(function* () {
      const { find, get, post } = yield* ResourceClient
      const calls = [
        Effect.asVoid(post(students, student)),
        Effect.asVoid(find(students, {})),
        Effect.asVoid(get(students, "id"))
      ]
      for (const call of calls) {
        assert.deepInclude(yield* Effect.flip(call), { _tag: "TransportFailed", phase: "answer" })
      }
    }).pipe(Effect.provide(layer))
  })
})
