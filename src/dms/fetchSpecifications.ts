/** The OpenAPI documents that a server publishes: found through discovery, read without a login. */
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { excerpt } from "../domain/excerpt.ts"
import { parseJsonTo } from "../domain/parseJson.ts"
import { shownAddress } from "../domain/shownAddress.ts"
import { addressFault, isDowngrade, placeholder } from "./Discovery.ts"
import { DiscoveryDocument } from "./DiscoveryDocument.ts"
import { DmsConfig } from "./DmsConfig.ts"
import { makeFetchText } from "./fetchText.ts"
import type { RoutedAddress } from "./routes.ts"

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

/** Why an address of the server is not used; `undefined` if it is. */
const faultOf = (address: string, baseUrl: string): string | undefined => {
  const fault = addressFault(address, false)
  if (fault === placeholder) return `${fault}, which --route fills`
  if (fault !== undefined) return fault
  return isDowngrade(new URL(address), new URL(baseUrl)) ? "is plain http, but --baseUrl is https" : undefined
}

/** A public document of the server. */
export interface PublicDocument<E> {
  /** Where it was found, safe to print. */
  readonly url: string
  readonly text: string
  /** Makes the error of an unusable document. */
  readonly unavailable: (detail: string) => E
}

/**
 * Makes requests of public documents, which need no login.
 *
 * @param makeError from a safe address and a reason
 */
export const makeFetchPublic = <E>(makeError: (url: string, detail: string) => E) =>
  Effect.gen(function* () {
    const { baseUrl } = yield* DmsConfig
    const { addresses, url: root } = yield* DiscoveryDocument
    // Nothing to redact: no secret is sent.
    const fetchText = yield* makeFetchText((text) => text)

    /** @param from names the address in messages, and the document that has it */
    const fetch = (
      { address, shorter }: RoutedAddress,
      from: { readonly name: string; readonly url: string }
    ): Effect.Effect<PublicDocument<E>, E> => {
      const unavailable = (detail: string) => makeError(shownAddress(address), detail)
      const fault = faultOf(address, baseUrl)
      if (fault !== undefined) return Effect.fail(makeError(from.url, `${from.name} ${fault}`))
      return Effect.gen(function* () {
        const { status, text } = yield* Effect.mapError(
          fetchText(HttpClientRequest.get(address, { acceptJson: true })),
          ({ detail }) => unavailable(detail)
        )
        if (status === 200) return { url: shownAddress(address), text, unavailable }
        const [next, ...rest] = shorter
        const isElsewhere = status === 404 && next !== undefined
        return yield* isElsewhere
          ? fetch({ address: next, shorter: rest }, from)
          : Effect.fail(unavailable(`it returned ${status}`))
      })
    }

    /** The document whose address discovery has under a name. */
    const fetchNamed = (name: string): Effect.Effect<PublicDocument<E>, E> => {
      const routed = addresses[name]
      return routed === undefined
        ? Effect.fail(makeError(root, `its discovery document has no urls.${name}`))
        : fetch(routed, { name: `urls.${name}`, url: root })
    }
    return { fetch, fetchNamed }
  })

const makeUnavailable = (url: string, detail: string) => new SpecificationsUnavailable({ url, detail })

/**
 * Requests the list that discovery names, and the documents `Resources` and `Descriptors` of that list.
 *
 * @returns the documents in the order of the list, at least one
 */
export const fetchSpecifications = Effect.gen(function* () {
  const { fetch, fetchNamed } = yield* makeFetchPublic(makeUnavailable)
  const list = yield* fetchNamed("openApiMetadata")
  const entries = yield* Effect.mapError(decodeList(list.text), () =>
    list.unavailable("it is no list of documents (name, endpointUri, prefix)")
  )
  const wanted = entries.filter(isWanted)
  if (wanted.length === 0) return yield* list.unavailable("its list has no entry Resources without a prefix")
  return yield* Effect.forEach(wanted, ({ endpointUri, name }) =>
    Effect.map(
      fetch(
        { address: endpointUri, shorter: [] },
        { name: `the address of ${excerpt(name)}`, url: list.url }
      ),
      ({ text }): Specification => ({ url: shownAddress(endpointUri), text })
    )
  )
})
