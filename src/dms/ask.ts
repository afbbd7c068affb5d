/** What is asked once a run (discovery, login) goes through HttpClient: patient with passing faults, and bounded. */
import * as HttpClient from "@effect/platform/HttpClient"
import type * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import { DmsConfig } from "../config/DmsConfig.ts"
import { excerpt } from "./Secrets.ts"

/** Three more tries after 200, 400 and 800 ms: a restart behind a proxy passes, a wrong address is told soon. */
export const patience = Schedule.intersect(Schedule.exponential("200 millis"), Schedule.recurs(3))

/** No connection, no answer in time, or one that says "later": 408, 429 or 5xx. */
export class NoAnswer extends Data.TaggedError("NoAnswer")<{ readonly detail: string }> {}

/** Node reports a failed connection to a name with several addresses as an error without a message, but a code. */
const reasonOf = (cause: unknown): string | undefined => {
  if (!(cause instanceof Error)) return undefined
  const code = "code" in cause ? String(cause.code) : ""
  return cause.message === "" ? code : cause.message
}

export interface Said {
  readonly status: number
  readonly text: string
}

/** Sends a request, up to four times in all; every other status than "later" is an answer. */
export const makeAsk = Effect.gen(function* () {
  const { requestTimeout } = yield* DmsConfig
  const client = (yield* HttpClient.HttpClient).pipe(HttpClient.withTracerPropagation(false))
  return (request: HttpClientRequest.HttpClientRequest): Effect.Effect<Said, NoAnswer> =>
    client.execute(request).pipe(
      Effect.flatMap(({ status, text }) => Effect.map(text, (body): Said => ({ status, text: body }))),
      Effect.mapError((error) => new NoAnswer({ detail: reasonOf(error.cause) ?? error.message })),
      Effect.timeoutFail({
        duration: requestTimeout,
        onTimeout: () => new NoAnswer({ detail: "no answer within the request timeout" })
      }),
      Effect.filterOrFail(
        ({ status }) => status < 500 && status !== 408 && status !== 429,
        ({ status, text }) => new NoAnswer({ detail: `it answered ${status} ${excerpt(text)}`.trim() })
      ),
      Effect.retry(patience)
    )
})
