/** The natural key of a document as queries have it: flat, under the names of its columns. */
import type { Json, JsonObject } from "../domain/Json.ts"
import type { ResourceSchema } from "../schema/ResourceSchema.ts"

export type FlatKey = Readonly<Record<string, string | number | boolean>>

const isValue = (value: Json | undefined): value is string | number | boolean =>
  typeof value === "string" || typeof value === "number" || typeof value === "boolean"

const memberOf = (value: Json | undefined, name: string): Json | undefined =>
  typeof value === "object" && value !== null
    ? Object.entries(value).find(([each]) => each === name)?.[1]
    : undefined

/**
 * @param document of the resource
 * @example of a session: { sessionName: "Fall", schoolId: 255901999, schoolYear: 2026 }
 */
export const flatKey = ({ members }: Pick<ResourceSchema, "members">, document: JsonObject): FlatKey =>
  Object.fromEntries(
    members
      .flatMap((member): ReadonlyArray<readonly [string, Json | undefined]> => {
        if (member._tag === "Reference" && member.isIdentity)
          return member.members.map(({ column, name }) => [column, memberOf(document[member.name], name)])
        return (member._tag === "Scalar" || member._tag === "Descriptor") && member.isIdentity
          ? [[member.name, document[member.name]]]
          : []
      })
      .flatMap(([name, value]) => (isValue(value) ? [[name, value] as const] : []))
  )
