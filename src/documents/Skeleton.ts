/** A document with holes where each record has a value of its own. */
import * as Schema from "effect/Schema"
import { Json, type JsonObject } from "../domain/Json.ts"
import { KeyHole } from "./generatedKeys.ts"

/** A JSON value; everything without a hole in it is `Fixed`. */
export type Skeleton =
  | { readonly _tag: "Fixed"; readonly value: Json }
  | { readonly _tag: "Key"; readonly hole: KeyHole }
  | { readonly _tag: "List"; readonly items: ReadonlyArray<Skeleton> }
  | SkeletonObject

export interface SkeletonObject {
  readonly _tag: "Object"
  /** In the order in which they are sent. */
  readonly members: ReadonlyArray<SkeletonMember>
}

export type SkeletonMember = readonly [name: string, value: Skeleton]

export const Skeleton: Schema.Schema<Skeleton> = Schema.suspend(() =>
  Schema.Union(
    Schema.TaggedStruct("Fixed", { value: Json }),
    Schema.TaggedStruct("Key", { hole: KeyHole }),
    Schema.TaggedStruct("List", { items: Schema.Array(Skeleton) }),
    SkeletonObject
  )
)

export const SkeletonObject: Schema.Schema<SkeletonObject> = Schema.Struct({
  _tag: Schema.Literal("Object"),
  members: Schema.Array(Schema.Tuple(Schema.String, Skeleton))
})

/** Makes the value of a hole. */
export type FillHole = (hole: KeyHole) => string | number

export const fixed = (value: Json): Skeleton => ({ _tag: "Fixed", value })

/** The JSON value of a skeleton. */
export const fill = (skeleton: Skeleton, fillHole: FillHole): Json => {
  switch (skeleton._tag) {
    case "Fixed":
      return skeleton.value
    case "Key":
      return fillHole(skeleton.hole)
    case "List":
      return skeleton.items.map((item) => fill(item, fillHole))
    case "Object":
      return fillObject(skeleton, fillHole)
  }
}

export const fillObject = ({ members }: SkeletonObject, fillHole: FillHole): JsonObject =>
  Object.fromEntries(members.map(([name, value]) => [name, fill(value, fillHole)]))

/** All holes, in the order of the text. */
export const holesOf = (skeleton: Skeleton): ReadonlyArray<KeyHole> => {
  switch (skeleton._tag) {
    case "Fixed":
      return []
    case "Key":
      return [skeleton.hole]
    case "List":
      return skeleton.items.flatMap(holesOf)
    case "Object":
      return skeleton.members.flatMap(([, value]) => holesOf(value))
  }
}
