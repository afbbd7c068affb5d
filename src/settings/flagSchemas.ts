/** Schemas that decode the texts of flags and variables. */
import * as Arr from "effect/Array"
import * as Duration from "effect/Duration"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Order from "effect/Order"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import { parseWatchTarget } from "../domain/WatchTarget.ts"
import { parseMillis } from "../domain/durations.ts"
import { parseReadWeights, ReadMix, weightsText } from "../domain/ReadMix.ts"
import { splitThresholds } from "../domain/Threshold.ts"

const Trimmed = Schema.Trim

/** A decimal number, `2.5`; not an empty text, not `Infinity`. */
const Decimal = Trimmed.pipe(Schema.filter((text) => /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)))
  .pipe(Schema.compose(Schema.NumberFromString))
  .pipe(Schema.filter((value) => Number.isFinite(value)))

/** A whole number in a range, both ends included. */
export const whole = (min: number, max: number) =>
  Decimal.pipe(Schema.filter((value) => Number.isSafeInteger(value) && value >= min && value <= max))

/** `auto`, or a whole number in a range, both ends included. */
export const autoOr = (min: number, max: number) => Schema.Union(oneOf("auto"), whole(min, max))

/** A number above `above`, up to and including `max`. */
export const numberAbove = (above: number, max: number) =>
  Decimal.pipe(Schema.filter((value) => value > above && value <= max))

/** A number in a range, both ends included. */
export const numberFrom = (min: number, max: number) =>
  Decimal.pipe(Schema.filter((value) => value >= min && value <= max))

/** `50/s` or `50`: a number above 0, up to and including `max`. */
export const ratePerSecond = (max: number) =>
  Schema.transform(Schema.String, numberAbove(0, max), {
    strict: true,
    decode: (text) => text.replace(/\s*\/\s*s\s*$/i, ""),
    encode: (text) => text
  })

/** `5%` or `5`: a percentage in a range, both ends included, as a share of 1. */
export const percent = (min: number, max: number) =>
  Schema.transform(
    Schema.transform(Schema.String, numberFrom(min, max), {
      strict: true,
      decode: (text) => text.replace(/\s*%\s*$/, ""),
      encode: (text) => `${text}%`
    }),
    Schema.Number,
    { strict: true, decode: (percentage) => percentage / 100, encode: (share) => share * 100 }
  )

const yes = new Set(["true", "1", "yes", "y", "on"])
const no = new Set(["false", "0", "no", "n", "off"])

/** Whether a word can be the value of a switch. */
export const isSwitchWord = (word: string): boolean =>
  yes.has(word.toLowerCase()) || no.has(word.toLowerCase())

/** `true`, `1`, `yes`, `on` and their opposites, in any letter case. */
export const Switch = Schema.transformOrFail(Trimmed, Schema.Boolean, {
  strict: true,
  decode: (text, _, ast) => {
    const known = text.toLowerCase()
    if (yes.has(known)) return ParseResult.succeed(true)
    if (no.has(known)) return ParseResult.succeed(false)
    return ParseResult.fail(new ParseResult.Type(ast, text, "accepts true or false"))
  },
  encode: (value) => ParseResult.succeed(String(value))
})

/** One of the words, in any letter case. */
export const oneOf = <const Words extends readonly [string, ...Array<string>]>(...words: Words) =>
  Schema.transformOrFail(Trimmed, Schema.Literal(...words), {
    strict: true,
    decode: (text, _, ast) => {
      const word: Words[number] | undefined = words.find(
        (known) => known.toLowerCase() === text.toLowerCase()
      )
      return word === undefined
        ? ParseResult.fail(new ParseResult.Type(ast, text, "is not one of the words"))
        : ParseResult.succeed(word)
    },
    encode: (word) => ParseResult.succeed(word)
  })

/** The maximum of most duration flags. */
export const hourMillis = 3_600_000

/** `60` (seconds), `500ms`, `30 seconds`, `2 minutes`; from `minMillis` to `maxMillis`. */
export const duration = (minMillis: number, maxMillis: number) =>
  Schema.transformOrFail(Trimmed, Schema.DurationFromSelf, {
    strict: true,
    decode: (text, _, ast) => {
      const millis = parseMillis(text) ?? Number.NaN
      return millis >= minMillis && millis <= maxMillis
        ? ParseResult.succeed(Duration.millis(millis))
        : ParseResult.fail(new ParseResult.Type(ast, text, "is not a duration in the range"))
    },
    encode: (value) => ParseResult.succeed(`${Duration.toMillis(value)}ms`)
  })

const unitBytes: Readonly<Record<string, number>> = {
  "": 1,
  b: 1,
  kb: 1000,
  mb: 1_000_000,
  gb: 1_000_000_000,
  kib: 1024,
  mib: 1024 ** 2,
  gib: 1024 ** 3
}

/** `16 MiB`, `500kB` or `1000000`: a whole number of bytes in a range, both ends included. */
export const byteCount = (min: number, max: number) =>
  Schema.transformOrFail(Trimmed, Schema.Number, {
    strict: true,
    decode: (text, _, ast) => {
      const [, amount, unit = ""] = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text) ?? []
      const bytes = Number(amount) * (unitBytes[unit.toLowerCase()] ?? Number.NaN)
      return Number.isSafeInteger(bytes) && bytes >= min && bytes <= max
        ? ParseResult.succeed(bytes)
        : ParseResult.fail(new ParseResult.Type(ast, text, "is not a number of bytes in the range"))
    },
    encode: (bytes) => ParseResult.succeed(String(bytes))
  })

/** Comma-separated texts without blanks and empty parts. */
export const Words = Schema.transform(Schema.String, Schema.Array(Schema.String), {
  strict: true,
  decode: (text) =>
    text
      .split(",")
      .map((word) => word.trim())
      .filter((word) => word !== ""),
  encode: (words) => words.join(",")
})

/** Whole numbers in a range, comma-separated, at least one: without duplicates, ascending. */
export const wholes = (min: number, max: number) =>
  Words.pipe(
    Schema.compose(Schema.NonEmptyArray(whole(min, max))),
    Schema.transform(Schema.NonEmptyArray(Schema.Number), {
      strict: true,
      decode: (values) => Arr.sort(Arr.dedupe(values), Order.number),
      encode: (values) => values
    })
  )

/** Thresholds as written, comma-separated; they are parsed where a message can point at a mistake. */
export const Expressions = Schema.transform(Schema.String, Schema.Array(Schema.String), {
  strict: true,
  decode: splitThresholds,
  encode: (expressions) => expressions.join(",")
})

/** `pid:1234`, `name:dotnet` or the address of an exporter, comma-separated. */
export const WatchTexts = Words.pipe(
  Schema.filter((texts) => texts.every((text) => Either.isRight(parseWatchTarget(text))))
)

/** `NAME=10`, comma-separated: whole numbers from 1 on, by name. The last of two for one name counts. */
export const CountsByName = Schema.transformOrFail(
  Words,
  Schema.Record({ key: Schema.String, value: Schema.Number }),
  {
    strict: true,
    decode: (words, _, ast) => {
      const counts: Record<string, number> = {}
      for (const word of words) {
        const [, name, count] = /^([^=]+)=(\d+)$/.exec(word) ?? []
        if (name === undefined || !(Number(count) >= 1)) {
          return ParseResult.fail(new ParseResult.Type(ast, words, `${word} is not NAME=COUNT`))
        }
        counts[name.trim()] = Number(count)
      }
      return ParseResult.succeed(counts)
    },
    encode: (counts) => ParseResult.succeed(Object.entries(counts).map(([name, count]) => `${name}=${count}`))
  }
)

/** `id=40,key=10`: kinds of reads and their weights. */
export const ReadWeights = Schema.transformOrFail(Words, Schema.typeSchema(ReadMix.fields.weights), {
  strict: true,
  decode: (words, _, ast) =>
    Either.match(parseReadWeights(words), {
      onLeft: (wrong) => ParseResult.fail(new ParseResult.Type(ast, words, wrong)),
      onRight: ParseResult.succeed
    }),
  encode: (weights) => ParseResult.succeed(weightsText(weights).split(","))
})

/** Credentials in a URL would be shown with it. */
const isWebUrl = (text: string): boolean => {
  if (!URL.canParse(text) || /[{}]/.test(text)) return false
  const { password, protocol, username } = new URL(text)
  return /^https?:$/.test(protocol) && username === "" && password === ""
}

const withoutTrailingSlashes = Schema.transform(Schema.String, Schema.String, {
  strict: true,
  decode: (text) => text.replace(/\/+$/, ""),
  encode: (text) => text
})

/** An http or https URL without `{placeholder}` and credentials, kept without its trailing slashes. */
export const WebUrl = Trimmed.pipe(Schema.filter(isWebUrl), Schema.compose(withoutTrailingSlashes))

/** Paths are appended to it; behind a query or a fragment they would not be paths. */
const isBase = (text: string): boolean => !/[?#]/.test(text)

/** A `WebUrl` to which paths can be appended. */
export const BaseUrl = WebUrl.pipe(Schema.filter(isBase))

/** An absolute URL, or a path below the base URL: `/data`, `oauth/token`. */
export const UrlOrPath = Trimmed.pipe(
  Schema.filter(
    (text) => /^\S+$/.test(text) && !text.includes("{") && (isWebUrl(text) || !/^\w+:/.test(text))
  )
)

/** A `UrlOrPath` to which paths can be appended. */
export const Prefix = UrlOrPath.pipe(Schema.filter(isBase))

/** A part of a path without characters that a URL would encode; not `..`. */
const PathPart = Schema.String.pipe(Schema.pattern(/^[\w~-][\w.~-]*$/))

/** `acme/2026`: `["acme", "2026"]`. */
export const Route = Schema.transform(Trimmed, Schema.Array(Schema.String), {
  strict: true,
  decode: (text) => text.replace(/^\/|\/$/g, "").split("/"),
  encode: (parts) => parts.join("/")
}).pipe(Schema.compose(Schema.NonEmptyArray(PathPart)))

const isEncoded = (text: string): boolean => Option.isSome(Option.liftThrowable(decodeURIComponent)(text))

/** The URL has to name the database, because reports show the name. */
const isDatabaseUrl = (text: string): boolean => {
  if (!/^postgres(ql)?:\/\//.test(text) || !URL.canParse(text)) return false
  const { password, pathname, username } = new URL(text)
  return pathname.length > 1 && [password, pathname, username].every(isEncoded)
}

/** `postgres://user:password@host:5432/database`; never printed. */
export const DatabaseUrl = Schema.RedactedFromSelf(Trimmed.pipe(Schema.filter(isDatabaseUrl)))

/** `0.0.0.0:7077`, `[::1]:7077`: a host without brackets, and a port from 0 to 65535. */
export const HostAndPort = Schema.transformOrFail(
  Trimmed,
  Schema.Struct({ host: Schema.String, port: Schema.Number }),
  {
    strict: true,
    decode: (text, _, ast) => {
      const [, v6, name, port] = /^(?:\[([\da-f:.]+)\]|([^\s:[\]/]+)):(\d{1,5})$/i.exec(text) ?? []
      const host = v6 ?? name
      return host === undefined || Number(port) > 65_535
        ? ParseResult.fail(new ParseResult.Type(ast, text, "is not HOST:PORT"))
        : ParseResult.succeed({ host, port: Number(port) })
    },
    encode: ({ host, port }) => ParseResult.succeed(`${host.includes(":") ? `[${host}]` : host}:${port}`)
  }
)

export const SomeText = Trimmed.pipe(Schema.filter((text) => text !== ""))
