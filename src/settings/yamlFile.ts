/**
 * Reads YAML files that people write: checked against a schema, and every problem with its line, its column and the path of
 * its member. Knows nothing of what the files describe.
 */
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import { type Document, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, visit } from "yaml"
import { excerpt } from "../domain/excerpt.ts"
import { nearest } from "./nearest.ts"
import { SettingProblem, WrongSettings } from "./WrongSettings.ts"

/** Members and, 0-based, places in lists: `["items", 2, "weight"]`. */
export type MemberPath = ReadonlyArray<PropertyKey>

/** What is wrong at one place of a file. */
export interface FileProblem {
  /** As it was named: `mine.yaml`. */
  readonly source: string
  /** From 1. */
  readonly line: number
  /** From 1, in UTF-16 code units. */
  readonly column: number
  /** `items[2].weight`; empty for the whole file. */
  readonly member: string
  /** Completes the place to a sentence: `accepts a whole number from 1 to 1000`. */
  readonly detail: string
}

export type FileProblems = readonly [FileProblem, ...ReadonlyArray<FileProblem>]

/** The content of a file, and how to name a place in it. */
export interface YamlFile<A> {
  readonly value: A
  /** @param detail `cannot be generated: its key has no free part` */
  readonly problemAt: (path: MemberPath, detail: string) => FileProblem
}

const AcceptsId = Symbol.for("edfi-perf/settings/yamlFile/Accepts")

/**
 * What a member accepts, for messages.
 *
 * @param text completes "accepts ..."
 * @example weight: accepts(Schema.Int.pipe(Schema.between(1, 1000)), "a whole number from 1 to 1000")
 */
export const accepts = <A, I, R>(schema: Schema.Schema<A, I, R>, text: string): Schema.Schema<A, I, R> =>
  schema.annotations({ [AcceptsId]: text })

/** A member that may be left out. In a file nothing is `undefined`. */
export const optional = <A, I, R>(schema: Schema.Schema<A, I, R>) =>
  Schema.optionalWith(schema, { exact: true })

/** @example "items[2].weight" of ["items", 2, "weight"] */
const memberText = (path: MemberPath): string =>
  path
    .map((part, index) =>
      typeof part === "number" ? `[${part}]` : `${index === 0 ? "" : "."}${excerpt(String(part), 60)}`
    )
    .join("")

/** Without checks and transformations. */
const shapeOf = (ast: SchemaAST.AST): SchemaAST.AST =>
  SchemaAST.isRefinement(ast) || SchemaAST.isTransformation(ast) ? shapeOf(ast.from) : ast

/** The schema of a member or an item; `undefined` where the schema has none. */
const inside = (ast: SchemaAST.AST, part: PropertyKey): SchemaAST.AST | undefined => {
  const shape = shapeOf(ast)
  if (SchemaAST.isTypeLiteral(shape))
    return (shape.propertySignatures.find(({ name }) => name === part) ?? shape.indexSignatures[0])?.type
  return SchemaAST.isTupleType(shape) ? shape.rest[0]?.type : undefined
}

const schemaAt = (ast: SchemaAST.AST, path: MemberPath): SchemaAST.AST | undefined =>
  path.reduce<SchemaAST.AST | undefined>((at, part) => (at === undefined ? undefined : inside(at, part)), ast)

const membersOf = (ast: SchemaAST.AST | undefined): ReadonlyArray<string> => {
  const shape = ast === undefined ? undefined : shapeOf(ast)
  return shape !== undefined && SchemaAST.isTypeLiteral(shape)
    ? shape.propertySignatures.map(({ name }) => String(name))
    : []
}

const unknownMember = (name: string, known: ReadonlyArray<string>): string => {
  const near = nearest(name, known, 2)
  const hint = near === undefined ? "" : ` did you mean ${near}?`
  return `is no member here;${hint} members are ${known.join(", ")}`
}

/** What a place accepts, in words: its own, otherwise the names of its members. */
const acceptedAt = (ast: SchemaAST.AST, path: MemberPath): string | undefined => {
  const at = schemaAt(ast, path)
  const members = membersOf(at)
  return Option.fromNullable(at).pipe(
    Option.flatMap(SchemaAST.getAnnotation<string>(AcceptsId)),
    Option.getOrElse(() => (members.length === 0 ? undefined : `members ${members.join(", ")}`))
  )
}

type Issue = ParseResult.ArrayFormatterIssue

const detailOf = (ast: SchemaAST.AST, { _tag, message, path }: Issue): string => {
  if (_tag === "Unexpected")
    return unknownMember(String(path.at(-1)), membersOf(schemaAt(ast, path.slice(0, -1))))
  const accepted = acceptedAt(ast, path)
  if (accepted === undefined) return message
  return `${_tag === "Missing" ? "is missing; " : ""}accepts ${accepted}`
}

/** A list without its first item is wrong itself. */
const atList = (issue: Issue): Issue =>
  issue._tag === "Missing" && typeof issue.path.at(-1) === "number"
    ? { ...issue, _tag: "Type", path: issue.path.slice(0, -1) }
    : issue

/** Where a member begins: at its name; an item of a list at its value. What is missing is where its owner begins. */
const offsetOf = (document: Document, path: MemberPath): number => {
  let node: unknown = document.contents
  let offset = isNode(node) ? (node.range?.[0] ?? 0) : 0
  for (const part of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === part)
      if (pair === undefined) return offset
      offset = isNode(pair.key) ? (pair.key.range?.[0] ?? offset) : offset
      node = pair.value
    } else if (isSeq(node) && typeof part === "number") {
      node = node.items[part]
      offset = isNode(node) ? (node.range?.[0] ?? offset) : offset
    }
  }
  return offset
}

/** Anchors are resolved, but not so many times that a short file becomes a large value. */
const maxAliasCount = 100

const nonEmpty = <A>([head, ...tail]: ReadonlyArray<A>) =>
  head === undefined ? undefined : ([head, ...tail] as const)

/** Aliases without an anchor before them, which only the conversion to values would notice. */
const strayAliases = (document: Document) => {
  const stray: Array<{ readonly source: string; readonly offset: number }> = []
  visit(document, {
    Alias: (_, alias) => {
      if (alias.resolve(document) === undefined)
        stray.push({ source: alias.source, offset: alias.range?.[0] ?? 0 })
    }
  })
  return stray
}

const placeText = (source: string, document: Document, lines: LineCounter) => {
  const problem = (offset: number, member: string, detail: string): FileProblem => {
    const { col: column, line } = lines.linePos(offset)
    // Names and values of the file are part of it.
    const shown = excerpt(detail, 1000)
    return { source, line: Math.max(1, line), column: Math.max(1, column), member, detail: shown }
  }
  return {
    atOffset: (offset: number, detail: string) => problem(offset, "", detail),
    atPath: (path: MemberPath, detail: string) => problem(offsetOf(document, path), memberText(path), detail)
  }
}

/**
 * Decodes the text of a YAML 1.2 file.
 *
 * @param schema of structs and lists, whose members are made with `accepts` and `optional`
 * @param source the name of the file, for messages
 * @returns all problems, in the order of the file
 * @example Either.map(decodeYaml(Mixture, "mine.yaml", text), ({ value }) => value.items.length)
 */
export const decodeYaml = <A, I>(
  schema: Schema.Schema<A, I>,
  source: string,
  text: string
): Either.Either<YamlFile<A>, FileProblems> => {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true })
  const { atOffset, atPath } = placeText(source, document, lines)
  const unreadable = nonEmpty([
    ...[...document.errors, ...document.warnings].map(({ code, message, pos }) =>
      atOffset(pos[0], code === "MULTIPLE_DOCS" ? "has more than one document" : message)
    ),
    ...strayAliases(document).map(({ offset, source: name }) =>
      atOffset(offset, `no anchor &${name} stands before it`)
    )
  ])
  if (unreadable !== undefined) return Either.left(unreadable)
  const decoded = Either.try({
    try: (): unknown => document.toJS({ maxAliasCount }),
    catch: (): FileProblems => [atOffset(0, "repeats parts of itself too often (aliases)")]
  }).pipe(
    Either.flatMap((value) =>
      Either.mapLeft(
        Schema.decodeUnknownEither(schema)(value, { errors: "all", onExcessProperty: "error" }),
        (error) => problemsOf(schema.ast, ParseResult.ArrayFormatter.formatErrorSync(error), atPath)
      )
    )
  )
  return Either.map(decoded, (value) => ({ value, problemAt: atPath }))
}

/** Each place once, because a schema may have several things to say about it. */
const problemsOf = (
  ast: SchemaAST.AST,
  issues: ReadonlyArray<Issue>,
  atPath: (path: MemberPath, detail: string) => FileProblem
): FileProblems => {
  const first = new Map(
    issues
      .map(atList)
      .toReversed()
      .map((issue) => [JSON.stringify(issue.path), issue])
  )
  const problems = [...first.values()]
    .map((issue) => atPath(issue.path, detailOf(ast, issue)))
    .toSorted((a, b) => a.line - b.line || a.column - b.column)
  return nonEmpty(problems) ?? [atPath([], "is not what the file should be")]
}

/** The problems of the file that a flag names. @example flag "--mixture" */
export const wrongFile = (flag: string, [first, ...others]: FileProblems): WrongSettings => {
  const asSetting = ({ column, detail, line, member, source }: FileProblem) =>
    new SettingProblem({
      flag,
      given: `${excerpt(source)}:${line}:${column}${member === "" ? "" : ` ${member}`}`,
      accepted: detail
    })
  return new WrongSettings({ problems: [asSetting(first), ...others.map(asSetting)] })
}
