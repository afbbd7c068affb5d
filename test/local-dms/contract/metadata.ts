/** Discovery and metadata in each dialect. @see contract section 1, api-facts section 1 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { at, basic, form, jsonOf, objectOf, root, send } from "../harness.ts"
import type { LayerOf } from "./LayerOf.ts"

const names = (list: unknown): ReadonlyArray<string> =>
  Array.isArray(list) ? list.map((entry) => `${at(entry, "prefix")}/${at(entry, "name")}`) : []

const grant = { headers: { ...basic, ...form }, text: "grant_type=client_credentials" }

export const metadataFacts = (layerOf: LayerOf) =>
  describe("metadata", () => {
    it.effect("batch lists three documents; /metadata is an object of URLs", () =>
      Effect.gen(function* () {
        const list = jsonOf(yield* send("GET", "/metadata/specifications"))
        assert.deepStrictEqual(names(list), ["/Resources", "/Descriptors", "Other/Discovery"])
        assert.strictEqual(at(list, 0, "endpointUri"), `${root}/metadata/specifications/resources-spec.json`)
        assert.deepStrictEqual(objectOf(yield* send("GET", "/metadata")), {
          dependencies: `${root}/metadata/dependencies`,
          specifications: `${root}/metadata/specifications`,
          xsdMetadata: `${root}/metadata/xsd`
        })
        assert.deepStrictEqual(at(objectOf(yield* send("GET", "/")), "dataModels"), [
          { name: "Ed-Fi", version: "5.2.0", informationalVersion: "The Ed-Fi Data Standard v5.2" },
          { name: "TPDM", version: "1.1.0", informationalVersion: "TPDM-Core" }
        ])
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect("main has no batches, its own login, and Change Queries among its documents", () =>
      Effect.gen(function* () {
        const body = objectOf(yield* send("GET", "/"))
        assert.strictEqual(body["applicationName"], "Ed-Fi API")
        assert.deepStrictEqual(body["urls"], {
          dependencies: `${root}/metadata/dependencies`,
          openApiMetadata: `${root}/metadata/specifications`,
          oauth: `${root}/oauth/token`,
          dataManagementApi: `${root}/data`,
          xsdMetadata: `${root}/metadata/xsd`,
          tokenInfo: `${root}/oauth/token_info`,
          changeQueries: `${root}/changeQueries/v1/`
        })
        const list = jsonOf(yield* send("GET", "/metadata/specifications"))
        assert.deepStrictEqual(names(list), [
          "/Resources",
          "/Descriptors",
          "Other/Discovery",
          "Other/Change-Queries"
        ])
      }).pipe(Effect.provide(layerOf({ dialect: "main" })))
    )

    it.effect(
      "ods has /data/v3, lists its documents at /metadata/, and dependencies below the data path",
      () =>
        Effect.gen(function* () {
          const body = objectOf(yield* send("GET", "/"))
          assert.deepStrictEqual([body["version"], body["suite"]], ["7.3", "3"])
          assert.deepStrictEqual(body["urls"], {
            dependencies: `${root}/metadata/data/v3/dependencies`,
            openApiMetadata: `${root}/metadata/`,
            oauth: `${root}/oauth/token`,
            dataManagementApi: `${root}/data/v3/`,
            xsdMetadata: `${root}/metadata/xsd`,
            changeQueries: `${root}/changeQueries/v1/`
          })
          for (const path of ["/metadata/", "/metadata"]) {
            const list = jsonOf(yield* send("GET", path))
            assert.deepStrictEqual(names(list), ["/Resources", "/Descriptors", "Other/Change-Queries"])
            assert.strictEqual(at(list, 0, "endpointUri"), `${root}/metadata/data/v3/resources/swagger.json`)
          }
          const steps = jsonOf(yield* send("GET", "/metadata/data/v3/dependencies"))
          assert.isAbove(Array.isArray(steps) ? steps.length : 0, 300)
          assert.strictEqual((yield* send("GET", "/metadata/dependencies")).status, 404)
        }).pipe(Effect.provide(layerOf({ dialect: "ods" })))
    )

    it.effect("ods logs in at /oauth/token only, with credentials in header or form", () =>
      Effect.gen(function* () {
        assert.strictEqual((yield* send("POST", "/oauth/token", grant)).status, 200)
        const text = "grant_type=client_credentials&client_id=local&client_secret=local-secret"
        assert.strictEqual((yield* send("POST", "/oauth/token", { headers: form, text })).status, 200)
        assert.strictEqual((yield* send("POST", "/connect/token", grant)).status, 404)
      }).pipe(Effect.provide(layerOf({ dialect: "ods" })))
    )

    it.effect("dependencies have the resources of all projects, each after what it refers to", () =>
      Effect.gen(function* () {
        const steps = jsonOf(yield* send("GET", "/metadata/dependencies"))
        const orderOf = (path: string) =>
          Number(
            at(
              Array.isArray(steps) ? steps.find((step) => at(step, "resource") === path) : undefined,
              "order"
            )
          )
        assert.isBelow(orderOf("/tpdm/evaluationPeriodDescriptors"), orderOf("/tpdm/performanceEvaluations"))
        assert.isBelow(orderOf("/ed-fi/schools"), orderOf("/tpdm/performanceEvaluations"))
        assert.isBelow(orderOf("/tpdm/performanceEvaluations"), orderOf("/tpdm/evaluations"))
        assert.isBelow(orderOf("/ed-fi/postSecondaryInstitutions"), orderOf("/ed-fi/schools"))
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect("queries of ods name columns with the role of their reference", () =>
      Effect.gen(function* () {
        const token = String(objectOf(yield* send("POST", "/oauth/token", grant))["access_token"])
        const get = (target: string) => send("GET", target, { headers: { authorization: `Bearer ${token}` } })
        const list = yield* get("/data/v3/ed-fi/sections?locationSchoolId=1&localCourseCode=A")
        assert.deepStrictEqual([list.status, list.text], [200, "[]"])
      }).pipe(Effect.provide(layerOf({ dialect: "ods" })))
    )
  })
