/** The compiled command beside programs that use every processor. */
import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { execFile, spawn } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { availableParallelism, tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { SummaryJson } from "../../src/result/Summary.ts"

const bin = fileURLToPath(new URL("../../dist/bin.js", import.meta.url))

/** A program that uses one processor, under a name of its own. */
const startSpinning = async (name: string) => {
  const child = spawn(process.execPath, ["-e", `process.title = "${name}"; console.log(""); for (;;);`], {
    stdio: ["ignore", "pipe", "ignore"]
  })
  await new Promise((resolve) => child.stdout.once("data", resolve))
  return child
}

describe.skipIf(process.platform !== "linux")("a run beside programs that use every processor", () => {
  it("names them, and if it was limited, it was limited by the machine", async () => {
    const folder = mkdtempSync(join(tmpdir(), "edfi-perf-"))
    const count = 3 * availableParallelism()
    const spinning = await Promise.all(Array.from({ length: count }, () => startSpinning("spinning")))
    try {
      // 8 s; a run that is limited has a sentence about it.
      const words = ["run", "--local", "-c", "2", "-m", "0.13", "--output", folder]
      const { stdout } = await promisify(execFile)(process.execPath, [bin, ...words])
      const { generator } = Schema.decodeSync(SummaryJson)(readFileSync(join(folder, "summary.json"), "utf8"))
      const { limited, limitedBy, others, tooShort } = generator ?? assert.fail("not observed")
      assert.isFalse(tooShort)
      const { busiest, mean } = others ?? assert.fail("other programs are not known")
      assert.isAbove(mean, 0)
      assert.include(
        busiest.map(({ name }) => name),
        "spinning"
      )
      assert.include(stdout, "spinning (")
      if (limited) assert.notStrictEqual(limitedBy, "generator")
      if (limitedBy === "machine") {
        assert.match(
          stdout,
          /^Other programs had the processors: .*spinning.* share the machine: this is a limit/m
        )
      }
    } finally {
      for (const child of spinning) child.kill("SIGKILL")
      rmSync(folder, { recursive: true })
    }
  })
})
