/** What a server says of itself in its discovery document. */
import * as Schema from "effect/Schema"
import { excerpt } from "../domain/excerpt.ts"

/** The members that are read; the server may have written anything. */
export const describedFields = {
  version: Schema.optional(Schema.Unknown),
  informationalVersion: Schema.optional(Schema.Unknown),
  build: Schema.optional(Schema.Unknown),
  dataModels: Schema.optional(Schema.Unknown)
}

type Described = { readonly [name in keyof typeof describedFields]?: unknown }

/** A data model with its version: `{ name: "Ed-Fi", version: "5.2.0" }`. */
export interface DataModelFacts {
  readonly name: string
  readonly version: string | null
}

/** Cleaned and cut; `null` for a member that is missing or no text. */
export interface ServerFacts {
  readonly version: string | null
  readonly informationalVersion: string | null
  readonly build: string | null
  readonly dataModels: ReadonlyArray<DataModelFacts>
}

const maxLength = 100

/** Extensions have a data model each. */
const maxDataModels = 20

const textOf = (value: unknown): string | null => {
  if (typeof value !== "string" && typeof value !== "number") return null
  const text = excerpt(String(value), maxLength)
  return text === "" ? null : text
}

const isDataModels = Schema.is(
  Schema.Array(Schema.Struct({ name: Schema.Unknown, version: Schema.optional(Schema.Unknown) }))
)

/** @example serverFactsOf({ version: "1.0", dataModels: [{ name: "Ed-Fi", version: "5.2.0" }] }) */
export const serverFactsOf = ({
  build,
  dataModels,
  informationalVersion,
  version
}: Described): ServerFacts => ({
  version: textOf(version),
  informationalVersion: textOf(informationalVersion),
  build: textOf(build),
  dataModels: (isDataModels(dataModels) ? dataModels.slice(0, maxDataModels) : []).flatMap((model) => {
    const name = textOf(model.name)
    return name === null ? [] : [{ name, version: textOf(model.version) }]
  })
})
