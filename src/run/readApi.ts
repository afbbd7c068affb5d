/** Reads the model of an API from files, or from the documents that a server publishes. */
import type { PlatformError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import { fetchDependencies } from "../dms/fetchDependencies.ts"
import { fetchSpecifications, SpecificationsUnavailable } from "../dms/fetchSpecifications.ts"
import { excerpt } from "../domain/excerpt.ts"
import { readDocument, SpecificationUnusable } from "../schema/OpenApiDocument.ts"
import { orderDifferences } from "../schema/orderDifferences.ts"
import { readOpenApi } from "../schema/readOpenApi.ts"
import type { ApiModel } from "../schema/ResourceSchema.ts"
import { fileReason } from "./fileReason.ts"

/** A document of today has 2 to 8 MB. */
const maxFileBytes = 64 * 1024 * 1024

interface SourceText {
  readonly source: string
  readonly text: string
}

/** The model of an API and where it was read. */
export interface ReadApi {
  readonly model: ApiModel
  /** Files or addresses, safe to print. */
  readonly sources: ReadonlyArray<string>
}

const readFile = (path: string) => {
  const unusable = (detail: string) => new SpecificationUnusable({ source: path, detail })
  const because = (error: PlatformError) => unusable(fileReason(error))
  return Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const { size, type } = yield* Effect.mapError(fs.stat(path), because)
    if (type !== "File") return yield* unusable("it is not a file")
    if (size > maxFileBytes) return yield* unusable("it is larger than 64 MB")
    return { source: path, text: yield* Effect.mapError(fs.readFileString(path), because) }
  })
}

const readTexts = (texts: ReadonlyArray<SourceText>) =>
  Effect.gen(function* () {
    const documents = yield* Effect.forEach(texts, ({ source, text }) => readDocument(source, text))
    const read: ReadApi = {
      model: yield* readOpenApi(documents),
      sources: texts.map(({ source }) => excerpt(source))
    }
    return read
  })

/** Reports each contradiction as a warning, and that nothing was compared if the server publishes no order. */
const compareOrder = (model: ApiModel) =>
  Effect.gen(function* () {
    for (const difference of orderDifferences(model, yield* fetchDependencies)) {
      yield* Effect.logWarning(`order of creation: ${difference}`)
    }
  }).pipe(Effect.catchTag("DependenciesUnavailable", ({ message }) => Effect.logWarning(message)))

/**
 * The model of a server. The order of creation that its references require is compared with the one that it publishes.
 *
 * @throws SpecificationsUnavailable it publishes no documents, or none that can be used
 */
export const readServerApi = Effect.gen(function* () {
  const specifications = yield* fetchSpecifications
  const api = yield* readTexts(specifications.map(({ text, url }) => ({ source: url, text })))
  yield* compareOrder(api.model)
  return api
}).pipe(
  Effect.catchTag(
    "SpecificationUnusable",
    ({ detail, source }) => new SpecificationsUnavailable({ url: source, detail })
  )
)

/**
 * The model of the OpenAPI documents in some files.
 *
 * @throws SpecificationUnusable a file cannot be read, or the documents describe no resources
 */
export const readApiFiles = (paths: ReadonlyArray<string>) =>
  Effect.flatMap(Effect.forEach(paths, readFile), readTexts)

/** The model of an API. @param paths of files; without any, the server publishes its documents */
export const readApi = (paths: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    return yield* paths.length > 0 ? readApiFiles(paths) : readServerApi
  })
