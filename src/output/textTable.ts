/** Tables for a terminal. */

export type Rows = ReadonlyArray<ReadonlyArray<string>>

/** @param texts columns that are aligned left; the others are aligned right */
export const table = (rows: Rows, texts: ReadonlySet<number> = new Set([0])): string => {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? "").length))
  )
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          texts.has(column) ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)
        )
        .join("  ")
        .trimEnd()
    )
    .join("\n")
}
