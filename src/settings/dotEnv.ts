/** The `.env` file of the working directory: variables of the environment take precedence. */
import type { PlatformError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import { parse } from "dotenv"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Context from "effect/Context"
import * as DefaultServices from "effect/DefaultServices"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { nearest } from "./nearest.ts"

/** The variables of a file, and warnings about its content. */
interface DotEnv {
  readonly variables: ReadonlyMap<string, string>
  readonly warnings: ReadonlyArray<string>
}

const utf8 = new TextDecoder("utf-8", { fatal: true })

/** UTF-16 without a byte order mark is valid UTF-8 with a NUL next to each letter. */
const decodeUtf8 = (bytes: Uint8Array): Option.Option<string> =>
  Option.filter(Option.liftThrowable(() => utf8.decode(bytes))(), (text) => !text.includes("\0"))

/** Variables whose unquoted value has a `#` inside a word, which may not be meant as a comment. */
const cutAtHash = (text: string): ReadonlyArray<string> =>
  [
    ...text.matchAll(
      /^\s*(?:export\s+)?([\w.-]+)\s*=(?:[^\S\r\n]*[^\s'"`#](?:[^#\r\n]*[^\s#])?)?(?<!\s)#\S/gm
    )
  ].flatMap(([, name]) => (name === undefined ? [] : [name]))

const unread = (name: string, known: ReadonlySet<string>): string => {
  const near = nearest(name, known)
  return `${name} is not a variable of edfi-perf${near === undefined ? "" : `; did you mean ${near}?`}`
}

/**
 * Reads a file by the rules of dotenv: between single quotes a value is literal, and nothing expands `$`.
 *
 * @param known the variables that commands read; other names that begin with `PERF_` cause a warning
 */
export const parseDotEnv = (bytes: Uint8Array, known: ReadonlySet<string>): DotEnv => {
  const text = decodeUtf8(bytes)
  if (Option.isNone(text)) {
    return { variables: new Map(), warnings: ["is not UTF-8 and was not read; save it as UTF-8"] }
  }
  const variables = new Map(Object.entries(parse(text.value)))
  const names = [...variables.keys()]
  const isRead = (name: string) => known.has(name)
  // dotenv strips one pair of quotes, and keeps quotes that are not closed or are followed by more text.
  const oddlyQuoted = [...variables].filter(([, value]) => /^['"`]/.test(value) || /\n\s*PERF_/.test(value))
  return {
    variables,
    warnings: [
      ...names.filter((name) => /^PERF_/i.test(name) && !isRead(name)).map((name) => unread(name, known)),
      ...cutAtHash(text.value)
        .filter(isRead)
        .map((name) => `the value of ${name} ends before its #; put it in single quotes to keep the #`),
      ...oddlyQuoted
        .filter(([name]) => isRead(name))
        .map(
          ([name]) =>
            `the value of ${name} is not enclosed in one pair of quotes; it may contain more or less than intended`
        )
    ]
  }
}

const isAbsent = (error: PlatformError): boolean =>
  error._tag === "SystemError" && error.reason === "NotFound"

/**
 * Adds the variables of a file to the current provider, whose values take precedence, and logs warnings about the file.
 */
export const dotEnvLayer = (
  path: string,
  known: ReadonlySet<string>
): Layer.Layer<never, never, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const { variables, warnings } = yield* fs.readFile(path).pipe(
      Effect.map((bytes) => parseDotEnv(bytes, known)),
      Effect.catchAll((error) =>
        Effect.succeed<DotEnv>({
          variables: new Map(),
          warnings: isAbsent(error) ? [] : [`could not be read: ${error.message}`]
        })
      )
    )
    for (const warning of warnings) yield* Effect.logWarning(`${path}: ${warning}`)
    return Layer.fiberRefLocallyScopedWith(DefaultServices.currentServices, (services) =>
      Context.add(
        services,
        ConfigProvider.ConfigProvider,
        ConfigProvider.orElse(Context.get(services, ConfigProvider.ConfigProvider), () =>
          ConfigProvider.fromMap(new Map(variables))
        )
      )
    )
  }).pipe(Layer.unwrapEffect)
