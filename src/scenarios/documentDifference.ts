/** Whether a document shows what was sent. */
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import type { JsonObject } from "../domain/Json.ts"

/** Members that servers add to what was sent, at any depth. */
const addedByServers: ReadonlySet<string> = new Set(["id", "_etag", "_lastModifiedDate", "link"])

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const isList = (value: unknown): value is ReadonlyArray<unknown> => Array.isArray(value)

/** null, an empty list, or an object of nothing: an ODS/API shows so what was not sent. */
const isNothing = (value: unknown): boolean =>
  value === null ||
  value === undefined ||
  (isList(value) && value.length === 0) ||
  (isObject(value) && Object.values(value).every(isNothing))

const clockText = String.raw`(\d{2}:\d{2})(:\d{2})?(?:\.(\d+))?`
const dateText = String.raw`(\d{4}-\d{2}-\d{2})`
const times = new RegExp(`^${clockText}$`)
const moments = new RegExp(String.raw`^${dateText}(?:T${clockText}(Z|[+-]\d{2}:\d{2})?)?$`)

/** @example clockOf("08:30", "", "000") // "08:30:00" */
const clockOf = (minutes: string, seconds: string, fraction: string): string => {
  const exact = fraction.replace(/0+$/, "")
  return `${minutes}${seconds === "" ? ":00" : seconds}${exact === "" ? "" : `.${exact}`}`
}

/**
 * A date or a time in one form, other texts unchanged: seconds, fractions of 0 and UTC may be written or not, and a date
 * may be midnight.
 *
 * @example "08:30" and "08:30:00.0000000" // "08:30:00"
 * @example "2026-08-01T00:00:00Z" // "2026-08-01"
 * @example "2026-08-01T10:00:00+02:00" // "2026-08-01T08:00:00"
 */
export const normalText = (text: string): string => {
  const time = times.exec(text)
  if (time !== null) return clockOf(time[1] ?? "", time[2] ?? "", time[3] ?? "")
  const moment = moments.exec(text)
  if (moment === null) return text
  const [, date = "", minutes, seconds = "", fraction = "", zone = "Z"] = moment
  if (minutes === undefined) return date
  if (!/^(?:Z|[+-]00:00)$/.test(zone)) {
    return Option.match(DateTime.make(text), {
      onNone: () => text,
      onSome: (instant) => normalText(DateTime.formatIso(instant))
    })
  }
  const clock = clockOf(minutes, seconds, fraction)
  return clock === "00:00:00" ? date : `${date}T${clock}`
}

const shown = (value: unknown): string => {
  if (value === undefined) return "nothing"
  const text = JSON.stringify(value)
  return text.length > 80 ? `${text.slice(0, 80)}...` : text
}

const differs = (path: string, sent: unknown, read: unknown): string =>
  `${path}: ${shown(sent)} was sent, ${shown(read)} was read`

const listDifference = (
  path: string,
  sent: ReadonlyArray<unknown>,
  read: ReadonlyArray<unknown>
): string | undefined => {
  const left = [...read]
  for (const [index, item] of sent.entries()) {
    const found = left.findIndex((each) => differenceAt("", item, each) === undefined)
    // The item in the same place says more than "nothing".
    if (found === -1) return differenceAt(`${path}[${index}]`, item, read[index]) ?? differs(path, sent, read)
    left.splice(found, 1)
  }
  return left.length === 0 ? undefined : differs(path, sent, read)
}

const differenceAt = (path: string, sent: unknown, read: unknown): string | undefined => {
  if (isNothing(sent)) return isNothing(read) ? undefined : differs(path, undefined, read)
  if (isList(sent)) return isList(read) ? listDifference(path, sent, read) : differs(path, sent, read)
  if (isObject(sent)) {
    if (!isObject(read)) return differs(path, sent, read)
    const names = new Set([...Object.keys(sent), ...Object.keys(read)])
    for (const name of names) {
      if (sent[name] === undefined && addedByServers.has(name)) continue
      const difference = differenceAt(path === "" ? name : `${path}.${name}`, sent[name], read[name])
      if (difference !== undefined) return difference
    }
    return undefined
  }
  if (typeof sent === "string" && typeof read === "string")
    return normalText(sent) === normalText(read) ? undefined : differs(path, sent, read)
  return sent === read ? undefined : differs(path, sent, read)
}

/**
 * The first difference between a document that was sent and one that was read; `undefined` if the server shows all that
 * was sent and nothing else. Lists may be in another order, dates and times in another form; servers may add `id`,
 * `_etag`, `_lastModifiedDate`, `link`, and members without a value.
 *
 * @example documentDifference({ firstName: "Ada" }, { id: "4b7a", firstName: "Eve" })
 *   // 'firstName: "Ada" was sent, "Eve" was read'
 */
export const documentDifference = (
  sent: JsonObject,
  read: Readonly<Record<string, unknown>>
): string | undefined => differenceAt("", sent, read)
