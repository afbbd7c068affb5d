/** How transient faults of a server are met by requests that a run needs once: sent again, when the server asks to. */
import * as Effect from "effect/Effect"

/** Statuses that may be others in a moment: 408, 429 and 5xx, but not 501, which says "never". */
export const isTransientStatus = (status: number): boolean =>
  status === 408 || status === 429 || (status >= 500 && status !== 501)

/** An error that may know what `Retry-After` said. */
interface Failure {
  readonly _tag: string
  readonly retryAfterMillis?: number | undefined
}

/** Without `Retry-After`: three retries, after 200, 400 and 800 ms. */
const maxBackoffs = 3
const firstBackoffMillis = 200

/** The longest that one request waits in all because a server asks it to. */
export const maxWaitMillis = 60_000

/** "Now" and dates in the past must not make a hot loop. */
const minWaitMillis = 1000

/** Shorter waits are not worth a line in the log. */
const quietWaitMillis = 2000

interface Retries {
  readonly backoffs: number
  /** Because the server asked. */
  readonly waitedMillis: number
}

/** How long to wait before the next sending; nothing when there is to be none. */
const nextWait = ({ retryAfterMillis }: Failure, { backoffs, waitedMillis }: Retries): number | undefined => {
  if (retryAfterMillis === undefined) {
    return backoffs < maxBackoffs ? firstBackoffMillis * 2 ** backoffs : undefined
  }
  const wait = Math.max(minWaitMillis, retryAfterMillis)
  return waitedMillis + wait <= maxWaitMillis ? wait : undefined
}

const seconds = (millis: number): string => `${Math.ceil(millis / 1000)} s`

/**
 * Sends a request again while its failure is transient: after the time that `Retry-After` names, for at most 60
 * seconds in all, and otherwise up to three times after 200, 400 and 800 ms.
 *
 * @param what is asked, for the log: an address
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

/** What to add to the message of a failure that ended `retryTransient`: that the server wanted a longer wait. */
export const waitNote = ({ retryAfterMillis }: Failure): string =>
  retryAfterMillis === undefined
    ? ""
    : `; the server asks for a retry after ${seconds(retryAfterMillis)} (Retry-After); edfi-perf waits at most ${seconds(maxWaitMillis)}`
