/** The schemas of OpenAPI documents, made from the data model. */
import type { Json, JsonObject } from "../../domain/Json.ts"
import type { Models, ResourceSource } from "../DataModel.ts"
import type { Dialect } from "../Dialect.ts"
import type { DialectOpenApi } from "../requests/dialectMetadata.ts"
import { schemaNamesOf } from "./openApiNames.ts"
import type { SchemaNames } from "./openApiNames.ts"
import type { MemberFacts, ReferenceFacts, ScalarFacts } from "../model/ResourceFacts.ts"

const isIdentity = { "x-Ed-Fi-isIdentity": true }

const withoutUndefined = (schema: { readonly [name: string]: Json | undefined }): JsonObject =>
  Object.fromEntries(
    Object.entries(schema).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]))
  )

/** The type and the bounds of a value. */
export const scalarSchema = (facts: ScalarFacts, { formatsTimes }: DialectOpenApi): JsonObject => {
  switch (facts.type) {
    case "text":
      return withoutUndefined({ type: "string", minLength: facts.min, maxLength: facts.max })
    case "descriptor":
      return { type: "string", maxLength: 306 }
    case "integer":
      return withoutUndefined({
        type: "integer",
        format: facts.bits === 64 ? "int64" : "int32",
        minimum: facts.min,
        maximum: facts.max
      })
    case "decimal":
      return { type: "number", format: "double" }
    case "boolean":
      return { type: "boolean" }
    case "date":
      return { type: "string", format: "date" }
    case "dateTime":
      return { type: "string", format: "date-time" }
    case "time":
      return formatsTimes ? { type: "string", format: "time" } : { type: "string" }
  }
}

export const schemaRef = (name: string): JsonObject => ({ $ref: `#/components/schemas/${name}` })

const linkSchema: JsonObject = {
  type: "object",
  properties: { rel: { type: "string" }, href: { type: "string" } }
}

/** All schemas by name: of resources, their parts and references. */
class SchemaBook {
  readonly schemas: { [name: string]: JsonObject } = {}
  readonly #names: SchemaNames
  readonly #openApi: DialectOpenApi
  readonly #hasLinks: boolean
  readonly #projectOf: (name: string) => string

  /** @param projectOf the project of a resource that is referred to */
  constructor({ documents, openApi }: Dialect, projectOf: (name: string) => string) {
    this.#names = schemaNamesOf(openApi)
    this.#openApi = openApi
    this.#hasLinks = documents.hasLinks
    this.#projectOf = projectOf
    if (documents.hasLinks) this.schemas["link"] = linkSchema
  }

  addResource({ facts, name, project }: ResourceSource): void {
    const { identity, members } = facts()
    const own = this.#names.resource(project, name)
    const inKey = (member: MemberFacts) =>
      identity.some((path) => path === member.name || path.startsWith(`${member.name}.`))
    const properties = members.map((member): readonly [string, JsonObject] => {
      const isFlagged = inKey(member) && (member.type !== "reference" || this.#openApi.flagsReferences)
      const schema =
        member.name === "_ext" && member.type === "object"
          ? this.#extensions(project, name, member.members)
          : this.#memberSchema(own, member)
      return [member.name, isFlagged ? { ...schema, ...isIdentity } : schema]
    })
    this.schemas[own] = objectSchema(members, {
      id: { type: "string" },
      ...Object.fromEntries(properties),
      _etag: { type: "string" },
      _lastModifiedDate: { type: "string", format: "date-time" }
    })
  }

  #memberSchema(owner: string, member: MemberFacts): JsonObject {
    switch (member.type) {
      case "reference":
        return schemaRef(this.#reference(member))
      case "list":
        return { type: "array", items: schemaRef(this.#nested(owner, member.name, member.items)) }
      case "object":
        return schemaRef(this.#nested(owner, member.name, member.members))
      default:
        return {
          ...scalarSchema(member, this.#openApi),
          ...(member.required === true ? {} : { "x-nullable": true })
        }
    }
  }

  #nested(owner: string, member: string, members: ReadonlyArray<MemberFacts>): string {
    return this.#add(this.#names.nested(owner, member), members)
  }

  /** A name that is taken, or that would be one of a reference, gets an ending. */
  #add(wanted: string, members: ReadonlyArray<MemberFacts>): string {
    if (wanted in this.schemas || wanted.endsWith("Reference")) return this.#add(`${wanted}Item`, members)
    this.schemas[wanted] = {}
    const properties = members.map((one) => [one.name, this.#memberSchema(wanted, one)] as const)
    this.schemas[wanted] = objectSchema(members, Object.fromEntries(properties))
    return wanted
  }

  /** The same wherever it stands; some places require fewer of its members. */
  #reference({ members, to }: ReferenceFacts): string {
    const name = this.#names.reference(this.#projectOf(to), to)
    if (name in this.schemas) return name
    this.schemas[name] = {
      type: "object",
      required: members.map((member) => member.name),
      properties: {
        ...Object.fromEntries(
          members.map((member) => [member.name, { ...scalarSchema(member, this.#openApi), ...isIdentity }])
        ),
        ...(this.#hasLinks ? { link: schemaRef("link") } : {})
      }
    }
    return name
  }

  #extensions(project: string, name: string, members: ReadonlyArray<MemberFacts>): JsonObject {
    const own = this.#names.extensions(project, name)
    const properties = members.map((member): readonly [string, JsonObject] => [
      member.name,
      member.type === "object"
        ? schemaRef(this.#add(this.#names.extension(member.name, name), member.members))
        : this.#memberSchema(own, member)
    ])
    this.schemas[own] = objectSchema(members, Object.fromEntries(properties))
    return schemaRef(own)
  }
}

const objectSchema = (members: ReadonlyArray<MemberFacts>, properties: JsonObject): JsonObject => {
  const required = members.flatMap(({ name, required }) => (required === true ? [name] : []))
  return { type: "object", ...(required.length === 0 ? {} : { required }), properties }
}

/** The project of a resource or an abstract resource, by name. */
const projectsByName = ({ projects, sources }: Models): ReadonlyMap<string, string> =>
  new Map([
    ...projects.flatMap(({ abstract, endpoint }) => abstract.map((name) => [name, endpoint] as const)),
    ...sources.toReversed().map(({ name, project }) => [name, project] as const)
  ])

/** The schemas of some resources of a model. */
export const schemasOf = (
  models: Models,
  dialect: Dialect,
  sources: ReadonlyArray<ResourceSource>
): JsonObject => {
  const projects = projectsByName(models)
  const book = new SchemaBook(dialect, (name) => projects.get(name) ?? models.projects[0]?.endpoint ?? "")
  // Resources first, so that no part takes the name of one.
  const names = schemaNamesOf(dialect.openApi)
  for (const { name, project } of sources) book.schemas[names.resource(project, name)] = {}
  for (const source of sources) book.addResource(source)
  return book.schemas
}
