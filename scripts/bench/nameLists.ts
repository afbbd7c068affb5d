/** The names that all contenders use in their documents, so that their batches have the same size. */
import { writeFileSync } from "node:fs"
import { cities, firstNames, surnames } from "../../src/documents/nameLists.ts"

/** The least common multiple of the lengths of the lists: 24, 22 and 12 names. */
const rows = 264

const at = (names: ReadonlyArray<string>, row: number): string => names[row % names.length] ?? ""

/** Writes `firstName,lastSurname,birthCity`, a row each, without a header. */
export const writeNameLists = (path: string): void => {
  const lines = Array.from({ length: rows }, (_, row) =>
    [firstNames, surnames, cities].map((names) => at(names, row)).join(",")
  )
  writeFileSync(path, `${lines.join("\n")}\n`)
}
