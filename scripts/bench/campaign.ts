/** What `npm run bench` was asked for, and the folder in which it may work. */
import * as Effect from "effect/Effect"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

export interface Campaign {
  readonly users: number
  readonly triples: number
  /** How long each window is. */
  readonly seconds: number
  /** How often each contender is measured, at least. */
  readonly rounds: number
  /** The file of names, as `Load` has it. */
  readonly people: string
  readonly folder: string
}

/** A temporary folder, removed with the scope. */
export const temporaryFolder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "edfi-perf-bench-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
)
