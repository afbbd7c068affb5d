/** Help, version and completions. */
import { assert, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { spawnSync } from "node:child_process"
import { commands } from "../../src/cli/commands.ts"
import { completions } from "../../src/cli/completions.ts"
import { edfiPerf } from "./edfiPerf.ts"

const names = commands.map(({ name }) => name)

describe("help", () => {
  it.effect("of the program fits one screen, with and without --help", () =>
    Effect.gen(function* () {
      const { exitCode, out } = yield* edfiPerf(["--help"])
      assert.strictEqual(exitCode, 0)
      assert.isAtMost(out.split("\n").length, 25)
      yield* Effect.promise(() => expect(out).toMatchFileSnapshot("help/edfi-perf.txt"))
      assert.deepStrictEqual(yield* edfiPerf([]), { exitCode, out, err: "" })
    })
  )

  it.effect.each(names)(
    "of %s has a line per flag, at most 120 lines of 110 characters, no escapes",
    (name) =>
      Effect.gen(function* () {
        const { exitCode, out } = yield* edfiPerf([name, "--local", "--help", "--nonsense"])
        assert.strictEqual(exitCode, 0)
        const lines = out.split("\n")
        assert.isAtMost(lines.length, 120)
        assert.deepStrictEqual(
          lines.filter((line) => line.length > 110),
          []
        )
        assert.notInclude(out, "\u001b")
        yield* Effect.promise(() => expect(out).toMatchFileSnapshot(`help/${name}.txt`))
      })
  )

  it.effect("leaves --version with the version only, also after a command", () =>
    Effect.gen(function* () {
      for (const words of [["--version"], ["run", "--version"]]) {
        assert.match((yield* edfiPerf(words)).out, /^\d+\.\d+\.\d+$/)
      }
    })
  )
})

/** What bash offers for the last of some words. */
const completed = (...words: ReadonlyArray<string>): ReadonlyArray<string> => {
  const list = ["edfi-perf", ...words].map((word) => `'${word}'`).join(" ")
  const script = `source <(cat); COMP_WORDS=(${list}); COMP_CWORD=${words.length}; _edfi_perf; printf '%s\\n' "\${COMPREPLY[@]}"`
  const { status, stderr, stdout } = spawnSync("bash", ["-c", script], {
    input: completions("bash", commands),
    encoding: "utf8"
  })
  assert.deepStrictEqual([status, stderr], [0, ""])
  return stdout.trim().split("\n")
}

describe("completions", () => {
  it("offer commands, flags and values in a real bash", () => {
    assert.deepStrictEqual(completed("c"), ["capacity", "compare"])
    assert.deepStrictEqual(completed("run", "--web"), ["--web", "--webPort", "--webHost", "--webLinger"])
    assert.deepStrictEqual(completed("versus", "--web"), [""])
    assert.deepStrictEqual(completed("run", "--testType", ""), [
      "BATCH_VOLUME",
      "VOLUME",
      "READ",
      "PIPECLEAN",
      "CHANGE_QUERY"
    ])
    assert.deepStrictEqual(completed("capacity", "--testType", ""), ["BATCH_VOLUME", "VOLUME", "READ"])
    assert.deepStrictEqual(completed("run", "-l", "W"), ["WARNING"])
    assert.deepStrictEqual(completed("compare", "--out", "=", "m"), ["markdown"])
    assert.deepStrictEqual(completed("run", "--out", "json,m"), ["json,markdown"])
    assert.deepStrictEqual(completed("--completions", "z"), ["zsh"])
  })

  it.effect("name every command and flag for zsh and fish too, and no other shell", () =>
    Effect.gen(function* () {
      const zsh = (yield* edfiPerf(["--completions", "zsh"])).out
      const fish = (yield* edfiPerf(["--completions=fish"])).out
      for (const { name, settings } of commands) {
        assert.include(zsh, `${name}) flags='`)
        for (const setting of settings) {
          assert.include(zsh, `--${setting.name}`)
          assert.match(fish, new RegExp(`seen_subcommand_from ${name}'.* -l ${setting.name} `))
        }
      }
      const { err, exitCode } = yield* edfiPerf(["--completions", "tcsh"])
      assert.deepStrictEqual([exitCode, err], [2, "edfi-perf: --completions accepts bash, zsh, fish"])
    })
  )
})
