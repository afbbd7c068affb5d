/** What the sections of the page are made of. */
import type { ComponentChildren } from "preact"
import type { RunState } from "../result/Summary.ts"

/** What every section is given. */
export interface Shown {
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

/** Heads of columns; those of texts stand left as these do, those of numbers right. */
export const Heads = ({
  names,
  texts = []
}: {
  readonly names: ReadonlyArray<string>
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

export const Fact = ({ children, name }: { readonly name: string; readonly children: ComponentChildren }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
)
