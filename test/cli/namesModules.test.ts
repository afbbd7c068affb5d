/** When the unbundled program starts, so that modules of scenarios share its packages. */
import { assert, describe, it } from "@effect/vitest"
import { execFileSync } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { namesModules } from "../../src/cli/namesModules.ts"

/** In a folder with this `.env` file. */
const withDotEnv = (text: string, use: (dotEnv: string) => void) => {
  const folder = mkdtempSync(join(tmpdir(), "edfi-perf-"))
  try {
    writeFileSync(join(folder, ".env"), text)
    use(join(folder, ".env"))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

describe("namesModules", () => {
  it.each([
    ["--scenario", "./mine.js"],
    ["--scenario=./mine.js", "--local"],
    ["--SCENARIO", "./mine.js"],
    ["--Scenario=./mine.js", "-c", "5"]
  ])("finds the flag in any letter case, with a word after it or with =: %s", (...words) => {
    assert.isTrue(namesModules(["run", ...words], {}, "no such file"))
    assert.isTrue(namesModules(["--logLevel", "debug", "RUN", ...words], {}, "no such file"))
  })

  it("finds the variable in the environment and in .env", () => {
    assert.isTrue(namesModules(["run", "--local"], { PERF_SCENARIO: "./mine.js" }, "no such file"))
    withDotEnv("PERF_API_KEY=a\nexport PERF_SCENARIO='./mine.js'\n", (dotEnv) =>
      assert.isTrue(namesModules(["run", "--local"], {}, dotEnv))
    )
  })

  it("leaves a pipe for the program to read, and expects modules in it", () => {
    const folder = mkdtempSync(join(tmpdir(), "edfi-perf-"))
    try {
      execFileSync("mkfifo", [join(folder, ".env")])
      assert.isTrue(namesModules(["run"], {}, join(folder, ".env")))
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it("finds a plan whose phases may have modules", () => {
    withDotEnv("phases:\n  - { name: mine, run: { scenario: mine.js } }\n", (plan) => {
      assert.isTrue(namesModules(["plan", plan, "--local"], {}, "no such file"))
      assert.isFalse(namesModules(["compare", plan], {}, "no such file"))
    })
    withDotEnv("phases:\n  - { name: mine, run: { testList: StudentVolumeTest } }\n", (plan) =>
      assert.isFalse(namesModules(["plan", plan, "dms-team"], {}, "no such file"))
    )
  })

  it("finds none in other commands, other flags and other variables", () => {
    const variables = { PERF_SCENARIO: "./mine.js" }
    assert.isFalse(namesModules(["versus", "--local"], variables, "no such file"))
    assert.isFalse(namesModules(["--version"], variables, "no such file"))
    withDotEnv("PERF_API_KEY=a\n", (dotEnv) =>
      assert.isFalse(namesModules(["run", "--scenarios", "x"], { PERF_SCENARIO: "" }, dotEnv))
    )
  })
})
