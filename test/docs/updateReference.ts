/** Writes the current tables of flags into docs/reference.md: `npx tsx test/docs/updateReference.ts`. */
import { readFileSync, writeFileSync } from "node:fs"
import { withFlagTables } from "./flagTables.ts"

const page = new URL("../../docs/reference.md", import.meta.url)
writeFileSync(page, withFlagTables(readFileSync(page, "utf8")))
