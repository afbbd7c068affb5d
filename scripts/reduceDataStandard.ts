/**
 * Writes src/local-dms/dataStandard52.ts, what the local DMS knows of the Ed-Fi Data Standard 5.2, from the ApiSchema
 * file of a DMS: `npx tsx scripts/reduceDataStandard.ts ed-fi-api-schema-ds-5.2.json`
 */
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import { readFileSync, writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { ApiSchema } from "../src/local-dms/ApiSchema.ts"
import { reduceApiSchema } from "../src/local-dms/reduceApiSchema.ts"
import type { ProjectFacts } from "../src/local-dms/ResourceFacts.ts"

const target = fileURLToPath(new URL("../src/local-dms/dataStandard52.ts", import.meta.url))

/** A JSON text as a literal of TypeScript; JSON of facts has neither backslashes nor single quotes. */
const literal = (value: unknown): string => `'${JSON.stringify(value)}'`

/** The module: a line per resource, so that differences between versions can be read. */
export const moduleOf = (facts: ProjectFacts): string =>
  [
    "/** The resources of the Ed-Fi Data Standard 5.2. Written by scripts/reduceDataStandard.ts. */",
    'import type { ProjectSource } from "./ProjectSource.ts"',
    "",
    "export const dataStandard52: ProjectSource = {",
    `  name: "${facts.name}",`,
    `  endpoint: "${facts.endpoint}",`,
    `  version: "${facts.version}",`,
    "  resources: [",
    facts.resources
      .map(([endpoint, name, one]) => `    ["${endpoint}", "${name}", ${literal(one)}]`)
      .join(",\n"),
    "  ],",
    "  descriptors: [",
    facts.descriptors.map(([endpoint, name]) => `    ["${endpoint}", "${name}"]`).join(",\n"),
    "  ],",
    `  descriptor: ${literal(facts.descriptor)},`,
    `  abstract: [${facts.abstract.map((name) => `"${name}"`).join(", ")}]`,
    "}",
    ""
  ].join("\n")

/** The facts in the ApiSchema file at a path. */
export const reduceFile = (path: string): ProjectFacts =>
  Either.getOrThrow(
    reduceApiSchema(Schema.decodeUnknownSync(Schema.parseJson(ApiSchema))(readFileSync(path, "utf8")))
  )

const [, script, source] = process.argv
if (script === fileURLToPath(import.meta.url) && source !== undefined) {
  writeFileSync(target, moduleOf(reduceFile(source)))
}
