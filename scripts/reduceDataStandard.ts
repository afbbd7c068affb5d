/**
 * Writes dataStandard52.ts and dataStandard52Facts.ts in src/local-dms, what the local DMS knows of the Ed-Fi Data Standard 5.2, from the ApiSchema
 * file of a DMS: `npx tsx scripts/reduceDataStandard.ts ed-fi-api-schema-ds-5.2.json`
 */
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import { readFileSync, writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { ApiSchema } from "../src/local-dms/ApiSchema.ts"
import { reduceApiSchema } from "../src/local-dms/reduceApiSchema.ts"
import type { ProjectFacts } from "../src/local-dms/ResourceFacts.ts"

const folder = fileURLToPath(new URL("../src/local-dms/", import.meta.url))

/** A JSON text as a literal of TypeScript; JSON of facts has neither backslashes nor single quotes. */
const literal = (value: unknown): string => `'${JSON.stringify(value)}'`

const header = (content: string) =>
  `/** ${content} of the Ed-Fi Data Standard 5.2. Written by scripts/reduceDataStandard.ts. */`

const pairs = (names: ReadonlyArray<readonly [string, string, ...ReadonlyArray<unknown>]>): string =>
  names.map(([endpoint, name]) => `    ["${endpoint}", "${name}"]`).join(",\n")

const namesModule = (facts: ProjectFacts): string =>
  [
    header("The names"),
    'import type { ProjectNames } from "./ProjectSource.ts"',
    "",
    "export const dataStandard52: ProjectNames = {",
    `  name: "${facts.name}",`,
    `  endpoint: "${facts.endpoint}",`,
    `  version: "${facts.version}",`,
    `  abstract: [${facts.abstract.map((name) => `"${name}"`).join(", ")}],`,
    "  resources: [",
    pairs(facts.resources),
    "  ],",
    "  descriptors: [",
    pairs(facts.descriptors),
    "  ]",
    "}",
    ""
  ].join("\n")

/** A line per resource, so that differences between versions can be read. */
const factsModule = (facts: ProjectFacts): string =>
  [
    header("The facts"),
    'import type { ProjectTexts } from "./ProjectSource.ts"',
    "",
    "export const dataStandard52Facts: ProjectTexts = {",
    "  resources: {",
    facts.resources.map(([endpoint, , one]) => `    ${endpoint}: ${literal(one)}`).join(",\n"),
    "  },",
    `  descriptor: ${literal(facts.descriptor)}`,
    "}",
    ""
  ].join("\n")

/** The modules by file name. */
export const modulesOf = (facts: ProjectFacts): { readonly [file: string]: string } => ({
  "dataStandard52.ts": namesModule(facts),
  "dataStandard52Facts.ts": factsModule(facts)
})

/** The facts in the ApiSchema file at a path. */
export const reduceFile = (path: string): ProjectFacts =>
  Either.getOrThrow(
    reduceApiSchema(Schema.decodeUnknownSync(Schema.parseJson(ApiSchema))(readFileSync(path, "utf8")))
  )

const [, script, source] = process.argv
if (script === fileURLToPath(import.meta.url) && source !== undefined) {
  for (const [file, text] of Object.entries(modulesOf(reduceFile(source)))) writeFileSync(folder + file, text)
}
