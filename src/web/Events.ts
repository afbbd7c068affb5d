/**
 * A run as its pages are told of it, by server-sent events. A page that connects gets `state`, a `RunState` with its
 * whole timelines; then each second `second`, the same with their last points alone, or `state` again when points were
 * put together; and `end`, the `Summary`, after which nothing comes.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
import * as Effect from "effect/Effect"
import * as Mailbox from "effect/Mailbox"
import type * as Scope from "effect/Scope"
import type * as Stream from "effect/Stream"
import type { RunState, Summary } from "../result/Summary.ts"

/** How many messages wait for a page that reads slowly. Then the oldest is dropped; the page sees the gap. */
export const maxWaiting = 4

/** In milliseconds, when a page asks again after it lost its connection. */
const retry = 2000

/** A page that is being reloaded is back within so many milliseconds. */
const reloadMillis = 2000

/** With the newest point alone of each of its timelines. */
const newestOf = (state: RunState): RunState => ({
  ...state,
  timeline: state.timeline.slice(-1),
  database: state.database && { ...state.database, timeline: state.database.timeline.slice(-1) }
})

const encoder = new TextEncoder()
const encode = (event: "state" | "second" | "end", state: RunState): Uint8Array =>
  encoder.encode(`event: ${event}\ndata: ${JSON.stringify(state)}\n\n`)
const opening = encoder.encode(`retry: ${retry}\n\n`)

export interface Events {
  /** Tells of the second that has ended. Encodes once for all pages, and nothing while none is open. */
  readonly show: (state: RunState) => Effect.Effect<void>
  readonly end: (summary: Summary) => Effect.Effect<void>
  /** What one page is told; it counts as open until the scope closes. */
  readonly open: Effect.Effect<Stream.Stream<Uint8Array>, never, Scope.Scope>
  /** Ends what all pages are told, with what waits for them, and waits until they have it. */
  readonly close: Effect.Effect<void>
  readonly openPages: () => number
  /** At once when no page is open, else as soon as the last one was closed and not just reloaded. */
  readonly untilNoPage: Effect.Effect<void>
}

export const makeEvents: Effect.Effect<Events> = Effect.gen(function* () {
  const pages = new Set<Mailbox.Mailbox<Uint8Array>>()
  const noPage = yield* Effect.makeLatch(true)
  let points = 0
  let databasePoints = 0
  /** All that a page has to know which connects now, encoded when the first one does. */
  let whole: (() => Uint8Array) | undefined

  const tell = (message: () => Uint8Array): void => {
    if (pages.size === 0) return
    const bytes = message()
    for (const page of pages) page.unsafeOffer(bytes)
  }
  const become = (event: "state" | "end", state: RunState): (() => Uint8Array) => {
    let bytes: Uint8Array | undefined
    return (whole = () => (bytes ??= encode(event, state)))
  }

  const untilNoPage: Effect.Effect<void> = Effect.suspend(() =>
    pages.size === 0
      ? Effect.void
      : noPage.await.pipe(Effect.zipRight(Effect.sleep(reloadMillis)), Effect.zipRight(untilNoPage))
  )

  return {
    show: (state) =>
      Effect.sync(() => {
        const readings = state.database?.timeline.length ?? 0
        const lastPointIsNews =
          whole !== undefined && state.timeline.length >= points && readings >= databasePoints
        points = state.timeline.length
        databasePoints = readings
        const everything = become("state", state)
        tell(lastPointIsNews ? () => encode("second", newestOf(state)) : everything)
      }),
    end: (summary) => Effect.sync(() => tell(become("end", summary))),
    open: Effect.acquireRelease(
      Effect.map(Mailbox.make<Uint8Array>({ capacity: maxWaiting, strategy: "sliding" }), (page) => {
        page.unsafeOffer(opening)
        if (whole !== undefined) page.unsafeOffer(whole())
        pages.add(page)
        noPage.unsafeClose()
        return page
      }),
      (page) =>
        Effect.sync(() => {
          pages.delete(page)
          if (pages.size === 0) noPage.unsafeOpen()
        })
    ).pipe(Effect.map(Mailbox.toStream)),
    close: Effect.zipRight(
      Effect.suspend(() => Effect.forEach(pages, (page) => page.end, { discard: true })),
      noPage.await
    ),
    openPages: () => pages.size,
    untilNoPage
  }
})
