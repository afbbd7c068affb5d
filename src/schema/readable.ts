/** What can be asked of the list of a resource: its documents by key, and by other members. */
import * as Schema from "effect/Schema"
import { QueryField } from "../domain/QueryField.ts"
import { keyOf, type Member, type ResourceSchema } from "./ResourceSchema.ts"

export const ReadableResource = Schema.Struct({
  /** `ed-fi/students` */
  path: Schema.String,
  project: Schema.String,
  endpoint: Schema.String,
  /** Of one record: `student`. */
  name: Schema.String,
  /** All parts of its natural key; empty if its list cannot be asked for one of them. */
  key: Schema.Array(QueryField),
  /** Other members by which its list can be filtered, at the top of a document or in a reference there. */
  filters: Schema.Array(QueryField)
})
export interface ReadableResource extends Schema.Schema.Type<typeof ReadableResource> {}

/** Of several members with one parameter the last counts: every document has the members of its key. */
const identityLast = (members: ResourceSchema["members"]): ResourceSchema["members"] => {
  const isIdentity = (member: Member): boolean => "isIdentity" in member && member.isIdentity
  return [...members.filter((member) => !isIdentity(member)), ...members.filter(isIdentity)]
}

/** The members at the top of a document, and those of its references, by their parameters. */
const fieldsOf = ({ members }: ResourceSchema): ReadonlyArray<QueryField> =>
  identityLast(members).flatMap((member): ReadonlyArray<QueryField> => {
    if (member._tag === "Reference")
      return member.members.map(({ column, name }) => ({ name: column, place: [member.name, name] }))
    return member._tag === "Scalar" || member._tag === "Descriptor"
      ? [{ name: member.name, place: [member.name] }]
      : []
  })

/**
 * @example of studentSchoolAssociations: key entryDate, schoolId, studentUniqueId; filters schoolId,
 *   entryGradeLevelDescriptor and others
 */
export const readableOf = (resource: ResourceSchema): ReadableResource => {
  const { endpoint, name, path, project, queryFields } = resource
  const fields = new Map(fieldsOf(resource).map((field) => [field.name, field]))
  const known = queryFields.flatMap((each) => fields.get(each) ?? [])
  const parts = keyOf(resource)
  const key = known.filter((field) => parts.includes(field.name))
  return {
    path,
    project,
    endpoint,
    name,
    key: parts.length > 0 && key.length === parts.length ? key : [],
    // A key of one part has one document.
    filters: parts.length === 1 ? known.filter((field) => !parts.includes(field.name)) : known
  }
}
