/** What batches leave in V8's old generation, where it stays until a full collection. */
import { assert, it } from "@effect/vitest"
import { execFile } from "node:child_process"
import { promisify } from "node:util"

// Newer versions keep no hidden class for an object that begins with a spread.
it.skipIf(!process.version.startsWith("v20."))("a batch leaves less than 60 bytes", async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [
    "--import",
    "tsx",
    "test/system/promotion/leftBytes.ts"
  ])
  assert.isBelow(Number.parseFloat(stdout), 60)
})
