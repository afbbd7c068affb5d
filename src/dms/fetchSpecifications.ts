/** The OpenAPI documents that a server publishes: found through discovery, read without a login. */
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { excerpt } from "../domain/excerpt.ts"
import { parseJsonTo } from "../domain/parseJson.ts"
import { shownAddress } from "../domain/shownAddress.ts"
import { addressFault, isDowngrade } from "./Discovery.ts"
import { DmsConfig } from "./DmsConfig.ts"
import { makeFetchText } from "./fetchText.ts"

/** The server publishes no OpenAPI documents, or none that can be used. */
export class SpecificationsUnavailable extends Schema.TaggedError<SpecificationsUnavailable>()(
  "SpecificationsUnavailable",
  { url: Schema.String, detail: Schema.String }
) {
  override get message(): string {
    return `no OpenAPI documents from ${this.url}: ${this.detail}; --spec reads them from files instead`
  }
}

/** One document of the list. */
export interface Specification {
  readonly url: string
  readonly text: string
}

const decodeDiscovery = Schema.decodeUnknown(
  parseJsonTo(Schema.Struct({ urls: Schema.Struct({ openApiMetadata: Schema.String }) }))
)

/** At most some dozens of entries: one per profile, extension and composite. */
const decodeList = Schema.decodeUnknown(
  parseJsonTo(
    Schema.Array(
      Schema.Struct({
        name: Schema.String,
        endpointUri: Schema.String,
        prefix: Schema.optional(Schema.NullOr(Schema.String))
      })
    ).pipe(Schema.maxItems(1000))
  )
)

/** The documents of the data themselves; others are of profiles, composites and change queries. */
const isWanted = ({ name, prefix }: { readonly name: string; readonly prefix?: string | null | undefined }) =>
  (prefix ?? "") === "" && /^(resources|descriptors)$/i.test(name)

/**
 * Makes the request of a public document, which needs no login.
 *
 * @param unavailable makes the error from a safe address and a reason
 */
export const makeFetchFrom = <E>(unavailable: (url: string, detail: string) => E) =>
  // Nothing to redact: no secret is sent.
  Effect.map(
    makeFetchText((text) => text),
    (fetchText) => (url: string) => {
      const unavailableHere = (detail: string) => unavailable(shownAddress(url), detail)
      return Effect.gen(function* () {
        const { status, text } = yield* Effect.mapError(
          fetchText(HttpClientRequest.get(url, { acceptJson: true })),
          ({ detail }) => unavailableHere(detail)
        )
        if (status !== 200) return yield* Effect.fail(unavailableHere(`it returned ${status}`))
        return { text, unavailable: unavailableHere }
      })
    }
  )

/** Why an address of the server is not used; `undefined` if it is. */
export const faultOf = (address: string, baseUrl: string): string | undefined => {
  const fault = addressFault(address, false)
  if (fault !== undefined) return fault
  return isDowngrade(new URL(address), new URL(baseUrl)) ? "is plain http, but --baseUrl is https" : undefined
}

/**
 * Requests discovery, the list that it names and the documents `Resources` and `Descriptors` of that list.
 *
 * @returns the documents in the order of the list, at least one
 */
export const fetchSpecifications = Effect.gen(function* () {
  const { baseUrl } = yield* DmsConfig
  const fetchFrom = yield* makeFetchFrom((url, detail) => new SpecificationsUnavailable({ url, detail }))
  const root = yield* fetchFrom(`${baseUrl}/`)
  const { urls } = yield* Effect.mapError(decodeDiscovery(root.text), () =>
    root.unavailable("its discovery document has no urls.openApiMetadata")
  )
  const rootFault = faultOf(urls.openApiMetadata, baseUrl)
  if (rootFault !== undefined) return yield* root.unavailable(`urls.openApiMetadata ${rootFault}`)
  const list = yield* fetchFrom(urls.openApiMetadata)
  const entries = yield* Effect.mapError(decodeList(list.text), () =>
    list.unavailable("it is no list of documents (name, endpointUri, prefix)")
  )
  const wanted = entries.filter(isWanted)
  if (wanted.length === 0) return yield* list.unavailable("its list has no entry Resources without a prefix")
  return yield* Effect.forEach(wanted, ({ endpointUri, name }) => {
    const fault = faultOf(endpointUri, baseUrl)
    if (fault !== undefined) return list.unavailable(`the address of ${excerpt(name)} ${fault}`)
    return Effect.map(fetchFrom(endpointUri), ({ text }): Specification => ({
      url: shownAddress(endpointUri),
      text
    }))
  })
})
