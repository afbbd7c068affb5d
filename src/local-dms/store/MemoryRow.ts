/** A document in memory, with its references to and from other documents. */
import type { JsonObject } from "../../domain/Json.ts"
import { PackedBody } from "./PackedBody.ts"
import type { BodyPacker } from "./PackedBody.ts"
import type { ResourceModel } from "../model/ResourceModel.ts"
import type { Stored } from "../Store.ts"
import type { Reference } from "../requests/validate.ts"

/** The references of one resource to a row, and those of the other resources. */
interface Dependents {
  readonly by: ResourceModel
  count: number
  readonly next: Dependents | undefined
}

/** A document with its references to and from other documents. */
export class Row implements Stored {
  readonly id: string
  readonly model: ResourceModel
  readonly position: number
  #body: JsonObject | PackedBody
  key: string
  modifiedMillis: number
  changeVersion: number
  /** The rows that the document refers to, in the order of its references. */
  targets: ReadonlyArray<Row>
  /** How many references of each resource lead to this row: a list, which for one or two of them is smaller than a map. */
  dependents: Dependents | undefined = undefined
  /**
   * The rows with a reference to this one, if it can be renamed. Others need no set, which costs much where millions of
   * rows come and go: those with the same descriptor or school.
   */
  referrers: Set<Row> | undefined = undefined

  constructor(
    model: ResourceModel,
    id: string,
    position: number,
    { body, changeVersion, key, modifiedMillis, targets }: RowValues
  ) {
    this.id = id
    this.model = model
    this.position = position
    this.#body = body
    this.key = key
    this.modifiedMillis = modifiedMillis
    this.changeVersion = changeVersion
    this.targets = targets
  }

  /** All that a write changes, as `assign` takes it: to take the write back. */
  get values(): RowValues {
    const { changeVersion, key, modifiedMillis, targets } = this
    return { body: this.#body, changeVersion, key, modifiedMillis, targets }
  }

  /** Unpacked at each read. */
  get body(): JsonObject {
    return this.#body instanceof PackedBody ? this.#body.unpack() : this.#body
  }

  assign({ body, changeVersion, key, modifiedMillis, targets }: RowValues): void {
    this.#body = body
    this.key = key
    this.modifiedMillis = modifiedMillis
    this.changeVersion = changeVersion
    this.targets = targets
  }

  /** Makes the body small; each read of it takes a little longer. */
  pack(packer: BodyPacker): void {
    if (!(this.#body instanceof PackedBody)) this.#body = packer.pack(this.#body)
  }
}

export interface RowValues extends Pick<Row, "key" | "modifiedMillis" | "targets" | "changeVersion"> {
  readonly body: JsonObject | PackedBody
}

export const sameRows = (some: ReadonlyArray<Row>, others: ReadonlyArray<Row>): boolean =>
  some.length === others.length && some.every((row, index) => row === others[index])

/** Whether references lead to these rows. */
export const leadTo = (references: ReadonlyArray<Reference>, rows: ReadonlyArray<Row>): boolean =>
  references.length === rows.length &&
  references.every(({ key, shape }, index) => {
    const row = rows[index]
    return row?.key === key && row.model.identities.some(({ space }) => space === shape.space)
  })

const count = (target: Row, by: ResourceModel, change: 1 | -1): void => {
  let dependents = target.dependents
  while (dependents !== undefined && dependents.by !== by) dependents = dependents.next
  if (dependents === undefined) target.dependents = { by, count: change, next: target.dependents }
  else dependents.count += change
}

/** Tells the targets of a row that it refers to them. */
export const link = (row: Row): void => {
  for (const target of row.targets) {
    count(target, row.model, 1)
    if (target.model.isRenamable) (target.referrers ??= new Set()).add(row)
  }
}

/** The opposite of `link`. */
export const unlink = (row: Row): void => {
  for (const target of row.targets) {
    count(target, row.model, -1)
    target.referrers?.delete(row)
  }
}
