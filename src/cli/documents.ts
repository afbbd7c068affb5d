/** `edfi-perf documents`: the documents that a load of some resources sends. */
import * as Console from "effect/Console"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import {
  fixturesOf,
  type GeneratedDocument,
  generateRecord,
  pooledParents
} from "../documents/generateDocuments.ts"
import { makeKeySpace } from "../documents/generatedKeys.ts"
import { type DocumentsPlan, planDocuments } from "../documents/planDocuments.ts"
import { defaultNamespace, madeUpDescriptors, type ServerFacts } from "../documents/ServerFacts.ts"
import type { JsonObject } from "../domain/Json.ts"
import { findServerFacts } from "../fixtures/findServerFacts.ts"
import { openConnection } from "../run/Connection.ts"
import { readApiFiles, readServerApi } from "../run/readApi.ts"
import { neededDescriptors } from "../schema/neededDescriptors.ts"
import type { ApiModel, ResourceSchema } from "../schema/ResourceSchema.ts"
import {
  decodeDocuments,
  type DocumentsConfig,
  documentsSettings,
  type Login
} from "../settings/DocumentsConfig.ts"
import { givenOf } from "../settings/readSettings.ts"
import { resourcesNamed } from "./resourcesNamed.ts"
import { settingsCommand } from "./settingsCommand.ts"

/** What a document is sent for, in the order of a record. */
type Step = "fixture" | "parent" | "create" | "companion" | "update"

interface Shown {
  readonly step: Step
  /** `ed-fi/students` */
  readonly resource: string
  readonly document: JsonObject
}

/** The same documents every time. */
const seed = 1

/** Agency, school year and descriptors as the server has them. */
const factsOfServer = (
  model: ApiModel,
  chosen: ReadonlyArray<ResourceSchema>,
  { companions, document, localEducationOrganizationId, schoolYear }: DocumentsConfig
) =>
  findServerFacts(neededDescriptors(model, chosen, document, { companions: companions === "always" }), {
    localEducationAgencyId: localEducationOrganizationId,
    schoolYear
  })

const factsWithoutServer = (model: ApiModel, config: DocumentsConfig): Effect.Effect<ServerFacts> =>
  Effect.gen(function* () {
    yield* Effect.logWarning(
      "values of descriptors are made up, and the server need not have the school year"
    )
    const thisYear = DateTime.getPartUtc(yield* DateTime.now, "year")
    return {
      schoolYear: config.schoolYear ?? thisYear,
      localEducationAgencyId: config.localEducationOrganizationId,
      namespace: defaultNamespace,
      descriptors: madeUpDescriptors(model.descriptors)
    }
  })

const shown = (step: Step, { document, resource }: GeneratedDocument): Shown => ({
  step,
  resource: resource.path,
  document
})

/** Fixtures first, then the records, each with its parents before it. */
const shownDocuments = (plan: DocumentsPlan, { count }: DocumentsConfig) =>
  Effect.gen(function* () {
    const space = yield* makeKeySpace(
      { users: 1, perIteration: count, loads: 1, fixtureSeed: seed },
      plan.keyUse
    )
    const fixtures = fixturesOf(plan, space).map((fixture) => shown("fixture", fixture))
    const records = plan.records.flatMap((each) =>
      Array.from({ length: count }, (_, index) => {
        const at = { seed, user: 0, iteration: 0, index }
        const made = generateRecord(each, at, space)
        const pooled = each.pool === undefined ? [] : pooledParents(each, at, space)
        return [
          ...[...pooled, ...made.parents].map((parent) => shown("parent", parent)),
          shown("create", made.record),
          ...made.companions.map((companion) => shown("companion", companion)),
          ...(made.changed === undefined ? [] : [shown("update", { ...made.record, document: made.changed })])
        ]
      }).flat()
    )
    return [...fixtures, ...records]
  })

const optionsOf = ({ companions, document, parents }: DocumentsConfig, facts: ServerFacts) => ({
  extent: document,
  companions: companions === "always",
  parents,
  facts
})

/** Made from the documents and the values of a server. */
const planOfServer = (login: Login, config: DocumentsConfig) =>
  Effect.gen(function* () {
    const { ignoreCertificateErrors, route } = config
    const { services } = yield* openConnection(
      { _tag: "Dms", address: login },
      { ignoreCertificateErrors, route }
    )
    return yield* Effect.gen(function* () {
      const { model } = yield* readServerApi
      const chosen = yield* resourcesNamed(model, "--resources", config.resources)
      const facts = yield* factsOfServer(model, chosen, config)
      return planDocuments(model, chosen, optionsOf(config, facts))
    }).pipe(Effect.provide(services))
  }).pipe(Effect.scoped)

const planOfFiles = (paths: ReadonlyArray<string>, config: DocumentsConfig) =>
  Effect.gen(function* () {
    const { model } = yield* readApiFiles(paths)
    const chosen = yield* resourcesNamed(model, "--resources", config.resources)
    const facts = yield* factsWithoutServer(model, config)
    return planDocuments(model, chosen, optionsOf(config, facts))
  })

const printDocuments = (config: DocumentsConfig) =>
  Effect.gen(function* () {
    const { from } = config
    const plan = yield* from._tag === "Files"
      ? planOfFiles(from.paths, config)
      : planOfServer(from.login, config)
    const lines = (yield* shownDocuments(plan, config)).map((each) => JSON.stringify(each))
    if (config.output === "json") yield* Console.log(`[${lines.join(",\n")}]`)
    else if (lines.length > 0) yield* Console.log(lines.join("\n"))
    for (const { path, reason } of plan.leftOut) yield* Effect.logWarning(`left out ${path}: ${reason}`)
  })

export const documentsCommand = settingsCommand({
  name: "documents",
  settings: documentsSettings,
  load: (flags) => Effect.flatMap(givenOf(documentsSettings, flags), decodeDocuments),
  logLevelOf: ({ logLevel }) => logLevel,
  program: printDocuments
})
