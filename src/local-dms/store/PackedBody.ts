/**
 * Bodies in little memory: the scalars of a body in one array, beside its form, the names and the nesting of its members,
 * which many documents share. A full student takes half of the memory of its objects, and one allocation instead of 13.
 */
import type { Json, JsonObject } from "../../domain/Json.ts"
import { isArray, isObject } from "../json.ts"

type Scalar = string | number | boolean | null | undefined

/** A member of an object, or an item of a list, whose name is empty. */
interface FormMember {
  readonly name: string
  /** `undefined`: a scalar. */
  readonly form: Form | undefined
}

/** More than a load makes; bodies of further forms are not packed. */
const maxForms = 16_384

/** Maximum number of members of an object and of items of a list in a packed body. */
const maxMembers = 128

/** The members of an object or the items of a list; a form exists once, so that forms can be compared. */
class Form {
  readonly isList: boolean
  readonly members: ReadonlyArray<FormMember>
  /** The forms with one member more, by its name and its form. */
  readonly longer = new Map<string, Map<Form | undefined, Form>>()
  #template: JsonObject | undefined

  constructor(isList: boolean, members: ReadonlyArray<FormMember>) {
    this.isList = isList
    this.members = members
  }

  /** An object with these members; its copy is made in one step, faster than an object to which members are added. */
  get template(): JsonObject {
    return (this.#template ??= Object.fromEntries(this.members.map(({ name }) => [name, null])))
  }
}

export class PackedBody {
  readonly #form: Form
  readonly #values: ReadonlyArray<Scalar>

  constructor(form: Form, values: ReadonlyArray<Scalar>) {
    this.#form = form
    this.#values = values
  }

  /** A body equal to the packed one, made anew each time. */
  unpack(): JsonObject {
    let at = 0
    const next = (form: Form | undefined): Json | undefined => {
      if (form === undefined) return this.#values[at++]
      return form.isList ? form.members.map((item) => next(item.form) ?? null) : object(form)
    }
    const object = ({ members, template }: Form): JsonObject => {
      const made: { [member: string]: Json | undefined } = { ...template }
      for (const { form, name } of members) made[name] = next(form)
      return made
    }
    return object(this.#form)
  }
}

/** Packs the bodies of a store, which share their forms. */
export class BodyPacker {
  readonly #object = new Form(false, [])
  readonly #list = new Form(true, [])
  #forms = 0

  /** The body packed; or itself, if it has no objects and lists that would be saved, or one of too many forms. */
  pack(body: JsonObject): PackedBody | JsonObject {
    if (!isNested(body)) return body
    const values: Array<Scalar> = []
    const form = this.#formOf(body, values)
    // A copy has no room for more values.
    return form === undefined ? body : new PackedBody(form, values.slice())
  }

  /** The form of an object or a list, whose scalars it adds to `values`. */
  #formOf(value: JsonObject | ReadonlyArray<Json>, values: Array<Scalar>): Form | undefined {
    let form: Form | undefined
    if (isArray(value)) {
      form = this.#list
      for (const item of value) form = form && this.#with(form, "", item, values)
    } else {
      form = this.#object
      for (const name in value) form = form && this.#with(form, name, value[name], values)
    }
    return form
  }

  #with(shorter: Form, name: string, member: Json | undefined, values: Array<Scalar>): Form | undefined {
    if (isArray(member) || isObject(member)) {
      const form = this.#formOf(member, values)
      return form === undefined ? undefined : this.#longer(shorter, { name, form })
    }
    values.push(member)
    return this.#longer(shorter, { name, form: undefined })
  }

  /** The form with one member more; `undefined` if it would be one too many. */
  #longer({ isList, longer, members }: Form, { form, name }: FormMember): Form | undefined {
    const byForm = longer.get(name)
    const known = byForm?.get(form)
    if (known !== undefined || this.#forms === maxForms || members.length === maxMembers) return known
    this.#forms++
    const added = new Form(isList, [...members, { name, form }])
    longer.set(name, (byForm ?? new Map<Form | undefined, Form>()).set(form, added))
    return added
  }
}

const isNested = (body: JsonObject): boolean => {
  for (const name in body) if (typeof body[name] === "object") return true
  return false
}
