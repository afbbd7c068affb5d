/**
 * A map for rows that are added and removed at a high rate. A dropped key keeps its place, empty, until `sweep`: a row
 * that a rollback restores is at its old position, and the underlying Map is not rebuilt all the time (V8 copies a Map
 * each time it shrinks, and the copies keep their rows alive until the next full collection).
 */
export class RowIndex<Row extends object> {
  #rows = new Map<string, Row | undefined>()
  #empty = 0

  /** Number of rows. */
  get size(): number {
    return this.#rows.size - this.#empty
  }

  get(key: string): Row | undefined {
    return this.#rows.get(key)
  }

  set(key: string, row: Row): void {
    if (this.#rows.get(key) === undefined && this.#rows.has(key)) this.#empty--
    this.#rows.set(key, row)
  }

  /** Removes a row that is present. */
  drop(key: string): void {
    this.#rows.set(key, undefined)
    this.#empty++
  }

  /** In the order in which keys were first set. */
  *values(): IterableIterator<Row> {
    for (const row of this.#rows.values()) if (row !== undefined) yield row
  }

  /** Removes empty places when they are many and more than half. Not allowed in a transaction. */
  sweep(): void {
    if (this.#empty < 4096 || this.#empty * 2 < this.#rows.size) return
    const held = new Map<string, Row | undefined>()
    for (const [key, row] of this.#rows) if (row !== undefined) held.set(key, row)
    this.#rows = held
    this.#empty = 0
  }
}
