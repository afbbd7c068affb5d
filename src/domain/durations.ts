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
  hours: 3_600_000
}

/**
 * Reads a duration in milliseconds; without a unit it is in seconds. `undefined` if it is invalid.
 *
 * @example parseMillis("2 minutes") // 120000
 * @example parseMillis("0.5") // 500
 */
export const parseMillis = (text: string): number | undefined => {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text.trim()) ?? []
  const perUnit = unitMillis[unit === undefined || unit === "" ? "s" : unit.toLowerCase()]
  return amount === undefined || perUnit === undefined ? undefined : Number(amount) * perUnit
}
