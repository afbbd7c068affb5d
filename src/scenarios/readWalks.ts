/** Walks through all rows of a resource: the place that each user has reached. */
import * as Effect from "effect/Effect"
import type { Page } from "../dms/ReadClient.ts"
import type { ReadFacts } from "../fixtures/ReadFacts.ts"

/** The next page of each user: its offset, or its page token. */
export interface Walks {
  readonly offset: Map<number, number>
  readonly cursor: Map<number, string>
}

export interface WalkOf {
  readonly facts: Pick<ReadFacts, "cursors" | "total">
  /** Rows per page. */
  readonly size: number
  readonly user: number
  readonly walks: Walks
}

/** The query of the next page of a walk, and what is remembered of its answer. */
export interface WalkStep {
  readonly query: Readonly<Record<string, string | number>>
  readonly read: <E>(page: Effect.Effect<Page, E>) => Effect.Effect<Page, E>
}

/**
 * Remembers the place after a page. After an error the walk begins anew elsewhere, because a token may have become invalid.
 */
const remembering =
  <A>(places: Map<number, A>, user: number, after: (page: Page) => A | undefined) =>
  <E>(page: Effect.Effect<Page, E>): Effect.Effect<Page, E> =>
    Effect.tapBoth(page, {
      onFailure: () => Effect.sync(() => places.delete(user)),
      onSuccess: (read) =>
        Effect.sync(() => {
          const next = after(read)
          if (next === undefined) places.delete(user)
          else places.set(user, next)
        })
    })

/**
 * The next page of a user's walk. Users begin at places all over the list, so that they do not read the same pages; an
 * offset walk goes on at the start of the list after its end, a cursor walk at another place.
 *
 * @param place where a walk begins that has no page yet, from 0 to below 1
 */
export const chooseWalk = (
  kind: keyof Walks,
  { facts: { cursors, total }, size, user, walks }: WalkOf,
  place: number
): WalkStep => {
  if (kind === "offset") {
    const begin = size * Math.floor((place * total) / size)
    const offset = walks.offset.get(user) ?? begin
    // A short page is the last one.
    const next = ({ rows }: Page) => (rows.length < size ? 0 : offset + size)
    return { query: { offset, limit: size }, read: remembering(walks.offset, user, next) }
  }
  const token = walks.cursor.get(user) ?? cursors[Math.floor(place * cursors.length)] ?? ""
  // The last page with rows usually has a token still; the empty page after it ends the walk.
  const next = ({ nextPageToken, rows }: Page) => (rows.length === 0 ? undefined : nextPageToken)
  return { query: { pageToken: token, pageSize: size }, read: remembering(walks.cursor, user, next) }
}
