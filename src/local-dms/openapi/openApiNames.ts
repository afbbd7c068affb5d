/** The names of the schemas of OpenAPI documents, as a DMS or an ODS/API spells them. */
import { capitalized, uncapitalized } from "../../domain/words.ts"
import type { DialectOpenApi } from "../requests/dialectMetadata.ts"

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

/** @param project `ed-fi` @returns `EdFi` */
const projectName = (project: string): string => project.split("-").map(capitalized).join("")

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
  nested: (owner, member) => `${owner}_${capitalized(singular(member))}`,
  extensions: (project, name) => `${projectName(project)}_${name}Extension`,
  extension: (extending, name) => `${projectName(extending)}_${name}Extension`
}

const ofOds: SchemaNames = {
  resource: (project, name) => `${uncapitalized(projectName(project))}_${uncapitalized(name)}`,
  reference: (project, name) => `${uncapitalized(projectName(project))}_${uncapitalized(name)}Reference`,
  nested: (owner, member) => owner + capitalized(singular(member)),
  extensions: (_, name) => `${uncapitalized(name)}Extensions`,
  extension: (extending, name) => `${uncapitalized(projectName(extending))}_${uncapitalized(name)}Extension`
}

export const schemaNamesOf = ({ schemaNames }: DialectOpenApi): SchemaNames =>
  schemaNames === "EdFi_Section" ? ofDms : ofOds
