/** `edfi-perf resources`: what an API offers, from its OpenAPI documents. */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { DmsConfig } from "../dms/DmsConfig.ts"
import { fetchSpecifications, SpecificationsUnavailable } from "../dms/fetchSpecifications.ts"
import { HttpAgent } from "../dms/HttpAgent.ts"
import { excerpt } from "../domain/excerpt.ts"
import { resourcesText } from "../output/resourcesText.ts"
import { describeApi, DescribedApi } from "../schema/describeApi.ts"
import { readDocument, SpecificationUnusable } from "../schema/OpenApiDocument.ts"
import { readOpenApi } from "../schema/readOpenApi.ts"
import { decodeResources, type ResourcesConfig, resourcesSettings } from "../settings/ResourcesConfig.ts"
import { givenOf } from "../settings/readSettings.ts"
import { settingsCommand } from "./settingsCommand.ts"

/** A document of today has 2 to 8 MB. */
const maxFileBytes = 64 * 1024 * 1024

interface SourceText {
  readonly source: string
  readonly text: string
}

const readFile = (path: string) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const { size, type } = yield* fs.stat(path)
    if (type !== "File") return yield* Effect.fail({ message: "is not a file" })
    if (size > maxFileBytes) return yield* Effect.fail({ message: "is larger than 64 MB" })
    return { source: path, text: yield* fs.readFileString(path) }
  }).pipe(
    Effect.mapError(
      ({ message }) =>
        new SpecificationUnusable({ source: path, detail: `it cannot be read: ${excerpt(message)}` })
    )
  )

const describeTexts = (texts: ReadonlyArray<SourceText>) =>
  Effect.gen(function* () {
    const documents = yield* Effect.forEach(texts, ({ source, text }) => readDocument(source, text))
    return describeApi(
      yield* readOpenApi(documents),
      texts.map(({ source }) => excerpt(source))
    )
  })

/** The documents of a server need no login. */
const noSecret = Redacted.make("")

const describeServer = (baseUrl: string, ignoreCertificateErrors: boolean) =>
  Effect.gen(function* () {
    const specifications = yield* fetchSpecifications
    return yield* describeTexts(specifications.map(({ text, url }) => ({ source: url, text })))
  }).pipe(
    Effect.catchTag(
      "SpecificationUnusable",
      ({ detail, source }) => new SpecificationsUnavailable({ url: source, detail })
    ),
    Effect.provide(
      HttpAgent.layerHttpClient.pipe(
        Layer.provide(HttpAgent.layer),
        Layer.provideMerge(
          DmsConfig.layer({ baseUrl, key: noSecret, secret: noSecret, ignoreCertificateErrors })
        )
      )
    )
  )

const encode = Schema.encode(Schema.parseJson(DescribedApi, { space: 2 }))

const printResources = ({ from, ignoreCertificateErrors, json }: ResourcesConfig) =>
  Effect.gen(function* () {
    const api =
      from._tag === "Server"
        ? yield* describeServer(from.baseUrl, ignoreCertificateErrors)
        : yield* Effect.flatMap(Effect.forEach(from.paths, readFile), describeTexts)
    yield* Console.log(json ? yield* Effect.orDie(encode(api)) : resourcesText(api))
  })

export const resourcesCommand = settingsCommand({
  name: "resources",
  settings: resourcesSettings,
  load: (flags) => Effect.flatMap(givenOf(resourcesSettings, flags), decodeResources),
  logLevelOf: ({ logLevel }) => logLevel,
  program: printResources
})
