/** Markers at points of a chart: a shape and a word, readable without colour. */

import { limitOf } from "../result/limitText.ts"
import type { MeasuredSlice, SliceLimit } from "../result/MeasuredSlice.ts"

/** A shape in a 16 by 16 box, and its fill. */
interface Shape {
  readonly path: string
  /** A custom property of page.css. */
  readonly color: string
  /** Filled with its colour; otherwise with the background, which hides the lines below. */
  readonly solid: boolean
}

export const shapes = {
  diamond: { path: "M8 1 15 8 8 15 1 8z", color: "--accent", solid: true },
  cross: { path: "M3 3 13 13M13 3 3 13", color: "--bad", solid: false },
  triangle: { path: "M8 2 15 14H1z", color: "--warn-line", solid: false },
  bar: { path: "M8 1a7 7 0 1 0 .01 0zM4 8h8", color: "--bad", solid: false },
  ring: { path: "M8 3a5 5 0 1 0 .01 0z", color: "--muted", solid: false }
} as const satisfies Record<string, Shape>

export interface Marker {
  readonly shape: keyof typeof shapes
  /** The meaning, in legends and tables. */
  readonly word: string
}

/** For figures that describe the load generator and not the server. */
export const limitedMarker: Marker = { shape: "triangle", word: "limited by the generator" }

const limitMarkers: Readonly<Record<SliceLimit, Marker>> = {
  generator: limitedMarker,
  machine: { shape: "triangle", word: "limited by other programs" },
  suspension: { shape: "triangle", word: "generator suspended" }
}

/** The marker of a slice that something else than the server limited. */
export const limitMarkerOf = (slice: Pick<MeasuredSlice, "limited" | "limitedBy">): Marker | undefined => {
  const limit = limitOf(slice)
  return limit === null ? undefined : limitMarkers[limit]
}
