/** The files of `--mixture`. */
import type * as Arr from "effect/Array"
import * as Either from "effect/Either"
import * as Record from "effect/Record"
import * as Schema from "effect/Schema"
import type { Mixture, MixtureItem, ReadStep, Step } from "../domain/Mixture.ts"
import { readsBy, writeKinds } from "../domain/Mixture.ts"
import { listed } from "../domain/words.ts"
import {
  accepts,
  decodeYaml,
  type FileProblem,
  type FileProblems,
  optional,
  type YamlFile
} from "./yamlFile.ts"

const whole = (min: number, max: number) =>
  accepts(Schema.Int.pipe(Schema.between(min, max)), `a whole number from ${min} to ${max}`)

const oneLine = accepts(Schema.NonEmptyString.pipe(Schema.pattern(/^\S.*$/)), "a text of one line")
const resourceName = accepts(
  Schema.NonEmptyString.pipe(Schema.pattern(/^\S+$/)),
  "the name of a resource, such as students or tpdm/candidates"
)

const kinds = [...writeKinds, "read"] as const
type Kind = (typeof kinds)[number]

/** Members that only some kinds have, and which. */
const membersOfKinds = {
  records: ["record", "create"],
  by: ["read"],
  limit: ["read"],
  totalCount: ["read"],
  repeat: ["read"]
} as const satisfies Readonly<Record<string, ReadonlyArray<Kind>>>

/** Exactly one of the first five says what it does. */
const FileStep = Schema.Struct({
  record: optional(resourceName),
  create: optional(resourceName),
  update: optional(resourceName),
  delete: optional(resourceName),
  read: optional(resourceName),
  records: optional(whole(1, 1024)),
  by: optional(accepts(Schema.Literal(...readsBy), "page, id or key")),
  limit: optional(whole(1, 10_000)),
  totalCount: optional(accepts(Schema.Boolean, "true or false")),
  repeat: optional(whole(1, 1000))
})
type FileStep = typeof FileStep.Type

const FileItem = Schema.Struct({
  name: oneLine,
  weight: whole(1, 1000),
  steps: accepts(
    Schema.NonEmptyArray(accepts(FileStep, "a step, such as `record: grades`")),
    "a list of steps, at least one"
  )
})

/** As it is written; its resources are names that a server has to explain. */
export const MixtureFile = accepts(
  Schema.Struct({
    name: accepts(Schema.String.pipe(Schema.pattern(/^[\w-]+$/)), "letters, digits, - and _"),
    description: optional(oneLine),
    items: accepts(
      Schema.NonEmptyArray(accepts(FileItem, "an item with name, weight and steps")),
      "a list of items, at least one"
    )
  }),
  "a mixture: name, description and items"
)
export type MixtureFile = Schema.Schema.Type<typeof MixtureFile>

/** What a step does, and with which resource. */
const namedIn = (step: FileStep): ReadonlyArray<readonly [kind: Kind, name: string]> =>
  kinds.flatMap((kind) => {
    const name = step[kind]
    return name === undefined ? [] : [[kind, name] as const]
  })

const isSame = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()

/** Why a step has nothing to act on, or something twice; `undefined` if all is well. */
const orderMistake = (
  step: FileStep,
  kind: Kind,
  name: string,
  earlier: ReadonlyArray<FileStep>
): string | undefined => {
  const before = earlier.flatMap((each) =>
    namedIn(each).flatMap(([other, resource]) =>
      isSame(resource, name) ? [{ other, by: each.by ?? "page" }] : []
    )
  )
  const has = (wanted: Kind) => before.some(({ other }) => other === wanted)
  switch (kind) {
    case "record":
      return undefined
    case "create":
      return has("create") ? "is created by an earlier step of this item already" : undefined
    case "update":
    case "delete":
      if (!has("create")) return `no earlier step of this item has \`create: ${name}\``
      return has("delete") ? "is deleted by an earlier step of this item" : undefined
    case "read":
      return (step.by ?? "page") === "page" ||
        (has("create") && !has("delete")) ||
        before.some(({ by, other }) => other === "read" && by === "page")
        ? undefined
        : `no earlier step of this item reads a page of ${name}, or creates one that is still there`
  }
}

/** What a schema cannot say of one step. */
const stepProblems = (
  { problemAt }: YamlFile<MixtureFile>,
  path: ReadonlyArray<PropertyKey>,
  step: FileStep,
  earlier: ReadonlyArray<FileStep>
): ReadonlyArray<FileProblem> => {
  const [named, ...others] = namedIn(step)
  if (named === undefined || others.length > 0)
    return [problemAt(path, `needs one of ${listed(kinds)}, and only one`)]
  const [kind, name] = named
  const mistake = orderMistake(step, kind, name, earlier)
  const foreign = Record.toEntries(membersOfKinds).filter(
    ([member, having]) => step[member] !== undefined && !having.some((each) => each === kind)
  )
  return [
    ...(mistake === undefined ? [] : [problemAt([...path, kind], mistake)]),
    ...foreign.map(([member, having]) => problemAt([...path, member], `belongs to ${listed(having)}`))
  ]
}

/** Decodes the text of a file. @param source its name, for messages */
export const decodeMixture = (
  source: string,
  text: string
): Either.Either<YamlFile<MixtureFile>, FileProblems> =>
  Either.flatMap(decodeYaml(MixtureFile, source, text), (file) => {
    const [first, ...others] = file.value.items.flatMap(({ steps }, item) =>
      steps.flatMap((step, index) =>
        stepProblems(file, ["items", item, "steps", index], step, steps.slice(0, index))
      )
    )
    return first === undefined ? Either.right(file) : Either.left([first, ...others])
  })

/** A name of a resource in a file. */
export interface NamedResource {
  readonly name: string
  /** Of its member. */
  readonly at: ReadonlyArray<PropertyKey>
}

/** Every name of a resource, in the order of the file. */
export const resourcesIn = ({ items }: MixtureFile): ReadonlyArray<NamedResource> =>
  items.flatMap(({ steps }, item) =>
    steps.flatMap((step, index) =>
      namedIn(step).map(([kind, name]) => ({ name, at: ["items", item, "steps", index, kind] }))
    )
  )

/** What a mixture needs to know of a resource. */
export type MixedResource = Pick<ReadStep, "key" | "path">

/** @param resourceOf the resource of a name as the file has it: `ed-fi/students` of `Students` */
export const mixtureOf = (
  { description, items, name }: MixtureFile,
  resourceOf: (name: string) => MixedResource
): Mixture => {
  const stepOf = (step: FileStep): ReadonlyArray<Step> =>
    namedIn(step).map(([kind, resource]): Step => {
      const { key, path } = resourceOf(resource)
      if (kind !== "read") return { _tag: "Write", kind, path, records: step.records }
      const { by = "page", limit = 25, repeat = 1, totalCount = false } = step
      return { _tag: "Read", path, by, key: by === "key" ? key : [], limit, totalCount, repeat }
    })
  const itemOf = ({ name: itemName, steps, weight }: MixtureFile["items"][number]): MixtureItem => {
    const [first, ...others] = steps.flatMap(stepOf)
    if (first === undefined) throw new Error(`${itemName} has no step`)
    return { name: itemName, weight, steps: [first, ...others] }
  }
  const [first, ...others] = items
  const all: Arr.NonEmptyReadonlyArray<MixtureItem> = [itemOf(first), ...others.map(itemOf)]
  return { name, description: description ?? `${items.length} kinds of work`, items: all }
}
