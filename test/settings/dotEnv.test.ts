import * as Error from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, describe, it } from "@effect/vitest"
import * as Config from "effect/Config"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Option from "effect/Option"
import { dotEnvLayer, parseDotEnv } from "../../src/settings/dotEnv.ts"

const known = new Set(["PERF_API_SECRET", "PERF_API_KEY", "CLIENT_COUNT"])
const read = (text: string | Uint8Array) =>
  parseDotEnv(typeof text === "string" ? new TextEncoder().encode(text) : text, known)

describe("parseDotEnv", () => {
  it.each([
    ["a dollar in single quotes", "PERF_API_SECRET='ab$defgh@jk'", "ab$defgh@jk"],
    ["a dollar in double quotes", 'PERF_API_SECRET="ab$defgh${x}"', "ab$defgh${x}"],
    ["a dollar without quotes", "PERF_API_SECRET=ab$defgh", "ab$defgh"],
    ["a backslash in single quotes", "PERF_API_SECRET='a\\nb\\$c'", "a\\nb\\$c"],
    ["\\n in double quotes", 'PERF_API_SECRET="a\\nb"', "a\nb"],
    ["blanks in quotes", "PERF_API_SECRET=' a b '", " a b "],
    ["blanks without quotes", "PERF_API_SECRET =  a b  ", "a b"],
    ["a hash in quotes, then a comment", "PERF_API_SECRET='a#b' # mine", "a#b"],
    ["a comment after a value", "PERF_API_SECRET=ab # mine", "ab"],
    ["quotes inside other quotes", "PERF_API_SECRET=`a'b\"c`", "a'b\"c"],
    ["equals signs", "PERF_API_SECRET=a=b==", "a=b=="],
    ["export", "export PERF_API_SECRET=ab", "ab"],
    ["several lines", "PERF_API_SECRET='a\nb'\nCLIENT_COUNT=1", "a\nb"],
    ["line ends of Windows", "CLIENT_COUNT=1\r\nPERF_API_SECRET='ab'\r\n", "ab"],
    ["a byte order mark", "\uFEFFPERF_API_SECRET=ab\nCLIENT_COUNT=1", "ab"],
    ["comments and empty lines", "# mine\n\nPERF_API_SECRET=ab", "ab"],
    ["the last of two", "PERF_API_SECRET=a\nPERF_API_SECRET=b", "b"]
  ])("reads %s without a warning", (_, text, value) => {
    const { variables, warnings } = read(text)
    assert.strictEqual(variables.get("PERF_API_SECRET"), value)
    assert.deepStrictEqual(warnings, [])
  })

  it.each(["PERF_API_SECRET=ab#cd", "export PERF_API_SECRET = a b#cd", "PERF_API_SECRET=#cd"])(
    "warns of a value that ends before its #: %s",
    (text) => {
      assert.deepStrictEqual(read(`CLIENT_COUNT=1\n${text}\n`).warnings, [
        "the value of PERF_API_SECRET ends before its #; put it in single quotes to keep the #"
      ])
    }
  )

  it.each([
    'PERF_API_SECRET="ab#cd',
    'PERF_API_SECRET="a"b#c',
    "PERF_API_SECRET=`x#y",
    "PERF_API_SECRET='a\nPERF_API_KEY='b'"
  ])("warns of a value that is not enclosed in one pair of quotes: %s", (text) => {
    assert.match(
      read(text).warnings.join("\n"),
      /^the value of PERF_API_SECRET is not enclosed in one pair of quotes/m
    )
  })

  it.each([
    ["PERF_API_SECERT=x", "PERF_API_SECERT is not a variable of edfi-perf; did you mean PERF_API_SECRET?"],
    ["perf_api_key=x", "perf_api_key is not a variable of edfi-perf; did you mean PERF_API_KEY?"],
    ["PERF_DESCRIPTION=x", "PERF_DESCRIPTION is not a variable of edfi-perf"]
  ])("warns of a variable that no command reads: %s", (text, warning) => {
    assert.deepStrictEqual(read(text).warnings, [warning])
  })

  it("is silent about variables of other programs", () => {
    assert.deepStrictEqual(read("PATH=/bin\nCLIENT_COUNTS=4").warnings, [])
  })

  it.each([
    ["UTF-16 with its mark", Buffer.from("\uFEFFPERF_API_KEY=x", "utf16le")],
    ["UTF-16 without one", Buffer.from("PERF_API_KEY=x", "utf16le")],
    ["Latin-1", Buffer.from("PERF_API_KEY=ä", "latin1")]
  ])("does not read %s, and says so", (_, bytes) => {
    const { variables, warnings } = read(bytes)
    assert.strictEqual(variables.size, 0)
    assert.deepStrictEqual(warnings, ["is not UTF-8 and was not read; save it as UTF-8"])
  })
})

describe("dotEnvLayer", () => {
  /** The key, the secret and the log for a file and an environment. */
  const configured = (
    readFile: FileSystem.FileSystem["readFile"],
    environment: Readonly<Record<string, string>> = {}
  ) =>
    Effect.gen(function* () {
      const lines: Array<string> = []
      const values = yield* Config.all([
        Config.option(Config.string("PERF_API_KEY")),
        Config.option(Config.string("PERF_API_SECRET"))
      ]).pipe(
        Effect.provide(Layer.provide(dotEnvLayer(".env", known), FileSystem.layerNoop({ readFile }))),
        Effect.withConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(environment)))),
        Effect.provide(
          Logger.replace(
            Logger.defaultLogger,
            Logger.make(({ message }) => lines.push(String(message)))
          )
        )
      )
      return { values: values.map(Option.getOrUndefined), lines }
    })
  const failing = (reason: Error.SystemErrorReason) => () =>
    new Error.SystemError({ module: "FileSystem", method: "readFile", reason, pathOrDescriptor: ".env" })

  it.effect("lets the environment take precedence over the file", () =>
    Effect.gen(function* () {
      const file = new TextEncoder().encode("PERF_API_KEY=file\nPERF_API_SECRET='a, $b'\nPERF_X=1")
      const { lines, values } = yield* configured(() => Effect.succeed(file), { PERF_API_KEY: "environment" })
      assert.deepStrictEqual(values, ["environment", "a, $b"])
      assert.deepStrictEqual(lines, [".env: PERF_X is not a variable of edfi-perf"])
    })
  )

  it.effect("warns if the file cannot be read, but not if it is missing", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* configured(failing("NotFound")), {
        values: [undefined, undefined],
        lines: []
      })
      const { lines } = yield* configured(failing("PermissionDenied"))
      assert.match(lines.join(), /^\.env: could not be read: PermissionDenied/)
    })
  )
})
