/** `edfi-perf resources`: what an API offers, from its OpenAPI documents. */
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { resourcesText } from "../output/resourcesText.ts"
import { describeApi, DescribedApi } from "../schema/describeApi.ts"
import { givenOf } from "../settings/readSettings.ts"
import { decodeResources, type ResourcesConfig, resourcesSettings } from "../settings/ResourcesConfig.ts"
import { readApi } from "./readApi.ts"
import { settingsCommand } from "./settingsCommand.ts"

const encode = Schema.encode(Schema.parseJson(DescribedApi, { space: 2 }))

const printResources = ({ from, ignoreCertificateErrors, json }: ResourcesConfig) =>
  Effect.gen(function* () {
    const { model, sources } = yield* readApi(from, ignoreCertificateErrors)
    const api = describeApi(model, sources)
    yield* Console.log(json ? yield* Effect.orDie(encode(api)) : resourcesText(api))
  })

export const resourcesCommand = settingsCommand({
  name: "resources",
  settings: resourcesSettings,
  load: (flags) => Effect.flatMap(givenOf(resourcesSettings, flags), decodeResources),
  logLevelOf: ({ logLevel }) => logLevel,
  program: printResources
})
