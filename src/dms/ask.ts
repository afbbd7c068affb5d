/** What is asked once a run (discovery, login) goes through HttpClient: patient with passing faults, and bounded. */
import * as HttpClient from "@effect/platform/HttpClient"
import type * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import { DmsConfig } from "../config/DmsConfig.ts"
import { isPassingStatus, patience } from "./patience.ts"
import { reasonOf } from "./reasonOf.ts"

/** No connection, no answer in time, or one that says "later": 408, 429 or 5xx. The detail quotes the answer whole. */
export class NoAnswer extends Data.TaggedError("NoAnswer")<{ readonly detail: string }> {}

export interface Said {
  readonly status: number
  readonly text: string
  /** Where a redirect leads; redirects are not followed, because the load would not follow them either. */
  readonly redirect: string | undefined
}

/** Sends a request, up to four times in all; every other status than "later" is an answer. */
export const makeAsk = Effect.gen(function* () {
  const { requestTimeout } = yield* DmsConfig
  const client = (yield* HttpClient.HttpClient).pipe(HttpClient.withTracerPropagation(false))
  return (request: HttpClientRequest.HttpClientRequest): Effect.Effect<Said, NoAnswer> =>
    client.execute(request).pipe(
      Effect.flatMap(({ headers, status, text }) => {
        const redirect = status >= 300 && status < 400 ? (headers["location"] ?? "nowhere") : undefined
        return Effect.map(text, (body): Said => ({ status, text: body, redirect }))
      }),
      Effect.mapError((error) => new NoAnswer({ detail: reasonOf(error.cause ?? error) })),
      Effect.timeoutFail({
        duration: requestTimeout,
        onTimeout: () => new NoAnswer({ detail: "no answer within the request timeout" })
      }),
      Effect.filterOrFail(
        ({ status }) => !isPassingStatus(status),
        ({ status, text }) => new NoAnswer({ detail: `it answered ${status} ${text}`.trim() })
      ),
      Effect.retry(patience)
    )
})
