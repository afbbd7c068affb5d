/** Pages as files, opened from disk as users open them. */
import { afterAll } from "@effect/vitest"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pathToFileURL } from "node:url"

/** Writes pages to a folder that is removed after the tests of a file. @returns writes a page and gives its URL */
export const usePageFiles = (): ((name: string, html: string) => string) => {
  const folder = mkdtempSync(join(tmpdir(), "edfi-perf-"))
  afterAll(() => rmSync(folder, { recursive: true }))
  return (name, html) => {
    const file = join(folder, name)
    writeFileSync(file, html)
    return pathToFileURL(file).href
  }
}
