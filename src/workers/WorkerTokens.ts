/** The bearer token of a worker: the coordinator logs in for all workers and sends them the token. */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type { DmsAddress } from "../dms/DmsConfig.ts"
import { shownAddress } from "../domain/shownAddress.ts"
import type { DmsUrls } from "../dms/Discovery.ts"
import { secretsOf, type Tokens, TokenUnavailable } from "../dms/Tokens.ts"

export interface WorkerTokens {
  readonly tokens: Tokens["Type"]
  /** Uses this token from now on. If it is the refused token again, the requests that wait for another one fail. */
  readonly take: (bearer: Redacted.Redacted) => Effect.Effect<void>
}

/**
 * @param login the texts to remove from texts of the server; `undefined` on an agent, which does not know them
 * @param urls of the DMS; an error contains the address of the login
 * @param first the first token
 * @param refused reports a refused token to the coordinator, once for all users of this worker
 */
export const makeWorkerTokens = (options: {
  readonly login: Pick<DmsAddress, "key" | "secret"> | undefined
  readonly urls: DmsUrls
  readonly first: Redacted.Redacted
  readonly refused: (bearer: Redacted.Redacted) => Effect.Effect<void>
}): WorkerTokens => {
  const { first, login, refused, urls } = options
  const secrets = secretsOf(login, urls)
  secrets.addToken(first)
  let current = first
  let refusedLast: Redacted.Redacted | undefined
  let awaited: Deferred.Deferred<void, TokenUnavailable> | undefined
  return {
    tokens: {
      current: Effect.sync(() => current),
      isRefused: (bearer) => bearer === refusedLast,
      renew: (rejected) =>
        Effect.gen(function* () {
          if (current !== rejected) return
          refusedLast = rejected
          if (awaited === undefined) {
            awaited = yield* Deferred.make<void, TokenUnavailable>()
            yield* refused(rejected)
          }
          yield* Deferred.await(awaited)
        }),
      redact: secrets.redact
    },
    take: (bearer) =>
      Effect.suspend(() => {
        const waiting = awaited
        awaited = undefined
        const isNew = Redacted.value(bearer) !== Redacted.value(current)
        if (isNew) {
          current = bearer
          secrets.addToken(bearer)
        }
        if (waiting === undefined) return Effect.void
        const none = new TokenUnavailable({
          url: shownAddress(urls.oauth.href),
          detail: "the login returned the refused token again"
        })
        return Effect.asVoid(isNew ? Deferred.succeed(waiting, undefined) : Deferred.fail(waiting, none))
      })
  }
}
