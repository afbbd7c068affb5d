/** A marker in a legend or a table. */
import { shapes, type Marker } from "./markers.ts"

export const MarkerIcon = ({ shape }: Pick<Marker, "shape">) => {
  const { color, path, solid } = shapes[shape]
  return (
    <svg class="marker" viewBox="-1 -1 18 18" width="13" height="13" aria-hidden="true">
      <path d={path} fill={solid ? `var(${color})` : "none"} stroke={`var(${color})`} stroke-width="2.4" />
    </svg>
  )
}

/** A marker and its meaning, beside a figure. */
export const MarkedWord = ({ shape, word }: Marker) => (
  <span class="marker-word">
    <MarkerIcon shape={shape} /> {word}
  </span>
)
