/** Help, version and completions. */
import { assert, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { spawnSync } from "node:child_process"
import { commands } from "../../src/cli/commands.ts"
import { completions, type Shell } from "../../src/cli/completions.ts"
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

/** The lines that a shell prints for a script that first reads our completions from its standard input. */
const printedBy = (shell: Shell, script: string): ReadonlyArray<string> => {
  const { status, stderr, stdout } = spawnSync(shell, ["-c", script], {
    input: completions(shell, commands),
    encoding: "utf8"
  })
  assert.deepStrictEqual([status, stderr], [0, ""])
  return stdout.trim().split("\n")
}

const isInstalled = (shell: Shell): boolean => spawnSync(shell, ["-c", ":"]).status === 0

const listOf = (words: ReadonlyArray<string>): string =>
  ["edfi-perf", ...words].map((word) => `'${word}'`).join(" ")

/** What bash offers for the last of some words. */
const completed = (...words: ReadonlyArray<string>): ReadonlyArray<string> =>
  printedBy(
    "bash",
    `source <(cat); COMP_WORDS=(${listOf(words)}); COMP_CWORD=${words.length}; _edfi_perf; printf '%s\\n' "\${COMPREPLY[@]}"`
  )

/** The words that zsh is given for the last of some words, before it compares them with it. */
const offeredToZsh = (...words: ReadonlyArray<string>): ReadonlyArray<string> =>
  printedBy(
    "zsh",
    [
      "compdef() { :; }; compset() { :; }; _files() { print files; }",
      'compadd() { shift; print -l -- "$@"; }',
      `source =(cat); words=(${listOf(words)}); CURRENT=${words.length + 1}; PREFIX="$words[CURRENT]"; _edfi_perf`
    ].join("\n")
  )

/** What fish offers for a line, without the descriptions. */
const completedByFish = (line: string): ReadonlyArray<string> =>
  printedBy("fish", `cat | source; complete -C '${line}'`).map((each) => each.replace(/\t.*/, ""))

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
    assert.deepStrictEqual(completed("plan", "q"), ["quick"])
    assert.deepStrictEqual(completed("plan", "quick", "--output", "q"), [""])
  })

  it.skipIf(!isInstalled("zsh"))("offer the same in a real zsh", () => {
    assert.includeMembers([...offeredToZsh("c")], ["capacity", "compare"])
    assert.includeMembers([...offeredToZsh("run", "--web")], ["--webPort", "--webHost"])
    const workloads = ["BATCH_VOLUME", "VOLUME", "READ"]
    assert.deepStrictEqual(offeredToZsh("capacity", "--testType", ""), workloads)
    assert.deepStrictEqual(offeredToZsh("capacity", "--testType=V"), workloads)
    assert.deepStrictEqual(offeredToZsh("plan", "q"), ["dms-team", "quick"])
    assert.deepStrictEqual(offeredToZsh("plan", "quick", "--output", "q"), ["files"])
  })

  it.skipIf(!isInstalled("fish"))("offer the same in a real fish", () => {
    assert.deepStrictEqual(completedByFish("edfi-perf c"), ["capacity", "compare"])
    assert.includeMembers([...completedByFish("edfi-perf run --web")], ["--webPort", "--webHost"])
    assert.deepStrictEqual(completedByFish("edfi-perf capacity --testType V"), ["VOLUME"])
    assert.deepStrictEqual(completedByFish("edfi-perf capacity --testType=V"), ["--testType=VOLUME"])
    assert.deepStrictEqual(completedByFish("edfi-perf run --out json,m"), ["json,markdown"])
    assert.deepStrictEqual(completedByFish("edfi-perf plan q"), ["quick"])
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
