/** The texts of keys: of documents, of references and of descriptors. */
import type { Json, JsonObject } from "../domain/Json.ts"
import { isObject } from "./json.ts"
import type { IdentityOf, Path, ReferenceShape } from "./ResourceModel.ts"

/**
 * The key of an identity's values. A single part is used as it is; several parts are written with their lengths, so that
 * different keys have different texts: `6:ELA-01,6:255901,`.
 */
export const keyText = ({ descriptor }: IdentityOf, texts: ReadonlyArray<string>): string => {
  if (descriptor) return descriptorKey(texts.join("#"))
  const [first = ""] = texts
  return texts.length === 1 ? first : texts.reduce(withPart, "")
}

const withPart = (key: string, text: string): string => `${key}${text.length}:${text},`

/** The value at a path of names, or `undefined`. */
export const valueAt = (document: JsonObject, path: Path): Json | undefined => {
  let value: Json | undefined = document
  for (const name of path) value = isObject(value) ? value[name] : undefined
  return value
}

/** The key of a document, or `undefined` if a part of its identity is missing. `2025` equals `"2025"`. */
export const keyOf = (identity: IdentityOf, document: JsonObject): string | undefined => {
  const { descriptor, parts } = identity
  const isSingle = parts.length === 1
  let key = ""
  for (const { path } of parts) {
    const value = valueAt(document, path)
    if (value === undefined) return undefined
    key = isSingle ? String(value) : descriptor ? `${key}#${String(value)}` : withPart(key, String(value))
  }
  return descriptor ? descriptorKey(key.slice(1)) : key
}

/** The key that a reference leads to, or `undefined` if it lacks a part. The case of descriptors in it counts. */
export const referencedKey = ({ parts }: ReferenceShape, reference: JsonObject): string | undefined => {
  const isSingle = parts.length === 1
  let key = ""
  for (const part of parts) {
    const value = reference[part]
    if (value === undefined) return undefined
    key = isSingle ? String(value) : withPart(key, String(value))
  }
  return key
}

/** The key of a descriptor value: `uri://ed-fi.org/termdescriptor#fall semester`. */
export const descriptorKey = (uri: string): string => uri.toLowerCase()

/** The value of a descriptor as its document defines it, `uri://ed-fi.org/TermDescriptor#Fall Semester`. */
export const descriptorText = ({
  body,
  model
}: {
  readonly body: JsonObject
  readonly model: { readonly isDescriptor: boolean }
}): string | undefined =>
  model.isDescriptor ? `${String(body["namespace"])}#${String(body["codeValue"])}` : undefined
