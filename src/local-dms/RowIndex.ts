/**
 * A map for rows that come and go by the thousand. A dropped key keeps its place, empty, until `sweep`: a row
 * that is put back by a rollback is where it was, and the JavaScript map underneath is not rebuilt at every turn
 * (V8 copies a map each time it shrinks, and what the copies hold lives on until the next full collection).
 */
export class RowIndex<Row extends object> {
  #rows = new Map<string, Row | undefined>()
  #empty = 0

  /** Rows held. */
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

  /** Takes out a row that is held. */
  drop(key: string): void {
    this.#rows.set(key, undefined)
    this.#empty++
  }

  /** In the order in which keys were first set. */
  *values(): IterableIterator<Row> {
    for (const row of this.#rows.values()) if (row !== undefined) yield row
  }

  /** Gives up empty places once they are many and more than half: not inside a transaction. */
  sweep(): void {
    if (this.#empty < 4096 || this.#empty * 2 < this.#rows.size) return
    const held = new Map<string, Row | undefined>()
    for (const [key, row] of this.#rows) if (row !== undefined) held.set(key, row)
    this.#rows = held
    this.#empty = 0
  }
}
