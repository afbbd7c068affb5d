/** Sends requests with the bearer token of the run. After a 401 it renews the token and sends the request once more. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { DmsConfig } from "./DmsConfig.ts"
import { TransportFailed } from "../domain/BatchError.ts"
import { Tokens } from "./Tokens.ts"
import { Transport } from "./Transport.ts"
import type { HttpRequest, HttpResponse, RequestBody, RequestListener } from "../wire/httpMessage.ts"
import { sendKept } from "../wire/sendKept.ts"

export class Authorized extends Context.Tag("edfi-perf/dms/Authorized")<
  Authorized,
  {
    /**
     * Sends a request and returns its response. If the token had to be renewed, the times of the response span both
     * attempts. A second 401 is returned as the response, and so is the first if the renewal fails or takes longer than
     * the request timeout. While the current token is known to be refused, requests wait for its renewal before they
     * are sent, up to the request timeout; their times include this wait.
     */
    readonly send: (request: AuthorizedRequest) => Effect.Effect<HttpResponse, TransportFailed>
    /** The same, and tells a listener. */
    readonly sendWith: SendAuthorized
  }
>() {
  static readonly layer: Layer.Layer<Authorized, never, DmsConfig | Tokens | Transport> = Layer.effect(
    Authorized,
    Effect.suspend(() => make)
  )
}

export type AuthorizedRequest = Omit<HttpRequest<RequestBody>, "headers"> & {
  /** Further headers, such as `if-match`. */
  readonly headers?: Readonly<Record<string, string>> | undefined
}

type SendAuthorized = <A, E>(
  request: AuthorizedRequest,
  listener: RequestListener<A, E>
) => Effect.Effect<A, E>

/** The headers of requests with a token. They are made once per token: the same object serves every request. */
const makeHeadersOf = () => {
  let known: Redacted.Redacted | undefined
  let headersOfKnown: Readonly<Record<string, string>> = {}
  return (token: Redacted.Redacted): Readonly<Record<string, string>> => {
    if (token !== known) {
      headersOfKnown = {
        authorization: `Bearer ${Redacted.value(token)}`,
        "content-type": "application/json",
        accept: "application/json",
        // Decompression would cost the load generator CPU time.
        "accept-encoding": "identity"
      }
      known = token
    }
    return headersOfKnown
  }
}

/** How often and by whom a token is renewed. */
interface Renewal {
  /** Whether there is a new token. A request that waits too long gives up; the renewal continues for the others. */
  readonly renewed: (token: Redacted.Redacted) => Effect.Effect<boolean>
  /** Sends the request once more, with the current token. */
  readonly again: SendAuthorized
  readonly now: () => bigint
}

/** The time of a request counts from its first attempt, or from the wait for a token before it. */
class LaterAttempt<A, E> implements RequestListener<A, E> {
  constructor(
    private readonly listener: RequestListener<A, E>,
    private readonly startedNanos: bigint
  ) {}

  onSend(bodyBytes: number): void {
    this.listener.onSend(bodyBytes)
  }

  onEnd(end: HttpResponse | TransportFailed): Effect.Effect<A, E> {
    const { startedNanos } = this
    return this.listener.onEnd(end instanceof TransportFailed ? end : { ...end, startedNanos })
  }

  onAbandon(): void {
    this.listener.onAbandon()
  }
}

/** Renews the token after a 401, and sends the request once more. */
class FirstAttempt<A, E> implements RequestListener<A, E> {
  constructor(
    private readonly request: AuthorizedRequest,
    private readonly token: Redacted.Redacted,
    private readonly listener: RequestListener<A, E>,
    private readonly renewal: Renewal
  ) {}

  onSend(bodyBytes: number): void {
    this.listener.onSend(bodyBytes)
  }

  onEnd(end: HttpResponse | TransportFailed): Effect.Effect<A, E> {
    if (end instanceof TransportFailed || end.status !== 401) return this.listener.onEnd(end)
    const { listener, renewal, request, token } = this
    const refused = { ...end, body: Buffer.from(end.body) }
    return Effect.flatMap(renewal.renewed(token), (isNew) =>
      isNew
        ? renewal.again(request, new LaterAttempt(listener, refused.startedNanos))
        : listener.onEnd({ ...refused, endedNanos: renewal.now() })
    ).pipe(Effect.onInterrupt(() => Effect.sync(() => listener.onAbandon())))
  }

  onAbandon(): void {
    this.listener.onAbandon()
  }
}

const make = Effect.gen(function* () {
  const tokens = yield* Tokens
  const transport = yield* Transport
  const { requestTimeout } = yield* DmsConfig
  const clock = yield* Effect.clock
  const now = () => clock.unsafeCurrentTimeNanos()
  const headersOf = makeHeadersOf()

  const renewed = (token: Redacted.Redacted): Effect.Effect<boolean> =>
    Effect.orElseSucceed(
      Effect.timeoutTo(tokens.renew(token), {
        duration: requestTimeout,
        onSuccess: () => true,
        onTimeout: () => false
      }),
      () => false
    )

  const withToken = (
    { body, headers, method, url }: AuthorizedRequest,
    token: Redacted.Redacted
  ): HttpRequest<RequestBody> => {
    const standard = headersOf(token)
    return { method, url, body, headers: headers === undefined ? standard : { ...standard, ...headers } }
  }

  const again: SendAuthorized = (request, listener) =>
    Effect.flatMap(tokens.current, (token) => transport.sendWith(withToken(request, token), listener))
  const renewal: Renewal = { renewed, again, now }

  const sendWith: SendAuthorized = (request, listener) =>
    Effect.flatMap(tokens.current, (token) => {
      if (!tokens.isRefused(token))
        return transport.sendWith(
          withToken(request, token),
          new FirstAttempt(request, token, listener, renewal)
        )
      const later = new LaterAttempt(listener, now())
      return Effect.zipRight(renewed(token), again(request, later)).pipe(
        Effect.onInterrupt(() => Effect.sync(() => listener.onAbandon()))
      )
    })

  return { sendWith, send: (request) => sendKept(sendWith, request) } satisfies Authorized["Type"]
})
