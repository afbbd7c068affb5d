/** A note for failed connections where a proxy variable is set: edfi-perf does not use proxies. */
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { TransportFailed } from "../domain/BatchError.ts"

const names = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"].flatMap((name) => [name, name.toLowerCase()])

/** Added to the message of a failed connection; empty unless a proxy variable is set. */
export const proxyNote: Effect.Effect<string> = Effect.gen(function* () {
  const set: Array<string> = []
  for (const name of names) {
    const value = Option.getOrElse(yield* Effect.option(Config.string(name)), () => "")
    if (value !== "") set.push(name)
  }
  return set.length === 0 ? "" : `; edfi-perf connects directly and does not use ${set.join(", ")}`
})

/** The same failure, with the note if no connection was made. */
export const withProxyNote = (error: TransportFailed): Effect.Effect<never, TransportFailed> =>
  error.phase === "connect"
    ? Effect.flatMap(proxyNote, (note) => new TransportFailed({ ...error, detail: `${error.detail}${note}` }))
    : Effect.fail(error)
