/** The single-resource API: one record at a time, for fixtures and for whoever wants to look at the server. */
import * as UrlParams from "@effect/platform/UrlParams"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { excerpt } from "../domain/excerpt.ts"
import { parseJsonTo } from "../domain/parseJson.ts"
import { TransportFailed } from "../domain/BatchError.ts"
import type { JsonObject } from "../domain/Json.ts"
import { Problem } from "../domain/Problem.ts"
import type { Resource } from "../domain/Resource.ts"
import { Authorized } from "./Authorized.ts"
import { locatedId } from "./decodeSingle.ts"
import { Discovery } from "./Discovery.ts"
import { isTransientStatus } from "./transientRetry.ts"
import { problemOf, showWith, shownFailure, valueOf } from "./readFailure.ts"
import { retryAfterOf } from "./retryAfter.ts"
import { Tokens } from "./Tokens.ts"
import type { HttpResponse, HttpRequest } from "./httpMessage.ts"

/** The server answered a single request with something other than success. */
export class ResourceRefused extends Schema.TaggedError<ResourceRefused>()("ResourceRefused", {
  method: Schema.String,
  url: Schema.String,
  status: Schema.Int,
  problem: Problem,
  /** How long the server asked its clients to wait (`Retry-After` of a 429 or 503). */
  retryAfterMillis: Schema.optional(Schema.Number)
}) {
  override get message(): string {
    const { detail, errors = [], type, validationErrors = {} } = this.problem
    const reasons = [
      detail,
      ...Object.entries(validationErrors).map(([path, texts]) => `${path}: ${texts.join(" ")}`),
      ...errors
    ].filter((text) => text !== undefined)
    const why = excerpt(reasons.join("; "), 1000)
    return `${this.method} ${this.url} answered ${this.status} ${type ?? ""}: ${why}`
  }
}

export type ResourceError = ResourceRefused | TransportFailed

/** A record that was created or, on POST of an identity that exists, updated. */
export interface Stored {
  readonly id: string
  readonly created: boolean
  /** Exactly as the header held it, to be sent back as `If-Match`. */
  readonly etag: Option.Option<string>
}

const StoredDocument = Schema.Struct(
  { id: Schema.NonEmptyString },
  { key: Schema.String, value: Schema.Unknown }
)
/** A document as the server returns it: with its `id`, and whatever else it has undecoded. */
export type StoredDocument = typeof StoredDocument.Type

const decodeDocument = Schema.decodeUnknown(parseJsonTo(StoredDocument))
const decodeDocuments = Schema.decodeUnknown(parseJsonTo(Schema.Array(StoredDocument)))

/** What a resource is called in URLs. */
export type Endpoint = Pick<Resource, "endpoint">

export interface WriteOptions {
  /** The `etag` of the version that may be overwritten or deleted. */
  readonly ifMatch?: string
}

const utf8 = new TextDecoder()

const header = (response: HttpResponse, name: string): Option.Option<string> => {
  const value = response.headers[name]
  return typeof value === "string" ? Option.some(value) : Option.none()
}

const make = Effect.gen(function* () {
  const { resources } = yield* Discovery
  const { redact } = yield* Tokens
  const authorized = yield* Authorized
  const clock = yield* Effect.clock

  const call = (
    method: HttpRequest["method"],
    path: string,
    expected: ReadonlyArray<number>,
    body?: JsonObject,
    { ifMatch }: WriteOptions = {}
  ) => {
    const url = new URL(`${resources}/${path}`)
    return authorized
      .send({
        method,
        url,
        body: body === undefined ? null : new TextEncoder().encode(JSON.stringify(body)),
        headers: ifMatch === undefined ? {} : { "if-match": ifMatch }
      })
      .pipe(
        Effect.mapError((error) => shownFailure(error, redact)),
        Effect.flatMap((response): Effect.Effect<HttpResponse & { readonly text: string }, ResourceError> => {
          if (expected.includes(response.status)) {
            return Effect.succeed({ ...response, text: utf8.decode(response.body) })
          }
          const problem = problemOf(response, redact, valueOf(response))
          const asked = retryAfterOf(response, clock.unsafeCurrentTimeMillis())
          return new ResourceRefused({ method, url: url.href, status: response.status, problem, ...asked })
        })
      )
  }

  const unreadable = (status: number, text: string) => () =>
    new TransportFailed({ phase: "answer", status, detail: `unexpected answer: ${showWith(redact)(text)}` })

  return {
    post: ({ endpoint }, document) =>
      Effect.flatMap(call("POST", endpoint, [200, 201], document), (response) => {
        const id = locatedId(response, endpoint)
        return id === undefined
          ? Effect.suspend(unreadable(response.status, "no Location header"))
          : Effect.succeed({ id, created: response.status === 201, etag: header(response, "etag") })
      }),

    get: ({ endpoint }, id) =>
      Effect.flatMap(call("GET", `${endpoint}/${encodeURIComponent(id)}`, [200, 404]), (response) =>
        response.status === 404
          ? Effect.succeedNone
          : Effect.mapBoth(decodeDocument(response.text), {
              onFailure: unreadable(response.status, response.text),
              onSuccess: Option.some
            })
      ),

    find: ({ endpoint }, key) => {
      const query = UrlParams.toString(UrlParams.fromInput(key))
      return Effect.flatMap(call("GET", `${endpoint}?${query}`, [200]), (response) =>
        Effect.mapError(decodeDocuments(response.text), unreadable(response.status, response.text))
      )
    },

    put: ({ endpoint }, id, document, options) =>
      Effect.asVoid(
        call("PUT", `${endpoint}/${encodeURIComponent(id)}`, [204], { ...document, id }, options)
      ),

    remove: ({ endpoint }, id, options) =>
      Effect.map(
        call("DELETE", `${endpoint}/${encodeURIComponent(id)}`, [204, 404], undefined, options),
        ({ status }) => status === 204
      )
  } satisfies ResourceClient["Type"]
})

export class ResourceClient extends Context.Tag("edfi-perf/dms/ResourceClient")<
  ResourceClient,
  {
    /** Creates a record, or updates the one that has its identity. */
    readonly post: (resource: Endpoint, document: JsonObject) => Effect.Effect<Stored, ResourceError>
    /** The record of an id, if there is one. */
    readonly get: (
      resource: Endpoint,
      id: string
    ) => Effect.Effect<Option.Option<StoredDocument>, ResourceError>
    /**
     * The first 500 records that agree with all parts of a key; none is an empty array.
     *
     * @example find(students, { studentUniqueId: "604822" })
     */
    readonly find: (
      resource: Endpoint,
      key: Readonly<Record<string, string | number>>
    ) => Effect.Effect<ReadonlyArray<StoredDocument>, ResourceError>
    /** Replaces a whole document; the `id` is put into it. */
    readonly put: (
      resource: Endpoint,
      id: string,
      document: JsonObject,
      options?: WriteOptions
    ) => Effect.Effect<void, ResourceError>
    /** Whether there was such a record. */
    readonly remove: (
      resource: Endpoint,
      id: string,
      options?: WriteOptions
    ) => Effect.Effect<boolean, ResourceError>
  }
>() {
  static readonly layer: Layer.Layer<ResourceClient, never, Authorized | Discovery | Tokens> = Layer.effect(
    ResourceClient,
    make
  )
}

/** Worth asking again: no verdict, a server error, or "later". */
export const isTransient = (error: ResourceError): boolean =>
  error._tag === "TransportFailed" || isTransientStatus(error.status)
