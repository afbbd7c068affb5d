/** Tables for a terminal. */

export type Rows = ReadonlyArray<ReadonlyArray<string>>

/** Columns as wide as they need; figures stand right, and so does all but the first unless other columns are told. */
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
