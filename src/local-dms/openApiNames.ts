/** The names of the schemas of OpenAPI documents, as a DMS or an ODS/API spells them. */
import type { DialectOpenApi } from "./dialectMetadata.ts"

export interface SchemaNames {
  /** `EdFi_Section`; `edFi_section`. */
  readonly resource: (project: string, name: string) => string
  /** `EdFi_Section_Reference`; `edFi_sectionReference`. */
  readonly reference: (project: string, name: string) => string
  /** An item of a list, or an object: `EdFi_Section_ClassPeriod`; `edFi_sectionClassPeriod`. */
  readonly nested: (owner: string, member: string) => string
  /** The object `_ext` of a core resource: `EdFi_SchoolExtension`; `schoolExtensions`. */
  readonly extensions: (project: string, name: string) => string
  /** What a project has in there: `Tpdm_SchoolExtension`; `tpdm_schoolExtension`. */
  readonly extension: (extending: string, name: string) => string
}

const upperFirst = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1)

/** @param project `ed-fi` @returns `EdFi` */
const projectName = (project: string): string => project.split("-").map(upperFirst).join("")

/** @param list `classPeriods`, `addresses`, `categories` @returns `classPeriod`, `address`, `category` */
const singular = (list: string): string =>
  list
    .replace(/ies$/, "y")
    .replace(/(ss|us|x|ch|sh)es$/, "$1")
    .replace(/([^s])s$/, "$1")

const ofDms: SchemaNames = {
  resource: (project, name) => `${projectName(project)}_${name}`,
  // The DMS names this one in the old way.
  reference: (project, name) =>
    `${projectName(project)}_${name}${name === "SchoolYearType" ? "" : "_"}Reference`,
  nested: (owner, member) => `${owner}_${upperFirst(singular(member))}`,
  extensions: (project, name) => `${projectName(project)}_${name}Extension`,
  extension: (extending, name) => `${projectName(extending)}_${name}Extension`
}

const ofOds: SchemaNames = {
  resource: (project, name) => `${lowerFirst(projectName(project))}_${lowerFirst(name)}`,
  reference: (project, name) => `${lowerFirst(projectName(project))}_${lowerFirst(name)}Reference`,
  nested: (owner, member) => owner + upperFirst(singular(member)),
  extensions: (_, name) => `${lowerFirst(name)}Extensions`,
  extension: (extending, name) => `${lowerFirst(projectName(extending))}_${lowerFirst(name)}Extension`
}

export const schemaNamesOf = ({ schemaNames }: DialectOpenApi): SchemaNames =>
  schemaNames === "EdFi_Section" ? ofDms : ofOds
