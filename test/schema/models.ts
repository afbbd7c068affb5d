/** Hand-made models for tests of what records need. */
import type { Member, Reference, ResourceSchema, Scalar } from "../../src/schema/ResourceSchema.ts"

const scalar = (name: string, more: Partial<Scalar> = {}): Scalar => ({
  _tag: "Scalar",
  name,
  isRequired: true,
  isIdentity: true,
  type: "string",
  format: undefined,
  minLength: undefined,
  maxLength: undefined,
  minimum: undefined,
  maximum: undefined,
  multipleOf: undefined,
  pattern: undefined,
  enum: undefined,
  ...more
})

/** A part of the key that can have any value. */
export const freeText = (name: string): Scalar => scalar(name, { maxLength: 32 })
export const freeNumber = (name: string): Scalar => scalar(name, { type: "integer", format: "int64" })
/** A part of the key with few values. */
export const keyDate: Scalar = scalar("date", { format: "date" })

/** A member that is no part of the key. */
export const other = (name: string, more: Partial<Scalar> = {}): Scalar =>
  scalar(name, { isRequired: false, isIdentity: false, ...more })

/** A required reference that is part of the key, with one member named like its target. */
export const reference = (target: string, more: Partial<Reference> = {}): Reference => ({
  _tag: "Reference",
  name: `${target}Reference`,
  isRequired: true,
  isIdentity: true,
  target: `ed-fi/${target}`,
  abstractTarget: undefined,
  members: [{ name: target, column: target }],
  ...more
})

export const resource = (
  endpoint: string,
  members: ReadonlyArray<Member>,
  more: Partial<ResourceSchema> = {}
): ResourceSchema => ({
  path: `ed-fi/${endpoint}`,
  project: "ed-fi",
  endpoint,
  name: endpoint,
  members,
  queryFields: [],
  hasKeyCascade: false,
  canUpdate: true,
  canDelete: true,
  isDeprecated: false,
  ...more
})
