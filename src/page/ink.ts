/** The colours and dashes of series, the same in a chart, on its canvas and in its legend. */

/** How many colours page.css has: --series-1 and so on. */
const colorCount = 6

/** Lines are told apart without colours too; lengths in CSS pixels. */
const dashes: ReadonlyArray<ReadonlyArray<number>> = [[], [8, 4], [2, 3], [10, 3, 2, 3], [8, 3, 2, 3, 2, 3]]

/** @param place in the row of colours, which begins anew after the last */
export const seriesColor = (place: number): string => `--series-${(place % colorCount) + 1}`

export const dashOf = (place: number): ReadonlyArray<number> => dashes[place % dashes.length] ?? []

/** The colour that a custom property stands for where an element is: a canvas knows neither `var` nor `light-dark`. */
export const inkOf = (element: Element, property: string): string => {
  const probe = document.createElement("span")
  probe.style.color = `var(${property})`
  element.append(probe)
  const { color } = getComputedStyle(probe)
  probe.remove()
  return color
}
