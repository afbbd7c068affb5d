/** Contract section 1: discovery and dependencies. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { isArray } from "../../../src/local-dms/json.ts"
import { at, jsonOf, objectOf, root, send } from "../harness.ts"
import type { LayerOf } from "./LayerOf.ts"

export const discoveryFacts = (layerOf: LayerOf) =>
  describe("discovery", () => {
    it.effect("the root needs no token and lists all URLs, without final slashes", () =>
      Effect.gen(function* () {
        const body = objectOf(yield* send("GET", "/"))
        assert.strictEqual(body["applicationName"], "Ed-Fi Alliance Data Management Service")
        assert.strictEqual(body["informationalVersion"], "Release Candidate 1")
        assert.strictEqual(at(body, "dataModels", 0, "name"), "Ed-Fi")
        assert.strictEqual(at(body, "dataModels", 0, "version"), "5.2.0")
        assert.deepStrictEqual(body["urls"], {
          dependencies: `${root}/metadata/dependencies`,
          openApiMetadata: `${root}/metadata/specifications`,
          oauth: `${root}/connect/token`,
          dataManagementApi: `${root}/data`,
          batchApi: `${root}/batch`,
          xsdMetadata: `${root}/metadata/xsd`
        })
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect("URLs have the host of the request", () =>
      Effect.gen(function* () {
        const body = objectOf(yield* send("GET", "/", { root: "http://127.0.0.1:8123" }))
        assert.strictEqual(at(body, "urls", "batchApi"), "http://127.0.0.1:8123/batch")
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect("dependencies list each resource after those that it refers to; the order starts at 1", () =>
      Effect.gen(function* () {
        const steps = jsonOf(yield* send("GET", "/metadata/dependencies"))
        const orderOf = (endpoint: string) => {
          const step = isArray(steps)
            ? steps.find((one) => at(one, "resource") === `/ed-fi/${endpoint}`)
            : undefined
          return Number(at(step, "order"))
        }
        assert.strictEqual(orderOf("gradeLevelDescriptors"), 1)
        assert.isBelow(orderOf("gradeLevelDescriptors"), orderOf("localEducationAgencies"))
        assert.isBelow(orderOf("localEducationAgencies"), orderOf("schools"))
        assert.isBelow(orderOf("schools"), orderOf("sessions"))
        assert.isBelow(orderOf("sessions"), orderOf("courseOfferings"))
        assert.isBelow(orderOf("courseOfferings"), orderOf("sections"))
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect("people are listed twice: created first, updated after their association", () =>
      Effect.gen(function* () {
        const steps = jsonOf(yield* send("GET", "/metadata/dependencies"))
        for (const endpoint of ["students", "staffs", "contacts"]) {
          const own = isArray(steps)
            ? steps.filter((one) => at(one, "resource") === `/ed-fi/${endpoint}`)
            : []
          assert.deepStrictEqual(
            own.map((one) => at(one, "operations")),
            [["Create"], ["Update"]]
          )
        }
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect("dependencies are GraphML on request", () =>
      Effect.gen(function* () {
        const reply = yield* send("GET", "/metadata/dependencies", {
          headers: { accept: "application/graphml" }
        })
        assert.include(reply.headers["content-type"], "graphml")
        assert.include(reply.text, '<edge source="/ed-fi/schools" target="/ed-fi/sessions"/>')
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect("health needs no token, and an unknown route is a 404 with an empty body", () =>
      Effect.gen(function* () {
        assert.strictEqual((yield* send("GET", "/health")).status, 200)
        const unknown = yield* send("POST", "/bulk")
        assert.deepStrictEqual([unknown.status, unknown.text], [404, ""])
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect("a known route refuses other methods with 405", () =>
      Effect.gen(function* () {
        const replies = yield* Effect.all([
          send("POST", "/"),
          send("GET", "/batch"),
          send("GET", "/connect/token"),
          send("GET", "/oauth/token"),
          send("PUT", "/metadata/dependencies")
        ])
        assert.deepStrictEqual(
          replies.map(({ status }) => status),
          [405, 405, 405, 405, 405]
        )
      }).pipe(Effect.provide(layerOf()))
    )
  })
