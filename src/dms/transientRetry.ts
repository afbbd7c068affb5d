/** Retries the requests of a run's setup after transient failures, with the delay that the server asks for. */
import * as Effect from "effect/Effect"

/** Statuses after which the same request may succeed in a moment: 408, 429 and 5xx except 501, which is permanent. */
export const isTransientStatus = (status: number): boolean =>
  status === 408 || status === 429 || (status >= 500 && status !== 501)

/** An error that may contain the time of `Retry-After`. */
interface Failure {
  readonly _tag: string
  readonly retryAfterMillis?: number | undefined
}

/** Without `Retry-After`: three retries, after 200, 400 and 800 ms. */
const maxBackoffs = 3
const firstBackoffMillis = 200

/** Maximum total time that one request waits because of `Retry-After`. */
export const maxWaitMillis = 60_000

/** Prevents a hot loop if `Retry-After` is 0 or a date in the past. */
const minWaitMillis = 1000

/** Shorter waits are not logged. */
const minLoggedWaitMillis = 2000

interface Retries {
  readonly backoffs: number
  /** Total time that was waited because of `Retry-After`. */
  readonly waitedMillis: number
}

/** Milliseconds until the next attempt; `undefined` if there is none. */
const nextWait = ({ retryAfterMillis }: Failure, { backoffs, waitedMillis }: Retries): number | undefined => {
  if (retryAfterMillis === undefined) {
    return backoffs < maxBackoffs ? firstBackoffMillis * 2 ** backoffs : undefined
  }
  const wait = Math.max(minWaitMillis, retryAfterMillis)
  return waitedMillis + wait <= maxWaitMillis ? wait : undefined
}

const seconds = (millis: number): string => `${Math.ceil(millis / 1000)} s`

/**
 * Repeats a request while its failure is transient: after the time of `Retry-After`, for at most 60 seconds in total,
 * and without that header up to three times, after 200, 400 and 800 ms.
 *
 * @param options.target the address in the log
 */
export const retryTransient = <A, E extends Failure, R>(
  request: Effect.Effect<A, E, R>,
  options: { readonly target: string; readonly isTransient: (error: E) => boolean }
): Effect.Effect<A, E, R> => {
  const send = (retries: Retries): Effect.Effect<A, E, R> =>
    Effect.catchAll(request, (error) => {
      const wait = options.isTransient(error) ? nextWait(error, retries) : undefined
      if (wait === undefined) return Effect.fail(error)
      const hasRetryAfter = error.retryAfterMillis !== undefined
      const next = hasRetryAfter
        ? { ...retries, waitedMillis: retries.waitedMillis + wait }
        : { ...retries, backoffs: retries.backoffs + 1 }
      const logWait =
        wait > minLoggedWaitMillis
          ? Effect.logInfo(
              `${options.target} is busy and asks for a retry in ${seconds(wait)} (Retry-After); waiting`
            )
          : Effect.void
      return logWait.pipe(Effect.zipRight(Effect.sleep(wait)), Effect.zipRight(send(next)))
    })
  return send({ backoffs: 0, waitedMillis: 0 })
}

/** Addition to the error that ended `retryTransient`, if the server asked for a longer wait. */
export const retryAfterNote = ({ retryAfterMillis }: Failure): string =>
  retryAfterMillis === undefined
    ? ""
    : `; the server asks for a retry after ${seconds(retryAfterMillis)} (Retry-After); edfi-perf waits at most ${seconds(maxWaitMillis)}`
