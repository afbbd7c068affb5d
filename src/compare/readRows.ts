/** Reads the rows of a CSV file whose last row may be incomplete because its writer was killed. */
import { parse } from "csv-parse/sync"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import { UnreadableRun } from "./UnreadableRun.ts"

/** A file and its name, for errors. */
export interface Source {
  readonly path: string
  readonly text: string
}

export interface Rows<A> {
  readonly rows: ReadonlyArray<A>
  /** The last line is incomplete and was left out. */
  readonly torn: boolean
}

/** A row from `csv-parse`: its cells by column, and its last line number. */
const Parsed = Schema.Struct({
  record: Schema.Record({ key: Schema.String, value: Schema.String }),
  info: Schema.Struct({ lines: Schema.Int })
})
const decodeParsed = Schema.decodeUnknownEither(Schema.Array(Parsed))

interface Mistake {
  /** A line whose cells do not match the header, or a cell that cannot be read. */
  readonly of: "line" | "cell"
  readonly detail: string
}

const parseLines = (text: string) => {
  let lines = 1
  return Either.try({
    try: () =>
      parse(text, {
        bom: true,
        columns: true,
        info: true,
        skip_empty_lines: true,
        on_record: (record: unknown, context) => {
          lines = context.lines
          return record
        }
      }),
    // The line is counted here, because the parser's message names the end of the file where quotes are not closed.
    catch: (cause): Mistake => ({
      of: "line",
      detail: `is not CSV from line ${lines + 1} on: ${cause instanceof Error ? cause.message : String(cause)}`
    })
  }).pipe(
    Either.flatMap((parsed) =>
      Either.mapLeft(decodeParsed(parsed), ({ message }): Mistake => ({ of: "line", detail: message }))
    )
  )
}

const readAll = <A, I>(
  text: string,
  schema: Schema.Schema<A, I>
): Either.Either<ReadonlyArray<A>, Mistake> => {
  const decode = Schema.decodeUnknownEither(schema)
  return Either.flatMap(parseLines(text), (lines) =>
    Either.all(
      lines.map(({ info, record }) =>
        Either.mapLeft(decode(record), (error): Mistake => {
          const [issue] = ParseResult.ArrayFormatter.formatErrorSync(error)
          const column = issue === undefined ? "" : `, column ${issue.path.map(String).join(".")}`
          return { of: "cell", detail: `line ${info.lines}${column}: ${issue?.message ?? error.message}` }
        })
      )
    )
  )
}

/** Where the last non-empty line begins. */
const startOfLastLine = (text: string): number => {
  let end = text.length
  while (end > 0 && (text[end - 1] === "\n" || text[end - 1] === "\r")) end--
  return text.lastIndexOf("\n", end - 1) + 1
}

/** Signs that the writer or its machine was stopped: no line break at the end, or NUL bytes. */
const isCutOff = (lastLine: string): boolean => !lastLine.endsWith("\n") || lastLine.includes("\0")

/**
 * Reads a file. A last line that is torn is left out; another line that cannot be read is an error with its number.
 *
 * @param schema of the cells by column
 */
export const readRows = <A, I>(
  { path, text }: Source,
  schema: Schema.Schema<A, I>
): Effect.Effect<Rows<A>, UnreadableRun> =>
  Effect.suspend(() => {
    const all = readAll(text, schema)
    if (Either.isRight(all)) {
      // A header without a line break may be incomplete.
      const torn = all.right.length === 0 && text.trim() !== "" && !text.includes("\n")
      return Effect.succeed({ rows: all.right, torn })
    }
    const lastStart = startOfLastLine(text)
    const mayBeTorn = all.left.of === "line" || isCutOff(text.slice(lastStart))
    const others = mayBeTorn ? readAll(text.slice(0, lastStart), schema) : all
    return Either.isRight(others)
      ? Effect.succeed({ rows: others.right, torn: true })
      : Effect.fail(new UnreadableRun({ path, detail: all.left.detail }))
  })
