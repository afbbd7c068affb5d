/** Change Queries after 2,000 random writes, against a plain model. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { PCGRandom } from "effect/Utils"
import type { Json, JsonObject } from "../../../src/domain/Json.ts"
import { isArray } from "../../../src/local-dms/json.ts"
import { LocalDms } from "../../../src/local-dms/LocalDms.ts"
import type { LayerOf } from "../contract/LayerOf.ts"
import { at, campus, createCampus, jsonOf, objectOf, send, session } from "../harness.ts"
import type { Reply } from "../harness.ts"
import { ChangesModel, endpoints } from "./model.ts"
import type { Document, Endpoint, Key, Window } from "./model.ts"

const { schoolId, schoolYear } = campus

/** A valid document with this key. @param value 1 to 8 */
const bodyOf = (endpoint: Endpoint, key: Key, value: number): JsonObject => {
  const { localCourseCode = "", sectionIdentifier = "", sessionName } = key
  switch (endpoint) {
    case "sessions":
      return { ...campus.session, sessionName, totalInstructionalDays: value }
    case "courseOfferings":
      return {
        ...campus.courseOffering,
        localCourseCode,
        sessionReference: { schoolId, schoolYear, sessionName },
        instructionalTimePlanned: value
      }
    case "sections":
      return {
        sectionIdentifier,
        courseOfferingReference: { localCourseCode, schoolId, schoolYear, sessionName },
        sequenceOfCourse: value
      }
  }
}

const itemsOf = (reply: Reply): ReadonlyArray<Json> => {
  const body = jsonOf(reply)
  if (!isArray(body)) throw new Error(`${reply.status} ${reply.text}`)
  return body
}

/** A client, the model, and the random choices. */
const start = Effect.gen(function* () {
  yield* createCampus
  const client = yield* session
  const local = yield* LocalDms
  const random = new PCGRandom(7)
  const pick = <A>(items: ReadonlyArray<A>): A | undefined => items[random.integer(items.length)]
  const newest = Effect.map(
    send("GET", "/changeQueries/v1/availableChangeVersions", {
      headers: { authorization: `Bearer ${client.token}` }
    }),
    (reply) => Number(objectOf(reply)["newestChangeVersion"])
  )
  return { client, local, random, pick, newest, model: new ChangesModel() }
})

type World = Effect.Effect.Success<typeof start>

const randomKey = ({ pick, random }: World, endpoint: Endpoint): Key => {
  const key = { sessionName: `Term ${random.integer(4)}` }
  if (endpoint === "sessions") return key
  const offering = { ...key, localCourseCode: `C${random.integer(3)}` }
  return endpoint === "courseOfferings"
    ? offering
    : { ...offering, sectionIdentifier: pick(["A", "B", "C"]) ?? "" }
}

/** Creates the document of a random key or updates it, where its parent exists. */
const post = (world: World, operation: number, isUndone: boolean) =>
  Effect.gen(function* () {
    const { client, model, pick, random } = world
    const endpoint = pick(endpoints) ?? "sessions"
    const key = randomKey(world, endpoint)
    const value = 1 + random.integer(8)
    const { status, headers } = yield* client.post(endpoint, bodyOf(endpoint, key, value))
    if (isUndone || status === 409) return
    const existing = model.find(endpoint, key)
    assert.strictEqual(status, existing === undefined ? 201 : 200)
    if (existing === undefined) {
      const id = headers["location"]?.split("/").at(-1) ?? ""
      model.create({ endpoint, id, key, value, changed: operation })
    } else if (existing.value !== value) model.update(existing, value, operation)
  })

/** Changes the key of a random session or section. */
const rename = ({ client, model, pick, random }: World, operation: number, isUndone: boolean) =>
  Effect.gen(function* () {
    const target = pick(model.documents.filter(({ endpoint }) => endpoint !== "courseOfferings"))
    if (target === undefined) return
    const { endpoint, id, value } = target
    const part =
      endpoint === "sessions"
        ? { sessionName: `Term ${random.integer(4)}` }
        : { sectionIdentifier: pick(["A", "B", "C", "D"]) ?? "" }
    const key = { ...target.key, ...part }
    const { status } = yield* client.data("PUT", `${endpoint}/${id}`, {
      json: { ...bodyOf(endpoint, key, value), id }
    })
    const owner = model.find(endpoint, key)
    if (isUndone || owner?.id === id) return
    assert.strictEqual(status, owner === undefined ? 204 : 409)
    if (owner === undefined) model.rename(target, part, operation)
  })

const remove = ({ client, model, pick }: World, operation: number, isUndone: boolean) =>
  Effect.gen(function* () {
    const target = pick(model.documents)
    if (target === undefined) return
    const { status } = yield* client.data("DELETE", `${target.endpoint}/${target.id}`)
    if (isUndone) return
    const isHeld = model.hasDependents(target)
    assert.strictEqual(status, isHeld ? 409 : 204)
    if (!isHeld) model.delete(target, operation)
  })

const operations = [post, post, post, rename, remove, remove]

/** One random write; one in eight is rolled back. */
const operate = (world: World, operation: number) =>
  Effect.gen(function* () {
    const { local, pick, random } = world
    const isUndone = random.integer(8) === 0
    if (isUndone) yield* local.faults.set({ error: { every: 1 }, on: "data" })
    yield* (pick(operations) ?? post)(world, operation, isUndone)
    if (isUndone) yield* local.faults.set({})
  })

/** When an operation had ended. */
interface Moment {
  readonly operation: number
  readonly newest: number
}

const keyValues = (key: Key): JsonObject => ({ ...key, schoolId, schoolYear })

/** All items of a list, page by page. */
const walk = ({ client, random }: World, path: string) =>
  Effect.gen(function* () {
    const limit = 1 + random.integer(40)
    const all: Array<Json> = []
    for (;;) {
      const reply = yield* client.get(`${path}&limit=${limit}&offset=${all.length}&totalCount=true`)
      const page = itemsOf(reply)
      all.push(...page)
      if (page.length < limit) {
        assert.strictEqual(Number(reply.headers["total-count"]), all.length)
        return all
      }
    }
  })

/** Of a window, what the server lists is what the model has, in the order of the operations. */
const check = (world: World, endpoint: Endpoint, first: Moment, last: Moment) =>
  Effect.gen(function* () {
    const { model } = world
    const window: Window = { after: first.operation, upTo: last.operation }
    const query = `minChangeVersion=${first.newest + 1}&maxChangeVersion=${last.newest}`
    const list = yield* walk(world, `${endpoint}?${query}`)
    const changed = model.changedIn(endpoint, window)
    assert.sameMembers(
      list.map(idOf),
      changed.map(({ id }) => id)
    )
    assert.deepStrictEqual(list.map(operationIn(changed)), ascending(changed))
    const deletes = yield* walk(world, `${endpoint}/deletes?${query}`)
    assert.deepStrictEqual(
      deletes.map((item) => [idOf(item), at(item, "keyValues")]),
      model.deletedIn(endpoint, window).map(({ id, key }) => [id, keyValues(key)])
    )
    const renamed = model.renamedIn(endpoint, window)
    const keyChanges = yield* walk(world, `${endpoint}/keyChanges?${query}`)
    assert.sameDeepMembers(
      keyChanges.map((item) => [idOf(item), at(item, "oldKeyValues"), at(item, "newKeyValues")]),
      renamed.map(({ after, before, id }) => [id, keyValues(before), keyValues(after)])
    )
    assert.deepStrictEqual(keyChanges.map(operationIn(renamed)), ascending(renamed))
    for (const items of [deletes, keyChanges]) {
      const versions = items.map((item) => Number(at(item, "changeVersion")))
      assert.deepStrictEqual(
        versions,
        [...new Set(versions)].sort((one, other) => one - other)
      )
      assert.isTrue(versions.every((version) => version > first.newest && version <= last.newest))
    }
  })

const idOf = (item: Json): string => String(at(item, "id"))

type Changed = Pick<Document, "changed" | "id">

const operationIn = (changes: ReadonlyArray<Changed>) => (item: Json) =>
  changes.find(({ id }) => id === idOf(item))?.changed

const ascending = (changes: ReadonlyArray<Changed>): Array<number | undefined> =>
  changes.map(({ changed }) => changed).sort((one, other) => one - other)

/** @param count number of operations */
export const changesAgainstModel = (layerOf: LayerOf, count = 2000) =>
  describe("Change Queries against a plain model", () => {
    it.effect(`${count} random writes, some rolled back: every window has what changed in it`, () =>
      Effect.gen(function* () {
        const world = yield* start
        const moments: Array<Moment> = [{ operation: 0, newest: yield* world.newest }]
        for (let operation = 1; operation <= count; operation++) {
          yield* operate(world, operation)
          if (operation % 100 !== 0) continue
          const last = { operation, newest: yield* world.newest }
          for (const endpoint of endpoints) yield* check(world, endpoint, world.pick(moments) ?? last, last)
          moments.push(last)
        }
        assert.isAtLeast(world.model.renamedIn("sections", { after: 0, upTo: count }).length, 10)
        assert.isAtLeast(world.model.deletedIn("sections", { after: 0, upTo: count }).length, 10)
      }).pipe(Effect.provide(layerOf({ dialect: "main", seed: 1 })))
    )
  })
