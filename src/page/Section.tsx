/** The building blocks of sections. */
import type { ComponentChildren } from "preact"
import type { RunState } from "../result/Summary.ts"

export interface RunProps {
  readonly run: RunState
}

export const Section = ({
  children,
  id,
  title
}: {
  readonly id: string
  readonly title: string
  readonly children: ComponentChildren
}) => (
  <section aria-labelledby={id}>
    <h2 id={id}>{title}</h2>
    {children}
  </section>
)

/** Column headers: left-aligned for text, right-aligned for numbers. */
export const ColumnHeads = ({
  names,
  texts = []
}: {
  readonly names: ReadonlyArray<string>
  /** The names of the columns with text. */
  readonly texts?: ReadonlyArray<string>
}) => (
  <>
    {names.map((name) => (
      <th scope="col" class={texts.includes(name) ? "text" : ""}>
        {name}
      </th>
    ))}
  </>
)

/** An entry of a definition list. */
export const Fact = ({ children, name }: { readonly name: string; readonly children: ComponentChildren }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
)
