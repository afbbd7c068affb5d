/** Reads under load: one GET, one sample, which counts the documents of its response as rows. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Predicate from "effect/Predicate"
import { parseJson } from "../domain/parseJson.ts"
import type { SampleOutcome } from "../domain/Sample.ts"
import { OperationRefused, type SingleError } from "../domain/SingleError.ts"
import type { Authorized } from "./Authorized.ts"
import { Discovery } from "./Discovery.ts"
import type { DmsConfig } from "./DmsConfig.ts"
import type { HttpResponse } from "../wire/httpMessage.ts"
import { jsonOf, readFailure } from "./readFailure.ts"
import { recordedSend } from "./recordedSend.ts"
import { Tokens } from "./Tokens.ts"

export class ReadClient extends Context.Tag("edfi-perf/dms/ReadClient")<
  ReadClient,
  {
    /**
     * Reads one document. It is one row if the response has it; a 304, or a 404 that was expected, has none.
     *
     * @throws OperationRefused the server answered with another status below 500 (`op` is `read`)
     * @throws TransportFailed there was no verdict, the body is not a JSON object, or `check` found a mistake
     */
    readonly document: (read: DocumentRead) => Effect.Effect<DocumentAnswer, SingleError>
    /**
     * Reads a list of documents, deleted keys or changed keys: as many rows as the list has items.
     *
     * @throws OperationRefused as above
     * @throws TransportFailed there was no verdict, the body is not a list of JSON objects, or `check` found a mistake
     */
    readonly page: (read: PageRead) => Effect.Effect<Page, SingleError>
    /**
     * Reads any other JSON value, which has no rows.
     *
     * @param decode of the value; otherwise what is wrong with it, as a clause
     */
    readonly value: <A>(
      read: Read,
      decode: (value: unknown) => Either.Either<A, string>
    ) => Effect.Effect<A, SingleError>
  }
>() {
  static readonly layer: Layer.Layer<ReadClient, never, Authorized | DmsConfig | Discovery | Tokens> =
    Layer.effect(
      ReadClient,
      Effect.suspend(() => make)
    )
}

export interface Read {
  /** In reports: `GET /data/ed-fi/students?limit=25`. */
  readonly name: string
  /** Below the data, encoded: `ed-fi/students`, `ed-fi/students/4b7a`, `ed-fi/students/deletes`; or another address. */
  readonly path: string | URL
  /** What is read, for failures: `students`. */
  readonly resource: string
  /** @example { limit: 25, totalCount: true } */
  readonly query?: Readonly<Record<string, string | number | boolean>>
}

export interface DocumentRead extends Read {
  /** Sent unchanged as `If-None-Match`: whether it needs quotes differs between servers. */
  readonly ifNoneMatch?: string
  /** The status of the answer that is meant. Default: 200; with `ifNoneMatch` 304 too. */
  readonly expected?: 200 | 404
  /** What is wrong with a document, as a clause; the read has failed then. */
  readonly check?: (document: Row) => string | undefined
}

export interface PageRead extends Read {
  /** What is wrong with a page, as a clause; the read has failed then. */
  readonly check?: (page: Page) => string | undefined
}

/** The members of a document, undecoded. */
export type Row = Readonly<Record<string, unknown>>

export type DocumentAnswer =
  | {
      readonly _tag: "Found"
      readonly document: Row
      /** The unchanged `etag` header. */
      readonly etag: string | undefined
    }
  | { readonly _tag: "NotModified" }
  | { readonly _tag: "Missing" }

export interface Page {
  readonly rows: ReadonlyArray<Row>
  /** The header `Total-Count`: 0 or more, if it is a whole number. */
  readonly totalCount: number | undefined
  /** The header `Next-Page-Token`, opaque. */
  readonly nextPageToken: string | undefined
}

/** A result and its number of rows. */
type Counted<A> = readonly [result: A, rows: number]

const utf8 = new TextDecoder()

const headerOf = ({ headers }: Pick<HttpResponse, "headers">, name: string): string | undefined => {
  const value = headers[name]
  return typeof value === "string" ? value : undefined
}

const isRow = (value: unknown): value is Row => Predicate.isReadonlyRecord(value)

const countIn = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined

/** A result in which nothing is wrong, with its rows. */
const checked = <A>(result: A, rows: number, wrong: string | undefined): Either.Either<Counted<A>, string> =>
  wrong === undefined ? Either.right([result, rows]) : Either.left(wrong)

const readPage = (
  value: unknown,
  response: HttpResponse,
  check: PageRead["check"]
): Either.Either<Counted<Page>, string> => {
  if (!Array.isArray(value) || !value.every(isRow))
    return Either.left("the body is not a list of JSON objects")
  const page: Page = {
    rows: value,
    totalCount: countIn(headerOf(response, "total-count")),
    nextPageToken: headerOf(response, "next-page-token")
  }
  return checked(page, value.length, check?.(page))
}

const readDocument = (
  value: unknown,
  response: HttpResponse,
  check: DocumentRead["check"]
): Either.Either<Counted<DocumentAnswer>, string> =>
  isRow(value)
    ? checked({ _tag: "Found", document: value, etag: headerOf(response, "etag") }, 1, check?.(value))
    : Either.left("the body is not a JSON object")

const none = { create: 0, update: 0, delete: 0 }
const readRows = (rows: number): SampleOutcome => ({ _tag: "Succeeded", operations: none, rows })

const make = Effect.gen(function* () {
  const { data } = yield* Discovery
  const { redact } = yield* Tokens
  const send = yield* recordedSend

  const urlOf = ({ path, query = {} }: Read): URL => {
    const url = new URL(typeof path === "string" ? `${data}/${path}` : path)
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value))
    return url
  }

  /** The refusal or failure that another answer than the meant one is. */
  const failureOf = ({ resource }: Read, response: HttpResponse, wrong: string): SingleError => {
    const failure = readFailure(response, wrong, redact, jsonOf(response))
    return failure._tag === "Refused"
      ? new OperationRefused({ status: response.status, op: "read", resource, problem: failure.problem })
      : failure
  }

  const get = <A>(
    read: Read,
    headers: Readonly<Record<string, string>> | undefined,
    /** `undefined` for a status that is not meant. */
    answerOf: (response: HttpResponse) => Either.Either<Counted<A>, string> | undefined
  ): Effect.Effect<A, SingleError> => {
    const check = (response: HttpResponse) =>
      Either.mapLeft(answerOf(response) ?? Either.left(`status ${response.status}`), (wrong) =>
        failureOf(read, response, wrong)
      )
    return Effect.suspend(() =>
      Effect.map(
        send({
          name: read.name,
          method: "GET",
          url: urlOf(read),
          body: null,
          headers,
          operationCount: 0,
          check,
          outcomeOf: ([, rows]) => readRows(rows)
        }),
        ([result]) => result
      )
    )
  }

  const bodyOf = (response: HttpResponse): unknown => parseJson(utf8.decode(response.body))

  return {
    document: (read) => {
      const { expected = 200, ifNoneMatch } = read
      return get<DocumentAnswer>(
        read,
        ifNoneMatch === undefined ? undefined : { "if-none-match": ifNoneMatch },
        (response) => {
          if (response.status === 304 && ifNoneMatch !== undefined)
            return Either.right([{ _tag: "NotModified" }, 0])
          if (response.status !== expected) return undefined
          return expected === 404
            ? Either.right([{ _tag: "Missing" }, 0])
            : readDocument(bodyOf(response), response, read.check)
        }
      )
    },
    page: (read) =>
      get(read, undefined, (response) =>
        response.status === 200 ? readPage(bodyOf(response), response, read.check) : undefined
      ),
    value: (read, decode) =>
      get(read, undefined, (response) =>
        response.status === 200
          ? Either.map(decode(bodyOf(response)), (result) => [result, 0] as const)
          : undefined
      )
  } satisfies ReadClient["Type"]
})
