/** The extension project that a stock DMS loads beside the core: TPDM. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { LocalDms } from "../../../src/local-dms/LocalDms.ts"
import { at, campus, failureOf, jsonOf, objectOf, op, problemOf, session } from "../harness.ts"
import type { LayerOf } from "./LayerOf.ts"

const candidate = {
  candidateIdentifier: "C1",
  firstName: "Ada",
  lastSurname: "Lovelace",
  birthDate: "1990-12-10",
  sexDescriptor: "uri://ed-fi.org/SexDescriptor#Female"
}

const gender = "uri://tpdm.ed-fi.org/GenderDescriptor#Value 1"
const invalid = "bad-request:data-validation-failed"

export const extensionFacts = (layerOf: LayerOf) =>
  describe("extensions", () => {
    it.effect("resources of TPDM are at /data/tpdm, and nowhere else", () =>
      Effect.gen(function* () {
        const { inProject } = yield* session
        const json = { ...candidate, genderDescriptor: gender }
        const created = yield* inProject("POST", "tpdm/candidates", { json })
        assert.strictEqual(created.status, 201)
        assert.match(created.headers["location"] ?? "", /\/data\/tpdm\/candidates\/[0-9a-f-]{36}$/)
        assert.strictEqual((yield* inProject("GET", "ed-fi/candidates")).status, 404)
        const found = jsonOf(
          yield* inProject("GET", "tpdm/candidates?genderDescriptor=" + encodeURIComponent(gender))
        )
        assert.strictEqual(at(found, 0, "candidateIdentifier"), "C1")
        const { rows } = yield* Effect.flatMap(LocalDms, ({ stats }) => stats)
        assert.strictEqual(rows["tpdm/candidates"], 1)
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect("a descriptor of TPDM is not one of the core", () =>
      Effect.gen(function* () {
        const { inProject } = yield* session
        const json = { ...candidate, genderDescriptor: "uri://ed-fi.org/GenderDescriptor#Value 1" }
        const reply = yield* inProject("POST", "tpdm/candidates", { json })
        assert.deepStrictEqual(problemOf(reply), [400, "bad-request"])
        assert.isDefined(at(objectOf(reply), "validationErrors", "$.genderDescriptor"))
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect("batches name resources of TPDM by their endpoint alone", () =>
      Effect.gen(function* () {
        const { batch } = yield* session
        const key = { candidateIdentifier: "C1" }
        const reply = yield* batch([
          op.create(candidate, "candidates"),
          op.update(key, { ...candidate, firstName: "Augusta" }, "candidates"),
          op.remove(key, "candidates")
        ])
        assert.strictEqual(reply.status, 200)
        assert.strictEqual(at(jsonOf(reply), 2, "resource"), "candidates")
        const withProject = yield* batch([op.create(candidate, "tpdm/candidates")])
        assert.deepStrictEqual(failureOf(withProject), [400, 0, "bad-request"])
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect("members under _ext.tpdm are kept and judged; other projects there are dropped", () =>
      Effect.gen(function* () {
        const { data, get, post } = yield* session
        const school = (tpdm: object) => ({ ...campus.school, _ext: { tpdm, other: { a: 1 } } })
        const reference = { postSecondaryInstitutionReference: { postSecondaryInstitutionId: 7 } }
        const send = (tpdm: object) => data("POST", "schools", { text: JSON.stringify(school(tpdm)) })
        assert.deepStrictEqual(problemOf(yield* send(reference)), [409, "data-conflict:unresolved-reference"])
        assert.deepStrictEqual(problemOf(yield* send({ postSecondaryInstitutionReference: 7 })), [
          400,
          invalid
        ])
        const institution = yield* post("postSecondaryInstitutions", {
          postSecondaryInstitutionId: 7,
          nameOfInstitution: "College",
          categories: [
            {
              educationOrganizationCategoryDescriptor:
                "uri://ed-fi.org/EducationOrganizationCategoryDescriptor#Other"
            }
          ]
        })
        assert.strictEqual(institution.status, 201)
        assert.strictEqual((yield* send({ ...reference, unknown: 1 })).status, 201)
        const stored = jsonOf(yield* get("schools"))
        assert.deepStrictEqual(at(stored, 0, "_ext"), { tpdm: reference })
        const id = institution.headers["location"]?.split("/").at(-1) ?? ""
        const refused = yield* data("DELETE", `postSecondaryInstitutions/${id}`)
        assert.deepStrictEqual(problemOf(refused), [409, "data-conflict:dependent-item-exists"])
      }).pipe(Effect.provide(layerOf()))
    )
  })
