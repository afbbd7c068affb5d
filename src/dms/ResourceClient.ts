/** The single-resource API: one record at a time, for fixtures and for inspecting a server. */
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
import { pathOf, type Resource } from "../domain/Resource.ts"
import { Authorized } from "./Authorized.ts"
import { idFromLocation } from "./decodeSingle.ts"
import { Discovery } from "./Discovery.ts"
import { isTransientStatus } from "./transientRetry.ts"
import { problemOf, sanitizeWith, sanitizedFailure, jsonOf } from "./readFailure.ts"
import { retryAfterOf } from "./retryAfter.ts"
import { Tokens } from "./Tokens.ts"
import type { HttpResponse, HttpRequest } from "../wire/httpMessage.ts"

export class ResourceClient extends Context.Tag("edfi-perf/dms/ResourceClient")<
  ResourceClient,
  {
    /** Creates a record, or updates the record with the same identity. */
    readonly post: (resource: Endpoint, document: JsonObject) => Effect.Effect<Stored, ResourceError>
    /** The record with this id, if it exists. */
    readonly get: (
      resource: Endpoint,
      id: string
    ) => Effect.Effect<Option.Option<StoredDocument>, ResourceError>
    /**
     * The first 500 records that match all parts of a key.
     *
     * @example find(students, { studentUniqueId: "604822" })
     */
    readonly find: (
      resource: Endpoint,
      key: Readonly<Record<string, string | number>>
    ) => Effect.Effect<ReadonlyArray<StoredDocument>, ResourceError>
    /** Replaces a whole document; `id` is added to it. */
    readonly put: (
      resource: Endpoint,
      id: string,
      document: JsonObject,
      options?: WriteOptions
    ) => Effect.Effect<void, ResourceError>
    /** @returns whether the record existed */
    readonly remove: (
      resource: Endpoint,
      id: string,
      options?: WriteOptions
    ) => Effect.Effect<boolean, ResourceError>
  }
>() {
  static readonly layer: Layer.Layer<ResourceClient, never, Authorized | Discovery | Tokens> = Layer.effect(
    ResourceClient,
    Effect.suspend(() => make)
  )
}

/** What URLs have of a resource. */
export type Endpoint = Pick<Resource, "endpoint" | "project">

/** A record that was created or, on POST of an existing identity, updated. */
export interface Stored {
  readonly id: string
  readonly created: boolean
  /** The unchanged `etag` header, for `If-Match`. */
  readonly etag: Option.Option<string>
}

const StoredDocument = Schema.Struct(
  { id: Schema.NonEmptyString },
  { key: Schema.String, value: Schema.Unknown }
)
/** A document as the server returns it: its `id` and undecoded members. */
export type StoredDocument = typeof StoredDocument.Type

export interface WriteOptions {
  /** The `etag` of the version that may be overwritten or deleted. */
  readonly ifMatch?: string
}

/** The server did not accept a single request. */
export class ResourceRefused extends Schema.TaggedError<ResourceRefused>()("ResourceRefused", {
  method: Schema.String,
  url: Schema.String,
  status: Schema.Int,
  problem: Problem,
  /** From `Retry-After` of a 429 or 503. */
  retryAfterMillis: Schema.optional(Schema.Number)
}) {
  override get message(): string {
    const { detail, errors = [], type, validationErrors = {} } = this.problem
    const reasons = [
      detail,
      ...Object.entries(validationErrors).map(([path, texts]) => `${path}: ${texts.join(" ")}`),
      ...errors
    ].filter((text) => text !== undefined)
    const reason = excerpt(reasons.join("; "), 1000)
    return `${this.method} ${this.url} returned ${this.status} ${type ?? ""}: ${reason}`
  }
}

export type ResourceError = ResourceRefused | TransportFailed

/** Whether the same request may succeed later: no verdict, a server error, or a rate limit. */
export const isTransient = (error: ResourceError): boolean =>
  error._tag === "TransportFailed" || isTransientStatus(error.status)

const decodeDocument = Schema.decodeUnknown(parseJsonTo(StoredDocument))
const decodeDocuments = Schema.decodeUnknown(parseJsonTo(Schema.Array(StoredDocument)))

const utf8 = new TextDecoder()

const header = (response: HttpResponse, name: string): Option.Option<string> => {
  const value = response.headers[name]
  return typeof value === "string" ? Option.some(value) : Option.none()
}

interface Call extends WriteOptions {
  readonly method: HttpRequest["method"]
  /** Below the data: `ed-fi/students/4b7a`. */
  readonly path: string
  readonly body?: JsonObject
  /** Statuses that are not errors. */
  readonly expected: ReadonlyArray<number>
}

/** Sends a request and fails for unexpected statuses. */
const makeCall = Effect.gen(function* () {
  const { data } = yield* Discovery
  const { redact } = yield* Tokens
  const authorized = yield* Authorized
  const clock = yield* Effect.clock

  return ({ body, expected, ifMatch, method, path }: Call) => {
    const url = new URL(`${data}/${path}`)
    return authorized
      .send({
        method,
        url,
        body: body === undefined ? null : new TextEncoder().encode(JSON.stringify(body)),
        headers: ifMatch === undefined ? {} : { "if-match": ifMatch }
      })
      .pipe(
        Effect.mapError((error) => sanitizedFailure(error, redact)),
        Effect.flatMap((response): Effect.Effect<HttpResponse & { readonly text: string }, ResourceError> => {
          if (expected.includes(response.status)) {
            return Effect.succeed({ ...response, text: utf8.decode(response.body) })
          }
          const problem = problemOf(response, redact, jsonOf(response))
          const retryAfter = retryAfterOf(response, clock.unsafeCurrentTimeMillis())
          return new ResourceRefused({
            method,
            url: url.href,
            status: response.status,
            problem,
            ...retryAfter
          })
        })
      )
  }
})

const recordPath = (resource: Endpoint, id: string): string => `${pathOf(resource)}/${encodeURIComponent(id)}`

const make = Effect.gen(function* () {
  const call = yield* makeCall
  const { redact } = yield* Tokens

  const unreadable = (status: number, text: string) => () =>
    new TransportFailed({
      phase: "answer",
      status,
      detail: `unexpected response: ${sanitizeWith(redact)(text)}`
    })

  return {
    post: (resource, body) =>
      Effect.flatMap(
        call({ method: "POST", path: pathOf(resource), body, expected: [200, 201] }),
        (response) => {
          const id = idFromLocation(response, resource.endpoint)
          return id === undefined
            ? Effect.suspend(unreadable(response.status, "no Location header"))
            : Effect.succeed({ id, created: response.status === 201, etag: header(response, "etag") })
        }
      ),

    get: (resource, id) =>
      Effect.flatMap(
        call({ method: "GET", path: recordPath(resource, id), expected: [200, 404] }),
        ({ status, text }) =>
          status === 404
            ? Effect.succeedNone
            : Effect.mapBoth(decodeDocument(text), {
                onFailure: unreadable(status, text),
                onSuccess: Option.some
              })
      ),

    find: (resource, key) => {
      const path = `${pathOf(resource)}?${UrlParams.toString(UrlParams.fromInput(key))}`
      return Effect.flatMap(call({ method: "GET", path, expected: [200] }), ({ status, text }) =>
        Effect.mapError(decodeDocuments(text), unreadable(status, text))
      )
    },

    put: (resource, id, document, options = {}) => {
      const path = recordPath(resource, id)
      return Effect.asVoid(
        call({ method: "PUT", path, body: { ...document, id }, expected: [204], ...options })
      )
    },

    remove: (resource, id, options = {}) => {
      const path = recordPath(resource, id)
      return Effect.map(
        call({ method: "DELETE", path, expected: [204, 404], ...options }),
        ({ status }) => status === 204
      )
    }
  } satisfies ResourceClient["Type"]
})
