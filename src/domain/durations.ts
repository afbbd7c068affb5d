/** Durations as written in flags. */

const unitMillis: Readonly<Record<string, number>> = {
  ms: 1,
  milli: 1,
  millis: 1,
  millisecond: 1,
  milliseconds: 1,
  s: 1000,
  sec: 1000,
  second: 1000,
  seconds: 1000,
  m: 60_000,
  min: 60_000,
  minute: 60_000,
  minutes: 60_000,
  h: 3_600_000,
  hour: 3_600_000,
  hours: 3_600_000,
  d: 86_400_000,
  day: 86_400_000,
  days: 86_400_000
}

/**
 * A duration in milliseconds; a number without a unit is in seconds. `undefined` if the text is not a duration.
 *
 * @example parseMillis("2 minutes") // 120000
 * @example parseMillis("0.5") // 500
 */
export const parseMillis = (text: string): number | undefined => {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text.trim()) ?? []
  const perUnit = unitMillis[unit === undefined || unit === "" ? "s" : unit.toLowerCase()]
  return amount === undefined || perUnit === undefined ? undefined : Number(amount) * perUnit
}
