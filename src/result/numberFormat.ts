/** The number formats of all outputs. */

/** `1,234,567`; one decimal below 100, two below 10. */
export const figure = (value: number): string => {
  const digits = Number.isInteger(value) || value >= 100 ? 0 : value >= 10 ? 1 : 2
  return value.toFixed(digits).replace(/\B(?<!\.\d*)(?=(\d{3})+(?!\d))/g, ",")
}

/** Three significant digits below 10. @example smallFigure(0.033_333) // "0.0333" */
export const smallFigure = (value: number): string =>
  value >= 10 ? figure(value) : String(Number(value.toPrecision(3)))

/**
 * The value that a reader sees, so that ratios and percentages are those of the figures beside them.
 *
 * @example asPrinted(425.4) // 425, asPrinted(3.14159) // 3.14
 */
export const asPrinted = (value: number): number => Number(figure(value).replaceAll(",", ""))

/** @example megabytes(12_100_000) // "12.1 MB" */
export const megabytes = (bytes: number): string => `${figure(bytes / 1e6)} MB`

/** @example percentOf(0.61) // "61 %" */
export const percentOf = (share: number): string => `${figure(100 * share)} %`

/** A figure, or `-` if nothing was measured. */
export const figureOrNone = (value: number | null | undefined): string =>
  value === null || value === undefined ? "-" : figure(value)

/** @example plural(1, "point") // "1 point", plural(2, "point") // "2 points" */
export const plural = (count: number, one: string): string =>
  `${figure(count)} ${one}${count === 1 ? "" : "s"}`

/** To the nearest second. @example clock(75) // "1:15", clock(3675) // "1:01:15" */
export const clock = (seconds: number): string => {
  const whole = Math.round(Math.max(0, seconds))
  const two = (value: number) => String(value).padStart(2, "0")
  const hours = Math.floor(whole / 3600)
  const minutes = Math.floor(whole / 60) % 60
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`
}

/** @example "480/s" */
export const rateText = (perSecond: number): string => `${figure(perSecond)}/s`
