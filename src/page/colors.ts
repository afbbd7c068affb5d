/** The colours and dashes of series, shared by canvas and legend. */

/** The number of --series-N colours in page.css. */
const colorCount = 6

/** Dashes distinguish lines without colour; lengths in CSS pixels. */
const dashes: ReadonlyArray<ReadonlyArray<number>> = [[], [8, 4], [2, 3], [10, 3, 2, 3], [8, 3, 2, 3, 2, 3]]

/** @param place 0-based; wraps around after the last colour */
export const seriesColor = (place: number): string => `--series-${(place % colorCount) + 1}`

export const seriesDash = (place: number): ReadonlyArray<number> => dashes[place % dashes.length] ?? []

/** The computed colour of a custom property at an element; a canvas supports neither `var` nor `light-dark`. */
export const resolveColor = (element: Element, property: string): string => {
  const probe = document.createElement("span")
  probe.style.color = `var(${property})`
  element.append(probe)
  const { color } = getComputedStyle(probe)
  probe.remove()
  return color
}
