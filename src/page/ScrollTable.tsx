/** A table that scrolls inside its own box when it is too wide; the keyboard can focus the box. */
import type { ComponentChildren } from "preact"
import { useId } from "preact/hooks"

export const ScrollTable = ({
  caption,
  children,
  class: className = ""
}: {
  readonly caption: ComponentChildren
  readonly children: ComponentChildren
  readonly class?: string
}) => {
  const id = useId()
  return (
    <div class="scroll" role="region" aria-labelledby={id} tabIndex={0}>
      <table class={className}>
        <caption id={id}>
          <span>{caption}</span>
        </caption>
        {children}
      </table>
    </div>
  )
}

/** Text about the row above. It wraps to the width of the box, not of the table. */
export const NoteRow = ({
  children,
  columns
}: {
  readonly children: ComponentChildren
  readonly columns: number
}) => (
  <tr class="note-row">
    <td colSpan={columns}>
      <span>{children}</span>
    </td>
  </tr>
)
