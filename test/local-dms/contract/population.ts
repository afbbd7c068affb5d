/** The documents with which a store begins: `--population`, `--descriptors`. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as TestClock from "effect/TestClock"
import { LocalDms, type LocalDmsOptions } from "../../../src/local-dms/LocalDms.ts"
import { Store } from "../../../src/local-dms/Store.ts"
import { at, jsonOf, session, student } from "../harness.ts"
import type { LayerOf } from "./LayerOf.ts"

const rows = Effect.flatMap(LocalDms, ({ stats }) => Effect.map(stats, (all) => all.rows))

const resources = [
  "schools",
  "students",
  "studentSchoolAssociations",
  "studentSectionAssociations",
  "sections"
]

/** What a server with these options returns for each resource. */
const listed = (layer: ReturnType<LayerOf>) =>
  Effect.flatMap(session, ({ get }) =>
    Effect.forEach(resources, (endpoint) => Effect.map(get(endpoint), ({ text }) => text))
  ).pipe(Effect.provide(layer))

export const populationFacts = (layerOf: LayerOf) =>
  describe("a population", () => {
    it.effect("of 60 students is enrolled in a school of the district and in its sections", () =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* rows, {
          localEducationAgencies: 1,
          schoolYearTypes: 47,
          schools: 1,
          sessions: 1,
          courses: 6,
          courseOfferings: 6,
          sections: 3,
          students: 60,
          studentSchoolAssociations: 60,
          studentSectionAssociations: 60
        })
        const { get } = yield* session
        const one = jsonOf(yield* get("students?studentUniqueId=100000060"))
        assert.strictEqual(at(one, 0, "studentUniqueId"), "100000060")
        const enrolments = jsonOf(yield* get("studentSchoolAssociations?studentUniqueId=100000060"))
        assert.strictEqual(at(enrolments, 0, "schoolReference", "schoolId"), 255901001)
        const [school] = yield* Effect.map(get("schools"), (reply) => [at(jsonOf(reply), 0)])
        assert.strictEqual(at(school, "localEducationAgencyReference", "localEducationAgencyId"), 255901)
      }).pipe(Effect.provide(layerOf({ population: 60, seed: 1 })))
    )

    it.effect("is the same with the same seed, ids included, and another one with another seed", () =>
      Effect.gen(function* () {
        const first = yield* listed(layerOf({ population: 30, seed: 1 }))
        assert.deepStrictEqual(yield* listed(layerOf({ population: 30, seed: 1 })), first)
        assert.notDeepEqual(yield* listed(layerOf({ population: 30, seed: 2 })), first)
      })
    )

    it.effect("leaves the ids of documents that are created later as they are without it", () =>
      Effect.gen(function* () {
        const created = (population: number) =>
          Effect.flatMap(session, ({ create }) => create("students", student("A"))).pipe(
            Effect.provide(layerOf({ population, seed: 1 }))
          )
        assert.strictEqual(yield* created(5), yield* created(0))
      })
    )

    it.effect("without descriptors there are school years only, and descriptors can be created", () =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* rows, { schoolYearTypes: 47 })
        const { get, post } = yield* session
        assert.strictEqual((yield* get("termDescriptors")).text, "[]")
        const fall = {
          namespace: "uri://ed-fi.org/TermDescriptor",
          codeValue: "Fall",
          shortDescription: "Fall"
        }
        assert.strictEqual((yield* post("termDescriptors", fall)).status, 201)
        assert.strictEqual((yield* post("students", student("A"))).status, 201)
      }).pipe(Effect.provide(layerOf({ descriptors: "none" })))
    )
  })

/** Starts a server over a store that is kept. @returns its rows and what it logged */
const start = (options: Partial<LocalDmsOptions>, store: typeof Store.Service) =>
  Effect.suspend(() => {
    const lines: Array<string> = []
    const logger = Logger.replace(
      Logger.defaultLogger,
      Logger.make<unknown, void>(({ message }) => void lines.push(String(message)))
    )
    const layer = LocalDms.layerOver(options).pipe(
      Layer.provide(Layer.succeed(Store, store)),
      Layer.provide(logger)
    )
    return Effect.map(Effect.provide(rows, layer), (counts) => ({ lines, rows: counts }))
  })

export const refillFacts = (storeLayer: Layer.Layer<Store>) =>
  describe("a population of a store that is kept", () => {
    it.effect("is filled once, grows school by school, and the log says what was done", () =>
      Effect.gen(function* () {
        const store = yield* Store
        const first = yield* start({ population: 40, seed: 1 }, store)
        assert.deepStrictEqual(first.lines, ["filled 40 of 40 students"])
        const again = yield* start({ population: 40, seed: 2 }, store)
        assert.deepStrictEqual(again, { lines: ["filled 0 of 40 students; 40 were there"], rows: first.rows })
        const more = yield* start({ population: 60, seed: 2 }, store)
        assert.strictEqual(more.rows["students"], 60)
        assert.strictEqual(more.rows["schools"], 1)
      }).pipe(Effect.provide(storeLayer))
    )
  })

/** Independent of the store, and slow on a database. */
export const progressFacts = (storeLayer: Layer.Layer<Store>) =>
  describe("a population that takes long", () => {
    it.effect("tells its progress every 2 seconds", () =>
      Effect.gen(function* () {
        const store = yield* Store
        const slow: typeof Store.Service = {
          ...store,
          transaction: (body) => Effect.zipLeft(store.transaction(body), TestClock.adjust("1500 millis"))
        }
        const { lines } = yield* start({ population: 3601, seed: 1 }, slow)
        assert.deepStrictEqual(lines, ["filled 2,400 of 3,601 students", "filled 3,601 of 3,601 students"])
      }).pipe(Effect.provide(storeLayer))
    )
  })
