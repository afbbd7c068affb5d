/** A table that is wider than a telephone: it scrolls in a region of its own, which the keyboard reaches. */
import type { ComponentChildren } from "preact"
import { useId } from "preact/hooks"

export const Scroll = ({
  caption,
  children,
  class: kind = ""
}: {
  readonly caption: ComponentChildren
  readonly children: ComponentChildren
  readonly class?: string
}) => {
  const id = useId()
  return (
    <div class="scroll" role="region" aria-labelledby={id} tabIndex={0}>
      <table class={kind}>
        <caption id={id}>
          <span>{caption}</span>
        </caption>
        {children}
      </table>
    </div>
  )
}
