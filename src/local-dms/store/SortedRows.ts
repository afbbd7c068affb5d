/**
 * Rows sorted by a number that each has alone. Most are added at the end, and a removed row leaves an empty place until
 * half of the places are empty, so adding and removing cost a binary search.
 */
export class SortedRows<Row extends object> {
  /** Ascending. */
  #numbers: Array<number> = []
  #rows: Array<Row | undefined> = []
  #empty = 0

  /** Number of rows. */
  get size(): number {
    return this.#rows.length - this.#empty
  }

  /** @param number differs from those of all other rows */
  add(number: number, row: Row): void {
    const last = this.#numbers.at(-1)
    if (last === undefined || number > last) {
      this.#numbers.push(number)
      this.#rows.push(row)
      return
    }
    const index = this.#indexOf(number)
    if (this.#numbers[index] === number) {
      if (this.#rows[index] === undefined) this.#empty--
      this.#rows[index] = row
    } else {
      this.#numbers.splice(index, 0, number)
      this.#rows.splice(index, 0, row)
    }
  }

  remove(number: number): void {
    const index = this.#indexOf(number)
    if (this.#numbers[index] !== number || this.#rows[index] === undefined) return
    this.#rows[index] = undefined
    this.#empty++
    if (this.#empty > 32 && this.#empty * 2 > this.#rows.length) this.#sweep()
  }

  /** The rows with numbers from `min` to `max`, both included, ascending. The rows must not change meanwhile. */
  *between(min: number, max: number): IterableIterator<Row> {
    const numbers = this.#numbers
    for (let index = this.#indexOf(min); index < numbers.length; index++) {
      if ((numbers[index] ?? max) > max) return
      const row = this.#rows[index]
      if (row !== undefined) yield row
    }
  }

  /** At most so many rows have numbers from `min` to `max`. */
  maxBetween(min: number, max: number): number {
    return Math.max(0, Math.min(this.#indexOf(max + 1) - this.#indexOf(min), this.size))
  }

  /** Up to `limit` rows after the first `offset`, without a step for each row that is skipped if no place is empty. */
  slice(offset: number, limit: number): ReadonlyArray<Row> {
    const page: Array<Row> = []
    let skip = this.#empty === 0 ? 0 : offset
    for (let index = this.#empty === 0 ? offset : 0; index < this.#rows.length; index++) {
      if (page.length >= limit) break
      const row = this.#rows[index]
      if (row !== undefined && skip-- <= 0) page.push(row)
    }
    return page
  }

  /** The first index whose number is at least `number`. */
  #indexOf(number: number): number {
    let [low, high] = [0, this.#numbers.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#numbers[middle] ?? 0) < number) low = middle + 1
      else high = middle
    }
    return low
  }

  #sweep(): void {
    this.#numbers = this.#numbers.filter((_, index) => this.#rows[index] !== undefined)
    this.#rows = this.#rows.filter((row) => row !== undefined)
    this.#empty = 0
  }
}
