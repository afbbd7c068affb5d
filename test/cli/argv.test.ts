import * as NodeContext from "@effect/platform-node/NodeContext"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { readArgv, wordsOf } from "../../src/cli/argv.ts"
import { commands } from "../../src/cli/commands.ts"
import { settingsCommand } from "../../src/cli/settingsCommand.ts"
import type { Flags } from "../../src/settings/readSettings.ts"

const [run] = commands

/** Flags with secrets shown, and problems as a message names them. */
const read = (...words: ReadonlyArray<string>) => {
  const { flags, problems } = readArgv(run, words)
  return {
    flags: Object.fromEntries(
      Object.entries(flags).map(([name, value]) => [
        name,
        Redacted.isRedacted(value) ? Redacted.value(value) : value
      ])
    ),
    problems: problems.map(({ accepted, given }) => `${given}: ${accepted}`)
  }
}

describe("readArgv", () => {
  it.each([
    [["--CLIENTCOUNT", "2", "--testlist=A", "--testList", "B,C"], { clientCount: "2", testList: "A,B,C" }],
    [["--log-level", "debug"], { logLevel: "debug" }],
    [["--logLevel=debug"], { logLevel: "debug" }],
    [
      ["-gi", "-c5", "-m", "0.5"],
      { runInDebugMode: "true", ignoreCertificateErrors: "true", clientCount: "5", runTimeInMinutes: "0.5" }
    ],
    [["--web", "no", "--local"], { web: "no", local: "true" }],
    [["-c=5", "-s=abc"], { clientCount: "5", secret: "abc" }],
    [["-s", "-gi", "--key", "--Web"], { secret: "-gi", key: "--Web" }],
    [["-s", " a=b ", "--key=--help"], { secret: " a=b ", key: "--help" }]
  ] satisfies ReadonlyArray<readonly [ReadonlyArray<string>, Readonly<Record<string, string>>]>)(
    "reads %j",
    (words, flags) => {
      assert.deepStrictEqual(read(...words), { flags, problems: [] })
    }
  )

  it.each([
    [["-output", "x"], "-output: is not a flag; did you mean --output?"],
    [["-xc", "5"], "-xc: is not a flag of run; --help lists them"],
    [["--webb", "5", "--local"], "--webb: is not a flag; did you mean --web?"],
    [["--seed=1", "--seed", "2"], "--seed is given twice: accepts one value"],
    [["--log-level", "a", "--logLevel", "b"], "--logLevel is given twice: accepts one value"],
    [["--secrethunter2"], "--secret...: is not a flag; did you mean --secret?"],
    [["-databaseUrlpostgres://u:p@h/d"], "--databaseUrl...: is not a flag; did you mean --databaseUrl?"],
    [["-s", "my", "secret"], "word 3 after run belongs to no flag: put a value with blanks into quotes"]
  ] satisfies ReadonlyArray<readonly [ReadonlyArray<string>, string]>)(
    "reports %j once",
    (words, problem) => {
      assert.deepStrictEqual(read(...words).problems, [problem])
    }
  )

  it.effect.each([
    { words: ["-g", "-c", "5", "--threshold", "a", "--threshold", "b=c", "-s", "x"] },
    { words: ["-s", "-gi", "-k", "--web", "-o", "-g"] },
    { words: ["-s", " a=b ", "-k", "--help", "--logLevel", "--version"] },
    { words: ["-s", "--local=x", "--seed", "-1", "--output=", "--webHost", "-h"] }
  ])("passes texts on unchanged: %j", ({ words }) =>
    Effect.gen(function* () {
      const argv = readArgv(run, words)
      let received: Flags = {}
      const start = settingsCommand({
        name: "run",
        settings: run.settings,
        load: (flags) => Effect.succeed(flags),
        logLevelOf: () => "INFO",
        program: (flags) => Effect.sync(() => void (received = flags))
      })
      yield* start(wordsOf(argv))
      const texts = (flags: Flags) =>
        Object.entries(flags)
          .filter(([, value]) => value !== undefined)
          .map(([name, value]) => `${name} ${Redacted.isRedacted(value) ? Redacted.value(value) : value}`)
          .sort()
      assert.deepStrictEqual([texts(received), argv.problems], [texts(argv.flags), []])
    }).pipe(Effect.provide(NodeContext.layer))
  )
})
