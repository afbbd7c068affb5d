/** The discovery document of a server, requested once: all that is known of its addresses without a login. */
import type * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { parseJsonTo } from "../domain/parseJson.ts"
import { DmsConfig } from "./DmsConfig.ts"
import { makeFetchText } from "./fetchText.ts"
import { describedFields, type ServerFacts, serverFactsOf } from "./serverFacts.ts"
import { addressesOf, type RoutedAddresses } from "./routes.ts"

export class DiscoveryDocument extends Context.Tag("edfi-perf/dms/DiscoveryDocument")<
  DiscoveryDocument,
  {
    /** Of the document: `http://localhost:8080/`. */
    readonly url: string
    /** Whether the response was a discovery document; if not, there are no addresses. */
    readonly isFound: boolean
    /** By their names, those of the route if there is one. Not checked: the server may have written anything. */
    readonly addresses: RoutedAddresses
    /** What the server says of itself; left out where the response was no discovery document. */
    readonly server?: ServerFacts | undefined
  }
>() {
  /** Requests the document while it is built. */
  static readonly layer: Layer.Layer<
    DiscoveryDocument,
    DmsUnreachable | RouteUnusable,
    DmsConfig | HttpClient.HttpClient
  > = Layer.effect(
    DiscoveryDocument,
    Effect.suspend(() => request)
  )
}

/** No connection, no HTTP response, or an address that cannot be used. */
export class DmsUnreachable extends Schema.TaggedError<DmsUnreachable>()("DmsUnreachable", {
  url: Schema.String,
  detail: Schema.String
}) {
  override get message(): string {
    return `the DMS could not be reached at ${this.url}: ${this.detail}`
  }
}

/** The server has no such route, or needs one. */
export class RouteUnusable extends Schema.TaggedError<RouteUnusable>()("RouteUnusable", {
  /** Of the discovery document. */
  url: Schema.String,
  /** `acme/2026`; `undefined` if none was given. */
  route: Schema.UndefinedOr(Schema.String),
  detail: Schema.String
}) {
  override get message(): string {
    const what =
      this.route === undefined ? "needs --route" : `does not have the route ${this.route} (--route)`
    return `the server at ${this.url} ${what}: ${this.detail}`
  }
}

const decodeDocument = Schema.decodeUnknown(
  parseJsonTo(
    Schema.Struct({
      urls: Schema.Record({ key: Schema.String, value: Schema.Unknown }),
      ...describedFields
    })
  )
)

/** A member that is no text, or an empty one, counts as absent. */
const textsOf = (urls: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(urls).flatMap(([name, value]) =>
      typeof value === "string" && value !== "" ? [[name, value] as const] : []
    )
  )

/** A response that is no discovery document (404, no JSON) has no addresses; no response at all is an error. */
const request = Effect.gen(function* () {
  const { baseUrl, route } = yield* DmsConfig
  // Nothing to redact: no secret has been sent yet.
  const fetchText = yield* makeFetchText((text) => text)
  const url = `${baseUrl}/`
  const { redirect, text } = yield* Effect.mapError(
    fetchText(HttpClientRequest.get(url, { acceptJson: true })),
    ({ detail }) => new DmsUnreachable({ url, detail })
  )
  if (redirect !== undefined) {
    const detail = `it redirects to ${redirect}; set --baseUrl to that address`
    return yield* new DmsUnreachable({ url, detail })
  }
  const found = yield* Effect.option(decodeDocument(text))
  const urls = found._tag === "Some" ? textsOf(found.value.urls) : {}
  const addresses = yield* Effect.mapError(
    addressesOf(urls, route),
    (detail) => new RouteUnusable({ url, route: route?.join("/"), detail })
  )
  const server = found._tag === "Some" ? serverFactsOf(found.value) : undefined
  return { url, isFound: found._tag === "Some", addresses, server }
})
