/** Signs at points of a chart: a shape and a word, so that nobody has to tell colours apart. */

/** A shape in a field of 16 by 16, and how it is painted. */
interface Shape {
  readonly path: string
  /** A custom property of page.css. */
  readonly color: string
  /** Its inside: that colour too, or the ground, so that lines below it do not show. */
  readonly solid: boolean
}

export const shapes = {
  diamond: { path: "M8 1 15 8 8 15 1 8z", color: "--accent", solid: true },
  cross: { path: "M3 3 13 13M13 3 3 13", color: "--bad", solid: false },
  triangle: { path: "M8 2 15 14H1z", color: "--warn-line", solid: false },
  bar: { path: "M8 1a7 7 0 1 0 .01 0zM4 8h8", color: "--bad", solid: false },
  ring: { path: "M8 3a5 5 0 1 0 .01 0z", color: "--muted", solid: false }
} as const satisfies Record<string, Shape>

export interface Sign {
  readonly shape: keyof typeof shapes
  /** What it means, in the legend and in tables. */
  readonly word: string
}

/** Of what the load generator limited, so that it says nothing of the server. */
export const limitedSign: Sign = { shape: "triangle", word: "limited by the generator" }
