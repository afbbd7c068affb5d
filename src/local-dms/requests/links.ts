/** `link` of references in reads: `{"rel": "School", "href": "/ed-fi/schools/<id>"}`. @see api-facts section 2 */
import * as Effect from "effect/Effect"
import type { Json, JsonObject } from "../../domain/Json.ts"
import { isArray, isObject } from "../json.ts"
import { referencedKey } from "../model/keys.ts"
import type { Members, ReferenceShape } from "../model/ResourceModel.ts"
import type { Located, SpaceKey, Store, Stored, StoreError } from "../Store.ts"

/** The value with each of its references, lists and objects included, replaced by `onReference`. */
const mapReferences = (
  members: Members,
  body: JsonObject,
  onReference: (shape: ReferenceShape, reference: JsonObject) => JsonObject
): JsonObject => {
  const map = (name: string, value: Json | undefined): Json | undefined => {
    const shape = members.byName.get(name)?.shape
    switch (shape?._tag) {
      case "reference":
        return isObject(value) ? onReference(shape, value) : value
      case "object":
        return isObject(value) ? mapReferences(shape.members, value, onReference) : value
      case "list":
        return isArray(value)
          ? value.map((item) => (isObject(item) ? mapReferences(shape.items, item, onReference) : item))
          : value
      default:
        return value
    }
  }
  return Object.fromEntries(
    Object.entries(body).flatMap(([name, value]) => {
      const mapped = map(name, value)
      return mapped === undefined ? [] : [[name, mapped] as const]
    })
  )
}

const textOf = ({ key, space }: SpaceKey): string => `${space} ${key}`

/** What the references of a document lead to. */
const targetsOf = ({ body, model }: Stored): ReadonlyArray<SpaceKey> => {
  const targets: Array<SpaceKey> = []
  mapReferences(model.members, body, (shape, reference) => {
    const key = referencedKey(shape, reference)
    if (key !== undefined) targets.push({ space: shape.space, key })
    return reference
  })
  return targets
}

const linkTo = ({ id, model }: Located, idText: (id: string) => string): JsonObject => ({
  rel: model.name,
  href: `/${model.project}/${model.endpoint}/${idText(id)}`
})

/** The bodies of documents with a link in each reference; all targets are looked up at once. */
export const withLinks = (
  store: Store["Type"],
  documents: ReadonlyArray<Stored>,
  idText: (id: string) => string
): Effect.Effect<ReadonlyArray<JsonObject>, StoreError> => {
  const targets = new Map(documents.flatMap(targetsOf).map((one) => [textOf(one), one]))
  if (targets.size === 0) return Effect.succeed(documents.map(({ body }) => body))
  return Effect.map(store.locate([...targets.values()]), (found) => {
    const links = new Map(
      [...targets.keys()].flatMap((text, index) => {
        const located = found[index]
        return located === undefined ? [] : [[text, linkTo(located, idText)] as const]
      })
    )
    const linked = (shape: ReferenceShape, reference: JsonObject): JsonObject => {
      const key = referencedKey(shape, reference)
      const link = key === undefined ? undefined : links.get(textOf({ space: shape.space, key }))
      return link === undefined ? reference : { ...reference, link }
    }
    return documents.map(({ body, model }) => mapReferences(model.members, body, linked))
  })
}
