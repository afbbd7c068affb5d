/** One key figure in a list of tiles. */
import type { ComponentChildren } from "preact"
import { noValue } from "./format.ts"

interface TileProps {
  readonly label: string
  readonly value: string
  readonly unit?: string
  readonly tone?: "bad" | "main"
  readonly children: ComponentChildren
}

export const Tile = ({ children, label, tone, unit, value }: TileProps) => (
  <div class={tone === undefined ? "tile" : `tile ${tone}`}>
    <dt>{label}</dt>
    <dd>
      <span class="value">
        {value}
        {unit === undefined || value === noValue ? null : <small> {unit}</small>}
      </span>
      <span class="sub">{children}</span>
    </dd>
  </div>
)
