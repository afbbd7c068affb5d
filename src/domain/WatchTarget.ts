/** The processes of a server that a run watches: the notation of `--watch`. */
import * as Arr from "effect/Array"
import * as Either from "effect/Either"
import * as Redacted from "effect/Redacted"
import { shownAddress } from "./shownAddress.ts"

export type WatchTarget =
  | { readonly _tag: "Pid"; readonly label: string; readonly pid: number }
  /** All processes of a name. */
  | { readonly _tag: "Name"; readonly label: string; readonly name: string }
  /** The metrics of a Prometheus exporter. */
  | { readonly _tag: "Exporter"; readonly label: string; readonly url: Redacted.Redacted }

/** What is accepted, completing "accepts ...". */
export const watchNotation = "pid:1234, name:dotnet or http://host:9100/metrics, repeated or comma-separated"

/** Linux cuts a name after 15 characters; a longer one is that of a file. */
const namePattern = /^[^\s/,]{1,64}$/

/**
 * @returns the expected notation for a text that cannot be used
 * @example parseWatchTarget("name:postgres") // { _tag: "Name", label: "name:postgres", name: "postgres" }
 * @example parseWatchTarget("http://me:pw@host:9100/metrics") // label "http://<redacted>@host:9100/metrics"
 */
export const parseWatchTarget = (text: string): Either.Either<WatchTarget, string> => {
  const [, kind, value = ""] = /^(pid|name):(.*)$/.exec(text) ?? []
  if (kind === "pid" && /^[1-9]\d{0,9}$/.test(value)) {
    return Either.right({ _tag: "Pid", label: text, pid: Number(value) })
  }
  if (kind === "name" && namePattern.test(value)) {
    return Either.right({ _tag: "Name", label: text, name: value })
  }
  if (/^https?:\/\//.test(text) && URL.canParse(text)) {
    return Either.right({ _tag: "Exporter", label: shownAddress(text), url: Redacted.make(text) })
  }
  return Either.left(watchNotation)
}

/** The targets of texts that have been checked. */
export const watchTargets = (texts: ReadonlyArray<string>): ReadonlyArray<WatchTarget> =>
  Arr.getRights(texts.map(parseWatchTarget))
