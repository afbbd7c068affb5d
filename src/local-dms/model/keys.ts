/** The texts of keys: of documents, of references and of descriptors. */
import type { Json, JsonObject } from "../../domain/Json.ts"
import { isObject } from "../json.ts"
import type { IdentityOf, Path, ReferenceShape } from "./ResourceModel.ts"

/**
 * The key of an identity's values. A single part is used as it is; several parts are written with their lengths, so that
 * different keys have different texts: `6:ELA-01,6:255901,`.
 */
export const keyText = ({ descriptor }: IdentityOf, texts: ReadonlyArray<string>): string => {
  return descriptor ? descriptorKey(texts.join("#")) : textOfParts(texts)
}

const textOfParts = (texts: ReadonlyArray<string>): string => {
  if (texts.length === 1) return texts[0] ?? ""
  const pieces: Array<string | number> = []
  for (const text of texts) pieces.push(text.length, ":", text, ",")
  // Joined in one step, the key is one flat text in memory.
  return pieces.join("")
}

/** The value at a path of names, or `undefined`. */
export const valueAt = (document: JsonObject, path: Path): Json | undefined => {
  let value: Json | undefined = document
  for (const name of path) value = isObject(value) ? value[name] : undefined
  return value
}

/** The key of a document, or `undefined` if a part of its identity is missing. `2025` equals `"2025"`. */
export const keyOf = (identity: IdentityOf, document: JsonObject): string | undefined => {
  const texts: Array<string> = []
  for (const { path } of identity.parts) {
    const value = valueAt(document, path)
    if (value === undefined) return undefined
    texts.push(String(value))
  }
  return keyText(identity, texts)
}

/** The key that a reference leads to, or `undefined` if it lacks a part. The case of descriptors in it counts. */
export const referencedKey = ({ parts }: ReferenceShape, reference: JsonObject): string | undefined => {
  const texts: Array<string> = []
  for (const part of parts) {
    const value = reference[part]
    if (value === undefined) return undefined
    texts.push(String(value))
  }
  return textOfParts(texts)
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
