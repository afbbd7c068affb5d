/** A sign as it stands in legends and tables. */
import { shapes, type Sign } from "./signs.ts"

export const SignMark = ({ shape }: Pick<Sign, "shape">) => {
  const { color, path, solid } = shapes[shape]
  return (
    <svg class="sign" viewBox="-1 -1 18 18" width="13" height="13" aria-hidden="true">
      <path d={path} fill={solid ? `var(${color})` : "none"} stroke={`var(${color})`} stroke-width="2.4" />
    </svg>
  )
}
