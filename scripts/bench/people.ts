/** The names that all contenders put into their documents, so that their batches are of one size. */
import { writeFileSync } from "node:fs"
import { cities, firstNames, surnames } from "../../src/documents/vary.ts"

/** As often as it takes for each list to end with the file: 24, 22 and 12 names. */
const rows = 264

const at = (names: ReadonlyArray<string>, row: number): string => names[row % names.length] ?? ""

/** Writes `firstName,lastSurname,birthCity`, a row each, without a header. */
export const writePeople = (path: string): void => {
  const lines = Array.from({ length: rows }, (_, row) =>
    [firstNames, surnames, cities].map((names) => at(names, row)).join(",")
  )
  writeFileSync(path, `${lines.join("\n")}\n`)
}
