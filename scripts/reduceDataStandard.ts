/**
 * Writes what the local DMS knows of the Ed-Fi Data Standard 5.2 and of TPDM 1.1, the modules dataStandard52*.ts and
 * tpdm11*.ts in src/local-dms/model:
 *
 *   npx tsx scripts/reduceDataStandard.ts ed-fi-api-schema-ds-5.2.json ed-fi-api-schema-tpdm.json ed-fi-resources-ds-5.0.json
 */
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import { readFileSync, writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { ApiSchema } from "../src/local-dms/model/ApiSchema.ts"
import { reduceApiSchema } from "../src/local-dms/model/reduceApiSchema.ts"
import type { ProjectFacts } from "../src/local-dms/model/ResourceFacts.ts"
import { tpdmApiSchema } from "./tpdmApiSchema.ts"

const folder = fileURLToPath(new URL("../src/local-dms/model/", import.meta.url))

/** A JSON text as a literal of TypeScript; JSON of facts has neither backslashes nor single quotes. */
const literal = (value: unknown): string => `'${JSON.stringify(value)}'`

const header = (content: string, { name, version }: ProjectFacts) =>
  `/** ${content} of ${name} ${version}. Written by scripts/reduceDataStandard.ts. */`

const listOf = (name: string, items: ReadonlyArray<string>): string =>
  [`  ${name}: [`, items.map((item) => `    ${item}`).join(",\n"), "  ]"].join("\n")

const pairs = (names: ReadonlyArray<readonly [string, string, ...ReadonlyArray<unknown>]>) =>
  names.map(([endpoint, name]) => `["${endpoint}", "${name}"]`)

const namesModule = (constant: string, facts: ProjectFacts): string =>
  [
    header("The names", facts),
    'import type { ProjectNames } from "./ProjectSource.ts"',
    "",
    `export const ${constant}: ProjectNames = {`,
    `  name: "${facts.name}",`,
    `  endpoint: "${facts.endpoint}",`,
    `  version: "${facts.version}",`,
    `  description: "${facts.description}",`,
    `  abstract: [${facts.abstract.map((name) => `"${name}"`).join(", ")}],`,
    `${listOf("resources", pairs(facts.resources))},`,
    listOf("descriptors", pairs(facts.descriptors)),
    "}",
    ""
  ].join("\n")

const textsOf = (name: string, facts: ProjectFacts["resources"]): string =>
  facts.length === 0
    ? `  ${name}: {}`
    : [
        `  ${name}: {`,
        facts.map(([endpoint, , one]) => `    ${endpoint}: ${literal(one)}`).join(",\n"),
        "  }"
      ].join("\n")

/** A line per resource, so that differences between versions can be read. */
const factsModule = (constant: string, facts: ProjectFacts): string =>
  [
    header("The facts", facts),
    'import type { ProjectTexts } from "./ProjectSource.ts"',
    "",
    `export const ${constant}Facts: ProjectTexts = {`,
    `${textsOf("resources", facts.resources)},`,
    `${textsOf("extensions", facts.extensions)},`,
    `  descriptor: ${literal(facts.descriptor)}`,
    "}",
    ""
  ].join("\n")

const modulesOf = (constant: string, facts: ProjectFacts) => ({
  [`${constant}.ts`]: namesModule(constant, facts),
  [`${constant}Facts.ts`]: factsModule(constant, facts)
})

const decode = Schema.decodeUnknownSync(Schema.parseJson(ApiSchema))

/**
 * The modules by file name.
 *
 * @param core the ApiSchema file of the Data Standard
 * @param tpdm the file of TPDM's facts
 * @param openApi the published OpenAPI document that has TPDM's members
 */
export const reduceFiles = (core: string, tpdm: string, openApi: string): Record<string, string> => {
  const read = (path: string) => readFileSync(path, "utf8")
  const standard = decode(read(core))
  const descriptor = Object.values(standard.projectSchema.resourceSchemas).find((one) => one.isDescriptor)
  if (descriptor === undefined) throw new Error(`${core} has no descriptor`)
  const extension = tpdmApiSchema(read(tpdm), read(openApi), descriptor)
  return {
    ...modulesOf("dataStandard52", Either.getOrThrow(reduceApiSchema(standard))),
    ...modulesOf("tpdm11", Either.getOrThrow(reduceApiSchema(extension)))
  }
}

const [, script, core, tpdm, openApi] = process.argv
if (
  script === fileURLToPath(import.meta.url) &&
  core !== undefined &&
  tpdm !== undefined &&
  openApi !== undefined
) {
  for (const [file, text] of Object.entries(reduceFiles(core, tpdm, openApi))) {
    writeFileSync(folder + file, text)
  }
}
