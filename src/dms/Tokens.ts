/** The bearer token of the run: renewed before it expires, and once for all users whose requests were refused. */
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
import { makeFetchText } from "./fetchText.ts"
import { Discovery, type DmsUrls } from "./Discovery.ts"
import { parseJsonTo } from "../domain/parseJson.ts"
import { shownAddress } from "../domain/shownAddress.ts"
import { maxWaitMillis } from "./transientRetry.ts"
import { type Redact, sanitizeWith } from "./readFailure.ts"
import { Secrets } from "./Secrets.ts"

export class Tokens extends Context.Tag("edfi-perf/dms/Tokens")<
  Tokens,
  {
    /** The current bearer token. A plain read; renewal runs in the background. */
    readonly current: Effect.Effect<Redacted.Redacted>
    /** Whether this token got a 401. It would get another one, so renew it before you send. */
    readonly isRefused: (bearer: Redacted.Redacted) => boolean
    /**
     * Reports a token that got a 401. One caller renews it and the others wait for that renewal, also while the login
     * endpoint asks for a delay.
     */
    readonly renew: (rejected: Redacted.Redacted) => Effect.Effect<void, LoginError>
    /** Removes the secret and the tokens of this run from a text. */
    readonly redact: Redact
  }
>() {
  /** Logs in while it is built. */
  static readonly layer: Layer.Layer<Tokens, LoginError, DmsConfig | Discovery | HttpClient.HttpClient> =
    Layer.scoped(
      Tokens,
      Effect.suspend(() => make)
    )

  /** A token that needs no login. */
  static readonly layerTest: Layer.Layer<Tokens> = Layer.succeed(Tokens, {
    current: Effect.succeed(Redacted.make("test-token")),
    isRefused: () => false,
    renew: () => Effect.void,
    redact: (text) => text
  })
}

/** The server refused the login (400, 401, 403, 404, ...): key or secret are wrong, or this is not its login endpoint. */
export class LoginRefused extends Schema.TaggedError<LoginRefused>()("LoginRefused", {
  url: Schema.String,
  status: Schema.Int,
  detail: Schema.String
}) {
  override get message(): string {
    const hint =
      this.status === 404 ? "set the login address with --oauthEndpoint" : "check --key and --secret"
    return `${this.url} refused the login with ${this.status}: ${this.detail}; ${hint}`
  }
}

/** The login failed for another reason: no connection, a 5xx, or a response without a token. */
export class TokenUnavailable extends Schema.TaggedError<TokenUnavailable>()("TokenUnavailable", {
  url: Schema.String,
  detail: Schema.String,
  /** From `Retry-After`. */
  retryAfterMillis: Schema.optional(Schema.Number)
}) {
  override get message(): string {
    return `no token from ${this.url}: ${this.detail}; if the address is wrong, set it with --oauthEndpoint`
  }
}

export type LoginError = LoginRefused | TokenUnavailable

/** The lifetime of a DMS token, assumed if the response does not state it in seconds. */
const defaultLifeSeconds = 1800

/** @param expiresIn a number or a numeric string; some servers omit it or send `null` */
const lifeSecondsOf = (expiresIn: unknown): number => {
  const isGiven = typeof expiresIn === "number" || (typeof expiresIn === "string" && expiresIn.trim() !== "")
  const seconds = isGiven ? Number(expiresIn) : Number.NaN
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : defaultLifeSeconds
}

/** Visible ASCII: all that a header can carry. */
const Bearer = Schema.NonEmptyString.pipe(Schema.pattern(/^[\x21-\x7E]+$/), Schema.maxLength(65_536))

const TokenResponse = parseJsonTo(
  Schema.Struct({
    access_token: Schema.Redacted(Bearer),
    expires_in: Schema.optional(Schema.Unknown)
  })
)

/**
 * Age in seconds at which a token is renewed: one minute before it expires, or after 90 % of a lifetime of less than ten
 * minutes, and at least one second.
 *
 * @example renewAfterSeconds(1800) // 1740
 * @example renewAfterSeconds(20) // 18
 */
export const renewAfterSeconds = (expiresInSeconds: number): number =>
  Math.max(1, expiresInSeconds - Math.min(60, expiresInSeconds / 10))

/** Minimum delay after a failed login: each login makes the server compute a slow hash. */
const minLoginDelayMillis = 1000

interface Token {
  readonly bearer: Redacted.Redacted
  /** Milliseconds since 1970. */
  readonly renewAtMillis: number
}

/** Replaces lone surrogates, which have no UTF-8 encoding; only a caller of the library can pass them. */
const wellFormed = (text: Redacted.Redacted): string => Redacted.value(text).replaceAll(/\p{Cs}/gu, "\uFFFD")

/**
 * Key and secret for a Basic header. Servers decode them as a form, as a URL, or not at all. Characters that these
 * servers would decode differently are percent-encoded (RFC 6749, 2.3.1); a space becomes `%20`, which is the same in
 * forms and URLs. Visible ASCII other than `%` and `+` is the same for all servers and remains unchanged.
 */
const basicOf = ({ key, secret }: Pick<DmsAddress, "key" | "secret">): Redacted.Redacted => {
  // The first colon separates key and secret.
  const keyPart = wellFormed(key).replaceAll(/[^!-~]|[%+:]/gu, encodeURIComponent)
  const secretPart = wellFormed(secret).replaceAll(/[^!-~]|[%+]/gu, encodeURIComponent)
  return Redacted.make(Buffer.from(`${keyPart}:${secretPart}`, "utf8").toString("base64"))
}

/** Shorter query values, such as a year or a tenant, are not secrets and occur in too many texts. */
const minQuerySecretLength = 8

/** The parts of an address that may be a secret: its query, and the longer values in the query. */
const querySecretsOf = ({ search, searchParams }: URL): ReadonlyArray<Redacted.Redacted> =>
  [search.slice(1), ...searchParams.values()]
    .filter((text) => text.length >= minQuerySecretLength)
    .map((text) => Redacted.make(text))

/**
 * The secrets of a login and of the addresses in use; add each token with `addToken`.
 *
 * @param login `undefined` where it is not known, as on an agent
 */
export const secretsOf = (
  login: Pick<DmsAddress, "key" | "secret"> | undefined,
  { batch, oauth }: DmsUrls
): Secrets => {
  const secrets = new Secrets()
  if (login !== undefined) secrets.add(login.secret, basicOf(login))
  secrets.add(...querySecretsOf(batch), ...querySecretsOf(oauth))
  return secrets
}

/** The login request, and the secrets to redact. */
const makeLogin = Effect.gen(function* () {
  const config = yield* DmsConfig
  const urls = yield* Discovery
  const { href } = urls.oauth
  const url = shownAddress(href)
  const secrets = secretsOf(config, urls)
  const fetchText = yield* makeFetchText(secrets.redact)

  // A Basic header and a form `grant_type`: every DMS and its proxy accept this.
  const request = HttpClientRequest.post(href, { acceptJson: true }).pipe(
    HttpClientRequest.setHeader("authorization", `Basic ${Redacted.value(basicOf(config))}`),
    HttpClientRequest.bodyUrlParams({ grant_type: "client_credentials" })
  )
  const unavailable = (detail: string) => new TokenUnavailable({ url, detail })
  const login: Effect.Effect<Token, LoginError> = Effect.gen(function* () {
    const { redirect, status, text } = yield* Effect.mapError(
      fetchText(request),
      ({ detail, retryAfterMillis }) => new TokenUnavailable({ url, detail, retryAfterMillis })
    )
    if (redirect !== undefined) return yield* unavailable(`it redirects to ${redirect}`)
    if (status !== 200) {
      const detail = sanitizeWith(secrets.redact)(text) || "no reason given"
      return yield* new LoginRefused({ url, status, detail })
    }
    const { access_token, expires_in } = yield* Effect.mapError(Schema.decode(TokenResponse)(text), () =>
      // The body is not quoted, because it may contain a token.
      unavailable("it returned 200 without a JSON object that has an access_token")
    )
    secrets.addToken(access_token)
    const now = yield* Clock.currentTimeMillis
    return { bearer: access_token, renewAtMillis: now + 1000 * renewAfterSeconds(lifeSecondsOf(expires_in)) }
  })
  return { login, secrets, unavailable }
})

interface FailedLogin {
  readonly error: LoginError
  /** No login before this time, in milliseconds since 1970. */
  readonly untilMillis: number
}

/** Holds the current token and renews it, with one login at a time. */
const makeRenewal = ({ login, unavailable }: Effect.Effect.Success<typeof makeLogin>) =>
  Effect.gen(function* () {
    const clock = yield* Effect.clock
    const scope = yield* Effect.scope
    // Fetched while the layer is built, so that wrong credentials end the run before any load is sent.
    let current = yield* login
    let refused: Redacted.Redacted | undefined
    let renewal: Deferred.Deferred<void, LoginError> | undefined
    let failed: FailedLogin | undefined

    const recordFailure = (error: LoginError) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) => {
        const retryAfter = error._tag === "TokenUnavailable" ? (error.retryAfterMillis ?? 0) : 0
        const delay = Math.max(minLoginDelayMillis, Math.min(retryAfter, maxWaitMillis))
        failed = { error, untilMillis: now + delay }
        return Effect.logWarning(error.message)
      })

    /** Users send the same token again; the next login is delayed as after a failure. */
    const sameToken = unavailable("it returned the refused token again")

    const delayMillis = (): number =>
      Math.max(0, (failed?.untilMillis ?? 0) - clock.unsafeCurrentTimeMillis())

    /** Runs in the scope of the service, so that the interrupt of one user does not end the renewal for the others. */
    const renewInScope = (started: Deferred.Deferred<void, LoginError>) =>
      Effect.sleep(delayMillis()).pipe(
        Effect.zipRight(login),
        Effect.flatMap((token) => {
          const isSame = refused !== undefined && Redacted.value(token.bearer) === Redacted.value(refused)
          current = token
          return isSame ? recordFailure(sameToken) : Effect.void
        }),
        Effect.tapError(recordFailure),
        Effect.onExit(() => Effect.sync(() => (renewal = undefined))),
        Effect.intoDeferred(started),
        Effect.interruptible,
        Effect.forkIn(scope)
      )

    /** One login for all callers that arrive before it ends. */
    const renewOnce = (bearer: Redacted.Redacted): Effect.Effect<void, LoginError> =>
      Effect.uninterruptibleMask((restore) => {
        if (current.bearer !== bearer) return Effect.void
        // Callers are not kept waiting for credentials that were just refused; after any other failure they wait.
        if (failed?.error._tag === "LoginRefused" && delayMillis() > 0) return failed.error
        if (renewal !== undefined) return restore(Deferred.await(renewal))
        const started = Deferred.unsafeMake<void, LoginError>(FiberId.none)
        renewal = started
        return Effect.zipRight(renewInScope(started), restore(Deferred.await(started)))
      })

    return {
      current: () => current,
      isRefused: (bearer: Redacted.Redacted) => bearer === refused,
      renewOnce,
      renewRefused: (bearer: Redacted.Redacted) =>
        Effect.suspend(() => {
          // A late 401 for an older token says nothing about the current one.
          if (bearer === current.bearer) refused = bearer
          return renewOnce(bearer)
        })
    }
  })

const make = Effect.gen(function* () {
  const login = yield* makeLogin
  const { current, isRefused, renewOnce, renewRefused } = yield* makeRenewal(login)

  yield* Effect.gen(function* () {
    const { bearer, renewAtMillis } = current()
    yield* Effect.sleep(renewAtMillis - (yield* Clock.currentTimeMillis))
    // If the token was refused and renewed meanwhile, this does nothing, and the next turn uses the new token's time.
    yield* Effect.retry(renewOnce(bearer), Schedule.spaced("10 seconds"))
  }).pipe(Effect.forever, Effect.interruptible, Effect.forkScoped)

  return {
    current: Effect.sync(() => current().bearer),
    isRefused,
    renew: renewRefused,
    redact: login.secrets.redact
  } satisfies Tokens["Type"]
})
