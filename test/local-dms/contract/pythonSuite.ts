/** Contract sections 2 and 7: BATCH_VOLUME as the Python suite puts it on the wire, request by request. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { JsonObject } from "../../../src/domain/Json.ts"
import { LocalDms } from "../../../src/local-dms/LocalDms.ts"
import { campus, createCampus, form, jsonOf, objectOf, op, section, sectionKey, send } from "../harness.ts"
import type { LayerOf } from "./LayerOf.ts"

/** Its login: fields instead of a Basic header, at a path that ends in a slash. */
const loggedIn = Effect.gen(function* () {
  const reply = yield* send("POST", "/connect/token/", {
    headers: form,
    text: "grant_type=client_credentials&client_id=local&client_secret=local-secret"
  })
  const headers = { authorization: `Bearer ${String(objectOf(reply)["access_token"])}` }
  return (operations: ReadonlyArray<JsonObject>) => send("POST", "/batch", { headers, json: operations })
})

/** A create, an update by flat natural key and a delete by it, under an endpoint name. */
const triple = (
  resource: string,
  naturalKey: JsonObject,
  document: JsonObject,
  change: JsonObject
): ReadonlyArray<JsonObject> => [
  op.create(document, resource),
  op.update(naturalKey, { ...document, ...change }, resource),
  op.remove(naturalKey, resource)
]

/** Its student with the members that Data Standard 5 no longer has, 32 characters of identity. */
const studentTriple = (index: number): ReadonlyArray<JsonObject> => {
  const studentUniqueId = `${index}`.padStart(32, "S")
  const document = {
    studentUniqueId,
    birthDate: "2010-05-01",
    firstName: "Austin",
    lastSurname: "Jones",
    addresses: [],
    electronicMails: [],
    hispanicLatinoEthnicity: false,
    studentEducationOrganizationAssociations: []
  }
  return triple("students", { studentUniqueId }, document, { firstName: "Austin Updated" })
}

const sectionTriple = (index: number): ReadonlyArray<JsonObject> => {
  const identifier = `ELA012017RM555 ${index}`
  return triple("sections", sectionKey(identifier), section(identifier), { sequenceOfCourse: 2 })
}

const ten = Array.from({ length: 10 }, (_, index) => index)

export const pythonSuiteFacts = (layerOf: LayerOf) =>
  describe("the Python suite's BATCH_VOLUME", () => {
    it.effect.each([
      ["students-batch-10", ten.flatMap(studentTriple)],
      ["sections-batch-10", ten.flatMap(sectionTriple)],
      ["mixed-students-sections-batch-2", [...studentTriple(1), ...sectionTriple(1)]]
    ] as const)("%s is committed and leaves nothing behind", ([, operations]) =>
      Effect.gen(function* () {
        yield* createCampus
        const batch = yield* loggedIn
        const reply = yield* batch(operations)
        assert.strictEqual(reply.status, 200, reply.text)
        assert.lengthOf(Object.keys(Object(jsonOf(reply))), operations.length)
        const { rows, upsertsOnCreate } = yield* Effect.flatMap(LocalDms, ({ stats }) => stats)
        assert.deepStrictEqual(
          [rows["students"], rows["sections"], upsertsOnCreate],
          [undefined, undefined, {}]
        )
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect("a session and a course offering of its school year, 2014, can be its fixtures", () =>
      Effect.gen(function* () {
        yield* createCampus
        const schoolYear = 2014
        const batch = yield* loggedIn
        const reply = yield* batch([
          op.create(
            {
              ...campus.session,
              schoolYearTypeReference: { schoolYear },
              gradingPeriods: []
            },
            "sessions"
          ),
          op.create(
            {
              ...campus.courseOffering,
              sessionReference: { ...campus.courseOffering.sessionReference, schoolYear }
            },
            "courseOfferings"
          )
        ])
        assert.strictEqual(reply.status, 200, reply.text)
      }).pipe(Effect.provide(layerOf()))
    )
  })
