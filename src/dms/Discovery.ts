/** Where a DMS has its resources, its login and its batches. */
import type * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { excerpt } from "../domain/excerpt.ts"
import { DmsConfig } from "../config/DmsConfig.ts"
import { makeAsk } from "./ask.ts"

/** The DMS could not be found where it should be: no connection, no HTTP answer, or an address nobody can use. */
export class DmsUnreachable extends Schema.TaggedError<DmsUnreachable>()("DmsUnreachable", {
  url: Schema.String,
  detail: Schema.String
}) {
  override get message(): string {
    return `the DMS could not be reached at ${this.url}: ${this.detail}`
  }
}

export interface DmsUrls {
  /** Of the core resources: `http://localhost:8080/data/ed-fi`. */
  readonly resources: string
  readonly oauth: URL
  readonly batch: URL
}

/** What discovery tells of addresses; a member that is no text counts as absent, and does not take others with it. */
export interface SaidUrls {
  readonly oauth?: string | undefined
  readonly dataManagementApi?: string | undefined
  readonly batchApi?: string | undefined
}

const UrlMember = Schema.optional(Schema.Unknown)

const decodeAnswer = Schema.decodeUnknown(
  Schema.parseJson(
    Schema.Struct({
      urls: Schema.Struct({ oauth: UrlMember, dataManagementApi: UrlMember, batchApi: UrlMember })
    })
  )
)

const textOf = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined

const withoutSlashes = (text: string): string => text.replace(/\/+$/, "")

/**
 * Settings over what the server says over the usual paths below the base URL.
 *
 * @returns the URLs, or the address that cannot be used and why
 */
export const chooseUrls = (
  config: Pick<DmsConfig["Type"], "baseUrl" | "apiPrefix" | "oauthEndpoint" | "batchPath">,
  said: SaidUrls
): Either.Either<DmsUrls, DmsUnreachable> => {
  const choose = (
    flag: string,
    member: string,
    setting: string | undefined,
    discovered: string | undefined,
    usual: string
  ): Either.Either<URL, DmsUnreachable> => {
    const address = setting ?? discovered ?? usual
    const url = /^https?:/i.test(address) ? address : `${config.baseUrl}/${address.replace(/^\/+/, "")}`
    const source = setting === undefined ? `urls.${member} of discovery` : `--${flag}`
    if (/[{}]/.test(url)) {
      const detail = `${source} has a placeholder; give the finished address with --${flag}`
      return Either.left(new DmsUnreachable({ url, detail }))
    }
    return URL.canParse(url)
      ? Either.right(new URL(url))
      : Either.left(new DmsUnreachable({ url, detail: `${source} is not a URL; correct it with --${flag}` }))
  }
  return Either.gen(function* () {
    const data = yield* choose(
      "apiPrefix",
      "dataManagementApi",
      config.apiPrefix,
      said.dataManagementApi,
      "data"
    )
    const prefix = withoutSlashes(data.href)
    return {
      resources: prefix.endsWith("/ed-fi") ? prefix : `${prefix}/ed-fi`,
      oauth: yield* choose("oauthEndpoint", "oauth", config.oauthEndpoint, said.oauth, "oauth/token"),
      batch: yield* choose("batchPath", "batchApi", config.batchPath, said.batchApi, "batch")
    }
  })
}

/**
 * Asks the root of the server. A server without discovery (404, or no JSON) is used by the usual paths, with a
 * warning; one that does not answer at all is an error.
 */
const discover = Effect.gen(function* () {
  const config = yield* DmsConfig
  const ask = yield* makeAsk
  const url = `${config.baseUrl}/`
  const { redirect, text } = yield* Effect.mapError(
    ask(HttpClientRequest.get(url, { acceptJson: true })),
    ({ detail }) => new DmsUnreachable({ url, detail: excerpt(detail) })
  )
  if (redirect !== undefined) {
    const detail = `it redirects to ${redirect}; give the address it leads to as --baseUrl`
    return yield* new DmsUnreachable({ url, detail })
  }
  const said: SaidUrls = yield* decodeAnswer(text).pipe(
    Effect.map(({ urls: { batchApi, dataManagementApi, oauth } }) => ({
      oauth: textOf(oauth),
      dataManagementApi: textOf(dataManagementApi),
      batchApi: textOf(batchApi)
    })),
    Effect.catchTag("ParseError", () =>
      Effect.as(
        Effect.logWarning(`${url} does not answer with Ed-Fi discovery; the usual paths below it are used`),
        {}
      )
    )
  )
  const urls = yield* chooseUrls(config, said)
  yield* Effect.logDebug(
    `resources at ${urls.resources}, login at ${urls.oauth.href}, batches at ${urls.batch.href}`
  )
  return urls
})

export class Discovery extends Context.Tag("edfi-perf/dms/Discovery")<Discovery, DmsUrls>() {
  static readonly layer: Layer.Layer<Discovery, DmsUnreachable, DmsConfig | HttpClient.HttpClient> =
    Layer.effect(Discovery, discover)
}
