/** `edfi-perf resources`: what an API offers, from its OpenAPI documents. */
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { discoveryLayerLive } from "../dms/clientLayer.ts"
import { DmsConfig } from "../dms/DmsConfig.ts"
import { resourcesText } from "../output/resourcesText.ts"
import { readApiFiles, readServerApi } from "../run/readApi.ts"
import { describeApi, DescribedApi } from "../schema/describeApi.ts"
import { givenOf } from "../settings/readSettings.ts"
import { decodeResources, type ResourcesConfig, resourcesSettings } from "../settings/ResourcesConfig.ts"
import { settingsCommand } from "./settingsCommand.ts"

const encode = Schema.encode(Schema.parseJson(DescribedApi, { space: 2 }))

/** The documents of a server need no login. */
const noSecret = Redacted.make("")

const readApi = ({ from, ignoreCertificateErrors, route }: ResourcesConfig) => {
  if (from._tag === "Files") return readApiFiles(from.paths)
  const { baseUrl } = from
  const config = DmsConfig.layer({ baseUrl, key: noSecret, secret: noSecret, ignoreCertificateErrors, route })
  return Effect.provide(readServerApi, Layer.provideMerge(discoveryLayerLive, config))
}

const printResources = (config: ResourcesConfig) =>
  Effect.gen(function* () {
    const { model, sources } = yield* readApi(config)
    const api = describeApi(model, sources)
    yield* Console.log(config.json ? yield* Effect.orDie(encode(api)) : resourcesText(api))
  })

export const resourcesCommand = settingsCommand({
  name: "resources",
  settings: resourcesSettings,
  load: (flags) => Effect.flatMap(givenOf(resourcesSettings, flags), decodeResources),
  logLevelOf: ({ logLevel }) => logLevel,
  program: printResources
})
