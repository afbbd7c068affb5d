/** Removes the password of the database URL from messages of the driver and the server. */
import * as Redacted from "effect/Redacted"
import { escape } from "effect/RegExp"

/** Shorter passwords also occur in ordinary words and addresses. */
const minLength = 3

/** The password percent-encoded, as in the URL, and decoded. */
const passwordsOf = ({ password, searchParams }: URL): ReadonlyArray<string> =>
  [password, decodeURIComponent(password), ...searchParams.getAll("password")]
    .filter((text) => text !== "")
    .toSorted((a, b) => b.length - a.length)

/** Matches a short password only as a whole value: in a URL, in quotes, or after `=`. */
const patternOf = (password: string): RegExp => {
  const text = escape(password)
  const whole = `(?<=:)${text}(?=@)|(?<=["'\`=])${text}(?=["'\`\\s&,;)]|$)`
  return new RegExp(password.length < minLength ? whole : text, "g")
}

/** @param url of the database */
export const withoutPassword = (url: Redacted.Redacted): ((text: string) => string) => {
  const patterns = passwordsOf(new URL(Redacted.value(url))).map(patternOf)
  return (text) => patterns.reduce((shown, pattern) => shown.replaceAll(pattern, "<redacted>"), text)
}
