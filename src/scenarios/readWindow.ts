/**
 * Reads a whole list of changes page by page while others write.
 *
 * Within fixed change versions rows can only leave: a document that is written again gets a later version. All rows behind
 * it then move forward by one, so that page after page from the first to the last would miss some. From the last page to the
 * first, a row can only move to a page that is still to be read: nothing is missed, and what is read twice is counted once.
 */
import * as Effect from "effect/Effect"

export interface WindowPage {
  /** What identifies each row: its id. */
  readonly keys: ReadonlyArray<string>
  /** Rows of the whole list at the time of the request. */
  readonly total: number
}

export interface WindowRead {
  /** Different rows. */
  readonly rows: number
  /** Rows that were read before. */
  readonly repeated: number
  readonly pages: number
}

/**
 * @param readPage at an offset, at most `limit` rows
 * @example of 1,200 rows with a limit of 500 that nobody writes: offsets 0, 1000, 500
 */
export const readWindow = <E, R>(
  readPage: (offset: number) => Effect.Effect<WindowPage, E, R>,
  limit: number
): Effect.Effect<WindowRead, E, R> =>
  Effect.gen(function* () {
    const first = yield* readPage(0)
    if (first.total <= first.keys.length) return { rows: first.keys.length, repeated: 0, pages: 1 }
    const keys = new Set(first.keys)
    let [read, pages] = [first.keys.length, 1]
    /** Whether rows have left, so that some have moved to the first page. */
    let hasMoved = false
    const readAt = (offset: number) =>
      Effect.map(readPage(offset), (page) => {
        const expected = Math.min(limit, first.total - offset)
        const before = keys.size
        for (const key of page.keys) keys.add(key)
        read += page.keys.length
        pages++
        hasMoved ||= page.keys.length < expected || keys.size - before < page.keys.length
      })
    for (let offset = limit * Math.floor((first.total - 1) / limit); offset >= limit; offset -= limit) {
      yield* readAt(offset)
    }
    if (hasMoved) yield* readAt(0)
    return { rows: keys.size, repeated: read - keys.size, pages }
  })
