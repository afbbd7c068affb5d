/** Sends requests that a run needs once again after a transient fault, at the time that the server asks for. */
import * as Effect from "effect/Effect"

/** Statuses after which the same request may succeed in a moment: 408, 429 and 5xx, but not 501, which is permanent. */
export const isTransientStatus = (status: number): boolean =>
  status === 408 || status === 429 || (status >= 500 && status !== 501)

/** An error that may have the time of `Retry-After`. */
interface Failure {
  readonly _tag: string
  readonly retryAfterMillis?: number | undefined
}

/** Without `Retry-After`: three retries, after 200, 400 and 800 ms. */
const maxBackoffs = 3
const firstBackoffMillis = 200

/** The maximum total time that one request waits because the server asks for it. */
export const maxWaitMillis = 60_000

/** "Now" and dates in the past must not make a hot loop. */
const minWaitMillis = 1000

/** Shorter waits are not worth a line in the log. */
const quietWaitMillis = 2000

interface Retries {
  readonly backoffs: number
  /** In all, because the server asked for it. */
  readonly waitedMillis: number
}

/** How long to wait before the next attempt; `undefined` if there is none. */
const nextWait = ({ retryAfterMillis }: Failure, { backoffs, waitedMillis }: Retries): number | undefined => {
  if (retryAfterMillis === undefined) {
    return backoffs < maxBackoffs ? firstBackoffMillis * 2 ** backoffs : undefined
  }
  const wait = Math.max(minWaitMillis, retryAfterMillis)
  return waitedMillis + wait <= maxWaitMillis ? wait : undefined
}

const seconds = (millis: number): string => `${Math.ceil(millis / 1000)} s`

/**
 * Sends a request again while its failure is transient: after the time that `Retry-After` names, for at most 60 seconds
 * in all, and otherwise up to three times after 200, 400 and 800 ms.
 *
 * @param options `what` is the address for the log
 */
export const retryTransient = <A, E extends Failure, R>(
  request: Effect.Effect<A, E, R>,
  options: { readonly what: string; readonly isTransient: (error: E) => boolean }
): Effect.Effect<A, E, R> => {
  const send = (retries: Retries): Effect.Effect<A, E, R> =>
    Effect.catchAll(request, (error) => {
      const wait = options.isTransient(error) ? nextWait(error, retries) : undefined
      if (wait === undefined) return Effect.fail(error)
      const isAsked = error.retryAfterMillis !== undefined
      const next = isAsked
        ? { ...retries, waitedMillis: retries.waitedMillis + wait }
        : { ...retries, backoffs: retries.backoffs + 1 }
      const tell =
        wait > quietWaitMillis
          ? Effect.logInfo(
              `${options.what} is busy and asks for a retry in ${seconds(wait)} (Retry-After); waiting`
            )
          : Effect.void
      return tell.pipe(Effect.zipRight(Effect.sleep(wait)), Effect.zipRight(send(next)))
    })
  return send({ backoffs: 0, waitedMillis: 0 })
}

/** Added to the message of a failure that ended `retryTransient`: says that the server asked for a longer wait. */
export const waitNote = ({ retryAfterMillis }: Failure): string =>
  retryAfterMillis === undefined
    ? ""
    : `; the server asks for a retry after ${seconds(retryAfterMillis)} (Retry-After); edfi-perf waits at most ${seconds(maxWaitMillis)}`
