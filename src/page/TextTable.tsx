/** A table of texts that are ready to be shown. */
import { ScrollTable } from "./ScrollTable.tsx"
import { ColumnHeads } from "./Section.tsx"

interface TextTableProps {
  readonly caption: string
  readonly class?: string
  readonly head: ReadonlyArray<string>
  /** The first cell of a row names it. */
  readonly rows: ReadonlyArray<ReadonlyArray<string>>
  /** The columns of words, from 0; the others are numbers. */
  readonly texts: ReadonlySet<number>
}

export const TextTable = ({ caption, class: className = "", head, rows, texts }: TextTableProps) => {
  const [first = "", ...others] = head
  return (
    <ScrollTable caption={caption} class={className}>
      <thead>
        <tr>
          <th scope="col">{first}</th>
          <ColumnHeads names={others} texts={others.filter((_, column) => texts.has(column + 1))} />
        </tr>
      </thead>
      <tbody>
        {rows.map(([name = "", ...cells]) => (
          <tr>
            <th scope="row">{name}</th>
            {cells.map((cell, column) => (
              <td class={texts.has(column + 1) ? "text" : ""}>{cell}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </ScrollTable>
  )
}
