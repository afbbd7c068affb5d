/** The bearer token of the run: one login, renewed in time, and renewed once for all users that saw it refused. */
import type * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as FiberId from "effect/FiberId"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import { type DmsAddress, DmsConfig } from "./DmsConfig.ts"
import { makeAsk } from "./fetchText.ts"
import { Discovery, type DmsUrls } from "./Discovery.ts"
import { parseJsonTo } from "../domain/parseJson.ts"
import { shownAddress } from "../domain/shownAddress.ts"
import { maxWaitMillis } from "./transientRetry.ts"
import { type Redact, showWith } from "./readFailure.ts"
import { Secrets } from "./Secrets.ts"

/** The login was refused: key or secret are wrong, or the address is not a login (400, 401, 403, 404, ...). */
export class LoginRefused extends Schema.TaggedError<LoginRefused>()("LoginRefused", {
  url: Schema.String,
  status: Schema.Int,
  detail: Schema.String
}) {
  override get message(): string {
    const hint = this.status === 404 ? "--oauthEndpoint gives another address" : "check --key and --secret"
    return `${this.url} refused the login with ${this.status}: ${this.detail}; ${hint}`
  }
}

/** No token could be had for another reason: no connection, a 5xx, an answer that is not a token. */
export class TokenUnavailable extends Schema.TaggedError<TokenUnavailable>()("TokenUnavailable", {
  url: Schema.String,
  detail: Schema.String,
  /** How long the server asked its clients to wait. */
  retryAfterMillis: Schema.optional(Schema.Number)
}) {
  override get message(): string {
    return `no token could be had from ${this.url}: ${this.detail}; --oauthEndpoint gives another address`
  }
}

export type LoginError = LoginRefused | TokenUnavailable

/** The lifetime that a DMS uses, also assumed where the response does not state it in seconds. */
const defaultLifeSeconds = 1800

/** A number, or a number as a string; some servers omit it or send `null`. */
const lifeSecondsOf = (expiresIn: unknown): number => {
  const isGiven = typeof expiresIn === "number" || (typeof expiresIn === "string" && expiresIn.trim() !== "")
  const seconds = isGiven ? Number(expiresIn) : Number.NaN
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : defaultLifeSeconds
}

/** What a header can carry: visible ASCII. */
const Bearer = Schema.NonEmptyString.pipe(Schema.pattern(/^[\x21-\x7E]+$/), Schema.maxLength(65_536))

const TokenResponse = parseJsonTo(
  Schema.Struct({
    access_token: Schema.Redacted(Bearer),
    expires_in: Schema.optional(Schema.Unknown)
  })
)

/**
 * How long a token is used before it is renewed, in seconds: one minute less than it lasts, or nine tenths of a
 * short life, and at least one second.
 *
 * @example renewAfterSeconds(1800) // 1740
 * @example renewAfterSeconds(20) // 18
 */
export const renewAfterSeconds = (expiresInSeconds: number): number =>
  Math.max(1, expiresInSeconds - Math.min(60, expiresInSeconds / 10))

/** The minimum delay after a failed login: each login costs the server a slow hash. */
const quietMillis = 1000

interface Token {
  readonly bearer: Redacted.Redacted
  /** Milliseconds since 1970. */
  readonly renewAtMillis: number
}

/** A lone surrogate, which only a library caller can pass, has no UTF-8 encoding. */
const wellFormed = (text: Redacted.Redacted): string => Redacted.value(text).replaceAll(/\p{Cs}/gu, "\uFFFD")

/**
 * Key and secret for a Basic header. Servers decode them as a form, as a URL, or not at all, so the characters that
 * these servers would read differently are percent-encoded (RFC 6749, 2.3.1). A blank becomes `%20`, which forms and
 * URLs decode alike; visible ASCII other than `%` and `+` is the same for all and stays.
 */
const basicOf = ({ key, secret }: Pick<DmsAddress, "key" | "secret">): Redacted.Redacted => {
  // The first colon ends the key.
  const keyPart = wellFormed(key).replaceAll(/[^!-~]|[%+:]/gu, encodeURIComponent)
  const secretPart = wellFormed(secret).replaceAll(/[^!-~]|[%+]/gu, encodeURIComponent)
  return Redacted.make(Buffer.from(`${keyPart}:${secretPart}`, "utf8").toString("base64"))
}

/** Shorter query values, such as a year or a tenant, are not keys and occur in too many texts. */
const minQuerySecretLength = 8

/** The parts of an address that may be a key: its query, and the longer values in it. */
const querySecretsOf = ({ search, searchParams }: URL): ReadonlyArray<Redacted.Redacted> =>
  [search.slice(1), ...searchParams.values()]
    .filter((text) => text.length >= minQuerySecretLength)
    .map((text) => Redacted.make(text))

/** The secrets of a login and of the addresses in use; tokens are added as they arrive. */
export const secretsOf = (
  address: Pick<DmsAddress, "key" | "secret">,
  { batch, oauth }: DmsUrls
): Secrets => {
  const secrets = new Secrets()
  secrets.add(address.secret, basicOf(address), ...querySecretsOf(batch), ...querySecretsOf(oauth))
  return secrets
}

/** One request for a token, and its secrets. */
const makeLogin = Effect.gen(function* () {
  const config = yield* DmsConfig
  const urls = yield* Discovery
  const { href } = urls.oauth
  const url = shownAddress(href)
  const secrets = secretsOf(config, urls)
  const ask = yield* makeAsk(secrets.redact)

  /** A Basic header and a form `grant_type`: the one way that every DMS and its proxy take. */
  const request = HttpClientRequest.post(href, { acceptJson: true }).pipe(
    HttpClientRequest.setHeader("authorization", `Basic ${Redacted.value(basicOf(config))}`),
    HttpClientRequest.bodyUrlParams({ grant_type: "client_credentials" })
  )
  const unavailable = (detail: string) => new TokenUnavailable({ url, detail })
  const login: Effect.Effect<Token, LoginError> = Effect.gen(function* () {
    const { redirect, status, text } = yield* Effect.mapError(
      ask(request),
      ({ detail, retryAfterMillis }) => new TokenUnavailable({ url, detail, retryAfterMillis })
    )
    if (redirect !== undefined) return yield* unavailable(`it redirects to ${redirect}`)
    if (status !== 200) {
      const detail = showWith(secrets.redact)(text) || "no reason given"
      return yield* new LoginRefused({ url, status, detail })
    }
    const { access_token, expires_in } = yield* Effect.mapError(Schema.decode(TokenResponse)(text), () =>
      // The text itself is not shown: whatever it is, it may hold a token.
      unavailable("it answered 200 without a JSON object that has an access_token")
    )
    secrets.addToken(access_token)
    const now = yield* Clock.currentTimeMillis
    return { bearer: access_token, renewAtMillis: now + 1000 * renewAfterSeconds(lifeSecondsOf(expires_in)) }
  })
  return { login, secrets, unavailable }
})

const make = Effect.gen(function* () {
  const { login, secrets, unavailable } = yield* makeLogin
  const clock = yield* Effect.clock

  // Fetched while the layer is built, so that wrong credentials end the run before any load is sent.
  let current = yield* login
  let refused: Redacted.Redacted | undefined
  let renewal: Deferred.Deferred<void, LoginError> | undefined
  let failed: { readonly error: LoginError; readonly untilMillis: number } | undefined
  const scope = yield* Effect.scope

  const noteFailure = (error: LoginError) =>
    Effect.flatMap(Clock.currentTimeMillis, (now) => {
      const asked = error._tag === "TokenUnavailable" ? (error.retryAfterMillis ?? 0) : 0
      failed = { error, untilMillis: now + Math.max(quietMillis, Math.min(asked, maxWaitMillis)) }
      return Effect.logWarning(error.message)
    })

  /** The login returns the same token again: users try it, and the next renewal waits. */
  const sameToken = unavailable("it returned the refused token again")

  const quietFor = (): number => Math.max(0, (failed?.untilMillis ?? 0) - clock.unsafeCurrentTimeMillis())

  /** Runs in the service's own scope: a user that is interrupted does not take the others' renewal with it. */
  const renewInScope = (started: Deferred.Deferred<void, LoginError>) =>
    Effect.sleep(quietFor()).pipe(
      Effect.zipRight(login),
      Effect.flatMap((token) => {
        const isRefusedOne = refused !== undefined && Redacted.value(token.bearer) === Redacted.value(refused)
        current = token
        return isRefusedOne ? noteFailure(sameToken) : Effect.void
      }),
      Effect.tapError(noteFailure),
      Effect.onExit(() => Effect.sync(() => (renewal = undefined))),
      Effect.intoDeferred(started),
      Effect.interruptible,
      Effect.forkIn(scope)
    )

  /** One login for all callers that arrive before it ends. */
  const renewOnce = (bearer: Redacted.Redacted): Effect.Effect<void, LoginError> =>
    Effect.uninterruptibleMask((restore) => {
      if (current.bearer !== bearer) return Effect.void
      // Refused credentials are not tried again at once; after any other failure the caller waits.
      if (failed?.error._tag === "LoginRefused" && quietFor() > 0) return failed.error
      if (renewal !== undefined) return restore(Deferred.await(renewal))
      const started = Deferred.unsafeMake<void, LoginError>(FiberId.none)
      renewal = started
      return Effect.zipRight(renewInScope(started), restore(Deferred.await(started)))
    })

  yield* Effect.gen(function* () {
    const token = current
    yield* Effect.sleep(token.renewAtMillis - (yield* Clock.currentTimeMillis))
    // A token that was refused meanwhile has been renewed; the next turn waits for the new one's time.
    yield* Effect.retry(renewOnce(token.bearer), Schedule.spaced("10 seconds"))
  }).pipe(Effect.forever, Effect.interruptible, Effect.forkScoped)

  return {
    current: Effect.sync(() => current.bearer),
    isRefused: (bearer) => bearer === refused,
    renew: (bearer) =>
      Effect.suspend(() => {
        // A late 401 for an older token says nothing about the current one.
        if (bearer === current.bearer) refused = bearer
        return renewOnce(bearer)
      }),
    redact: secrets.redact
  } satisfies Tokens["Type"]
})

export class Tokens extends Context.Tag("edfi-perf/dms/Tokens")<
  Tokens,
  {
    /** The bearer token to send now. A plain read; renewal runs in the background. */
    readonly current: Effect.Effect<Redacted.Redacted>
    /** Whether this token got a 401, so that sending it again is bound to fail: renew it first. */
    readonly isRefused: (bearer: Redacted.Redacted) => boolean
    /**
     * Reports a token that got a 401: one caller renews it and the others wait, also while the server asks the login to
     * wait.
     */
    readonly renew: (rejected: Redacted.Redacted) => Effect.Effect<void, LoginError>
    /** Takes the secret and every token of this run out of a text. */
    readonly redact: Redact
  }
>() {
  /** Logs in while it is built. */
  static readonly layer: Layer.Layer<Tokens, LoginError, DmsConfig | Discovery | HttpClient.HttpClient> =
    Layer.scoped(Tokens, make)

  /** A token that needs no login. */
  static readonly layerTest: Layer.Layer<Tokens> = Layer.succeed(Tokens, {
    current: Effect.succeed(Redacted.make("test-token")),
    isRefused: () => false,
    renew: () => Effect.void,
    redact: (text) => text
  })
}
