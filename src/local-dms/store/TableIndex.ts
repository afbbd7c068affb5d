/**
 * The rows of a resource by position, by change version and by the value at a path. Each of these is built when it is
 * first asked for and kept up to date from then on, so rows that nobody lists cost nothing.
 */
import type { Json } from "../../domain/Json.ts"
import { isIdPath } from "./keyInTerms.ts"
import type { Path } from "../model/ResourceModel.ts"
import { SortedRows } from "./SortedRows.ts"
import { unbounded } from "../Store.ts"
import type { Condition, Order, Page, Partitioning, Query, Range, Selection } from "../Store.ts"

/** What the index reads of a row. */
export interface Indexed {
  readonly id: string
  readonly position: number
  readonly changeVersion: number
}

/** Rows that contain all that match, in an order. */
interface Source<Row> {
  readonly order: Order
  /** An upper bound of their number. */
  readonly size: number
  readonly rows: (within: Range) => Iterable<Row>
}

/** Rows with the same value, by position. */
type Buckets<Row extends object> = Map<string, SortedRows<Row>>

export class TableIndex<Row extends Indexed> {
  readonly #all: () => Iterable<Row>
  readonly #valueAt: (row: Row, path: Path) => Json | undefined
  readonly #meets: (row: Row, condition: Condition) => boolean
  readonly #sorted = new Map<Order, SortedRows<Row>>()
  readonly #byPath = new Map<string, { readonly path: Path; readonly buckets: Buckets<Row> }>()

  /** @param all the rows by position, when an index is built */
  constructor(
    all: () => Iterable<Row>,
    valueAt: (row: Row, path: Path) => Json | undefined,
    meets: (row: Row, condition: Condition) => boolean
  ) {
    this.#all = all
    this.#valueAt = valueAt
    this.#meets = meets
  }

  add(row: Row): void {
    for (const [order, rows] of this.#sorted) rows.add(row[order], row)
    for (const { buckets, path } of this.#byPath.values()) addTo(buckets, this.#text(row, path), row)
  }

  remove(row: Row): void {
    for (const [order, rows] of this.#sorted) rows.remove(row[order])
    for (const { buckets, path } of this.#byPath.values()) removeFrom(buckets, this.#text(row, path), row)
  }

  /** Keeps up with a change of a row that `change` makes; the position stays. */
  change(row: Row, change: () => void): void {
    const paths = [...this.#byPath.values()]
    const before = paths.map(({ path }) => this.#text(row, path))
    const versionBefore = row.changeVersion
    change()
    const byVersion = this.#sorted.get("changeVersion")
    if (byVersion !== undefined && row.changeVersion !== versionBefore) {
      byVersion.remove(versionBefore)
      byVersion.add(row.changeVersion, row)
    }
    paths.forEach(({ buckets, path }, index) => {
      const [old, text] = [before[index], this.#text(row, path)]
      if (old === text) return
      removeFrom(buckets, old, row)
      addTo(buckets, text, row)
    })
  }

  /** The rows with a text at a path. */
  rowsWith(path: Path, text: string): Iterable<Row> {
    return this.#bucketsOf(path).get(text)?.between(unbounded.min, unbounded.max) ?? []
  }

  /** @param candidates all rows that can match, if they are known otherwise */
  query(query: Query, candidates?: ReadonlyArray<Row>): Page<Row> {
    const { limit, offset, order, totalCount, within } = query
    if (candidates === undefined && isEverything(query)) {
      const rows = this.#sortedBy(order)
      return { items: rows.slice(offset, limit), total: totalCount ? rows.size : undefined }
    }
    const items: Array<Row> = []
    let total = 0
    for (const row of this.#matching(query, order, within, candidates)) {
      if (!totalCount && items.length >= limit) break
      if (total++ >= offset && items.length < limit) items.push(row)
    }
    return { items, total: totalCount ? total : undefined }
  }

  /** The numbers at which ranges of the selected rows begin. */
  partition({ minSize, number, order, ...selection }: Partitioning): ReadonlyArray<number> {
    const numbers = Array.from(this.#matching(selection, order, unbounded), (row) => row[order])
    const size = Math.max(Math.ceil(numbers.length / number), minSize)
    return numbers.filter((_, index) => index % size === 0)
  }

  /** The selected rows, sorted. */
  #matching(
    selection: Selection,
    order: Order,
    within: Range,
    candidates?: ReadonlyArray<Row>
  ): Iterable<Row> {
    const source =
      candidates === undefined ? this.#smallestSource(selection, order) : sourceOf(candidates, order)
    const matches = (row: Row): boolean =>
      row[order] >= within.min && row[order] <= within.max && this.#isSelected(row, selection)
    if (source.order === order) return filtered(source.rows(within), matches)
    return [...filtered(source.rows(unbounded), matches)].sort((one, other) => one[order] - other[order])
  }

  /** Conditions on a row; a further one belongs here. */
  #isSelected(row: Row, { changed, terms, where = [] }: Selection): boolean {
    if (changed !== undefined && (row.changeVersion < changed.min || row.changeVersion > changed.max))
      return false
    return (
      terms.every(({ paths, value }) => paths.some((path) => this.#text(row, path) === value)) &&
      where.every((condition) => this.#meets(row, condition))
    )
  }

  #smallestSource({ changed, terms }: Selection, order: Order): Source<Row> {
    const sorted = this.#sortedBy(order)
    let smallest: Source<Row> = {
      order,
      size: sorted.size,
      rows: ({ max, min }) => sorted.between(min, max)
    }
    if (changed !== undefined) {
      const { max, min } = changed
      const rows = this.#sortedBy("changeVersion")
      const size = rows.maxBetween(min, max)
      if (size < smallest.size)
        smallest = {
          order: "changeVersion",
          size,
          rows: (within) => rows.between(Math.max(min, within.min), Math.min(max, within.max))
        }
    }
    for (const { paths, value } of terms) {
      const buckets = paths.flatMap((path) => this.#bucketsOf(path).get(value) ?? [])
      const size = buckets.reduce((sum, bucket) => sum + bucket.size, 0)
      if (size < smallest.size)
        smallest = { order: "position", size, rows: (within) => merged(buckets, within) }
    }
    return smallest
  }

  #sortedBy(order: Order): SortedRows<Row> {
    const known = this.#sorted.get(order)
    if (known !== undefined) return known
    const rows = new SortedRows<Row>()
    const all = [...this.#all()]
    if (order === "changeVersion") all.sort((one, other) => one.changeVersion - other.changeVersion)
    for (const row of all) rows.add(row[order], row)
    this.#sorted.set(order, rows)
    return rows
  }

  #bucketsOf(path: Path): Buckets<Row> {
    const name = path.join(".")
    const known = this.#byPath.get(name)
    if (known !== undefined) return known.buckets
    const buckets: Buckets<Row> = new Map()
    for (const row of this.#all()) addTo(buckets, this.#text(row, path), row)
    this.#byPath.set(name, { path, buckets })
    return buckets
  }

  /** The value at a path as text, which terms are compared with. */
  #text(row: Row, path: Path): string | undefined {
    const value = isIdPath(path) ? row.id : this.#valueAt(row, path)
    return value === undefined ? undefined : String(value)
  }
}

const isEverything = ({ changed, terms, where = [], within }: Query): boolean =>
  terms.length === 0 &&
  where.length === 0 &&
  changed === undefined &&
  within.min <= 1 &&
  within.max >= unbounded.max

const addTo = <Row extends Indexed>(buckets: Buckets<Row>, text: string | undefined, row: Row): void => {
  if (text === undefined) return
  const bucket = buckets.get(text) ?? new SortedRows<Row>()
  bucket.add(row.position, row)
  buckets.set(text, bucket)
}

const removeFrom = <Row extends Indexed>(buckets: Buckets<Row>, text: string | undefined, row: Row): void => {
  if (text === undefined) return
  const bucket = buckets.get(text)
  bucket?.remove(row.position)
  if (bucket?.size === 0) buckets.delete(text)
}

const sourceOf = <Row extends Indexed>(rows: ReadonlyArray<Row>, order: Order): Source<Row> => ({
  order,
  size: rows.length,
  rows: () => rows
})

/** The rows of several buckets by position, each once. */
const merged = <Row extends Indexed>(
  buckets: ReadonlyArray<SortedRows<Row>>,
  { max, min }: Range
): Iterable<Row> => {
  const [only, ...others] = buckets
  if (others.length === 0) return only?.between(min, max) ?? []
  const rows = new Set(buckets.flatMap((bucket) => [...bucket.between(min, max)]))
  return [...rows].sort((one, other) => one.position - other.position)
}

function* filtered<Row>(rows: Iterable<Row>, matches: (row: Row) => boolean): Iterable<Row> {
  for (const row of rows) if (matches(row)) yield row
}
