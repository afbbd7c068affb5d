/** PIPECLEAN of every resource that a local DMS serves, over any store. */
import { assert, it } from "@effect/vitest"
import type * as HttpClient from "@effect/platform/HttpClient"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import * as Redacted from "effect/Redacted"
import { isReadOnly, pipecleanOf } from "../../src/run/planOnePass.ts"
import { clientLayerHttpClient } from "../../src/dms/clientLayer.ts"
import { DmsConfig } from "../../src/dms/DmsConfig.ts"
import { fetchSpecifications } from "../../src/dms/fetchSpecifications.ts"
import { planDocuments } from "../../src/documents/planDocuments.ts"
import { FindingSink, makeFindingSink } from "../../src/domain/FindingSink.ts"
import { findServerFacts } from "../../src/fixtures/findServerFacts.ts"
import { SharedFixtures } from "../../src/fixtures/SharedFixtures.ts"
import type { DialectName } from "../../src/local-dms/Dialect.ts"
import { LocalDms, LocalDmsOptions } from "../../src/local-dms/LocalDms.ts"
import { neededDescriptors } from "../../src/schema/neededDescriptors.ts"
import { readDocument } from "../../src/schema/OpenApiDocument.ts"
import { readOpenApi } from "../../src/schema/readOpenApi.ts"
import type { Extent } from "../../src/schema/recordNeeds.ts"
import type { LayerOf } from "../local-dms/contract/LayerOf.ts"

const { key, secret } = LocalDmsOptions.default

/** The clients of a run against a local DMS without sockets. */
export const clientsOver = (server: Layer.Layer<LocalDms | HttpClient.HttpClient>) =>
  SharedFixtures.layer({ localEducationAgencyId: 255901 }).pipe(
    Layer.provideMerge(clientLayerHttpClient),
    Layer.provideMerge(
      DmsConfig.layer({
        baseUrl: "http://dms.test",
        key: Redacted.make(key),
        secret,
        resourceNaming: "endpoint"
      })
    ),
    Layer.provideMerge(server)
  )

/** The resources as the server describes them. */
export const modelOfServer = Effect.gen(function* () {
  const specifications = yield* fetchSpecifications
  const documents = yield* Effect.forEach(specifications, ({ text, url }) => readDocument(url, text))
  return yield* readOpenApi(documents)
})

/** Runs PIPECLEAN of all resources, or of descriptors; returns the verdicts, and how many rows stay. */
const pipeclean = (extent: Extent, companions: boolean, group: "resources" | "descriptors" = "resources") =>
  Effect.gen(function* () {
    const model = yield* modelOfServer
    const chosen = model[group]
    const written = chosen.filter((resource) => !isReadOnly(resource))
    const needed = neededDescriptors(model, written, extent, { companions })
    const facts = yield* findServerFacts(needed, { localEducationAgencyId: 255901 })
    const plan = planDocuments(model, written, { extent, facts, companions })
    const { leftOut, scenarios } = yield* pipecleanOf(chosen, plan, 7)
    const { stats } = yield* LocalDms
    const rows = Effect.map(stats, (counts) =>
      Object.values(counts.rows).reduce((total, count) => total + count, 0)
    )
    const before = yield* rows
    const findings = makeFindingSink()
    const workloads = yield* Effect.forEach(scenarios, (scenario) => scenario.prepare({ seed: 7 }))
    for (const [iteration, { iteration: iterate }] of workloads.entries())
      yield* Effect.provideService(iterate({ user: 0, iteration }), FindingSink, findings)
    const { verdicts } = findings.sofar()
    return { leftOut, model, plan, verdicts, stayed: (yield* rows) - before }
  })

/** Every resource passes, but for school years, which are read only; nothing stays but the fixtures. */
export const pipecleanFacts = (
  layerOf: LayerOf,
  servers: ReadonlyArray<readonly [dialect: DialectName, extent: Extent]>
) => {
  it.effect.each(servers)("every resource of %s passes with %s documents", ([dialect, extent]) =>
    Effect.gen(function* () {
      const { leftOut, model, plan, stayed, verdicts } = yield* pipeclean(extent, false)
      assert.deepStrictEqual(leftOut, [])
      assert.isAbove(model.resources.length, 150)
      assert.strictEqual(verdicts.length, model.resources.length)
      assert.deepStrictEqual(
        verdicts.filter(({ verdict }) => verdict !== "passed"),
        [{ resource: "ed-fi/schoolYearTypes", verdict: "readOnly" }]
      )
      assert.strictEqual(stayed, plan.fixtures.length)
    }).pipe(Effect.provide(clientsOver(layerOf({ dialect }))), Logger.withMinimumLogLevel(LogLevel.None))
  )
}

/** The resources that the stock claim set does not let a client write: their education organizations belong to no agency. */
const withoutAgency = ["ed-fi/communityProviderLicenses", "ed-fi/educationOrganizationNetworkAssociations"]

/** With companions, every resource passes that the stock claim set lets a client write. */
export const pipecleanOfClaimsFacts = (
  layerOf: LayerOf,
  servers: ReadonlyArray<readonly [dialect: DialectName, extent: Extent]>
) => {
  it.effect.each(servers)(
    "all that the stock claim set of %s allows passes with %s documents and companions",
    ([dialect, extent]) =>
      Effect.gen(function* () {
        const { verdicts } = yield* pipeclean(extent, true)
        assert.isAbove(verdicts.length, 150)
        const others = verdicts.filter(({ verdict }) => verdict !== "passed")
        assert.sameDeepMembers(
          others.map(({ resource, step, verdict }) => [resource, verdict, step]),
          [
            ["ed-fi/schoolYearTypes", "readOnly", undefined],
            ...withoutAgency.map((path) => [path, "failed", "create"])
          ]
        )
        for (const { problem, verdict } of others)
          if (verdict === "failed") assert.match(problem ?? "", /403 urn:ed-fi:api:security:authorization/)
      }).pipe(
        Effect.provide(clientsOver(layerOf({ dialect, claimSet: "sandbox" }))),
        Logger.withMinimumLogLevel(LogLevel.None)
      )
  )
}

/** Every descriptor passes, and none stays. */
export const pipecleanOfDescriptorsFacts = (layerOf: LayerOf, servers: ReadonlyArray<DialectName>) => {
  it.effect.each(servers)("every descriptor of %s passes under the stock claim set", (dialect) =>
    Effect.gen(function* () {
      const { leftOut, stayed, verdicts } = yield* pipeclean("full", false, "descriptors")
      assert.deepStrictEqual([leftOut, stayed], [[], 0])
      assert.isAbove(verdicts.length, 200)
      assert.deepStrictEqual(
        verdicts.filter(({ verdict }) => verdict !== "passed"),
        []
      )
    }).pipe(
      Effect.provide(clientsOver(layerOf({ dialect, claimSet: "sandbox" }))),
      Logger.withMinimumLogLevel(LogLevel.None)
    )
  )
}
