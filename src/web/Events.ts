/**
 * The state of a run as server-sent events. A page that connects receives `state`, a `RunState` with its whole
 * timelines; then every second `second`, the same with only the newest point of each timeline, or `state` again when
 * points were merged; and at last `end`, the `Summary`.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
import * as Sse from "@effect/experimental/Sse"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Mailbox from "effect/Mailbox"
import type * as Scope from "effect/Scope"
import type * as Stream from "effect/Stream"
import type { RunState, Summary } from "../result/Summary.ts"

/** Messages kept for a page that reads slowly. Beyond that the oldest is dropped, and the page notices the gap. */
export const maxWaiting = 4

/** Delay after which a page reconnects when it has lost its connection. */
const reconnectDelay = Duration.seconds(2)

/** A page that is reloaded is back within this time. */
const reloadMillis = 2000

export interface Events {
  /** Sends the second that has ended to all pages. Encodes it once, and not at all while no page is open. */
  readonly show: (state: RunState) => Effect.Effect<void>
  readonly end: (summary: Summary) => Effect.Effect<void>
  /** The messages for one page, which counts as open until the scope closes. */
  readonly open: Effect.Effect<Stream.Stream<Uint8Array>, never, Scope.Scope>
  /** Ends the stream of every page after the messages that wait for it, and waits until all pages have read them. */
  readonly close: Effect.Effect<void>
  readonly openPages: () => number
  /** Returns at once when no page is open, else when the last one was closed and not just reloaded. */
  readonly untilNoPage: Effect.Effect<void>
}

type EventName = "state" | "second" | "end"

const textEncoder = new TextEncoder()

const encode = (event: EventName, state: RunState): Uint8Array =>
  textEncoder.encode(Sse.encoder.write({ _tag: "Event", id: undefined, event, data: JSON.stringify(state) }))

const opening = textEncoder.encode(
  Sse.encoder.write(new Sse.Retry({ duration: reconnectDelay, lastEventId: undefined }))
)

/** A message that is encoded when the first page needs it. */
const message = (event: EventName, state: RunState): (() => Uint8Array) => {
  let bytes: Uint8Array | undefined
  return () => (bytes ??= encode(event, state))
}

/** The number of points of timelines that merge their points on their own. */
const pointsOf = ({ database, processes }: RunState): ReadonlyArray<number> => [
  database?.timeline.length ?? 0,
  ...processes.map(({ timeline }) => timeline.length)
]

/** With only the newest point of each timeline. */
const newestOf = (state: RunState): RunState => ({
  ...state,
  timeline: state.timeline.slice(-1),
  warmUp: state.warmUp && { ...state.warmUp, timeline: state.warmUp.timeline.slice(-1) },
  database: state.database && { ...state.database, timeline: state.database.timeline.slice(-1) },
  processes: state.processes.map((one) => ({ ...one, timeline: one.timeline.slice(-1) }))
})

export const makeEvents: Effect.Effect<Events> = Effect.gen(function* () {
  const pages = new Set<Mailbox.Mailbox<Uint8Array>>()
  const noPage = yield* Effect.makeLatch(true)
  let points = 0
  let furtherPoints: ReadonlyArray<number> = []
  /** The whole state or the end, for pages that connect now. */
  let latest: (() => Uint8Array) | undefined

  const broadcast = (bytes: () => Uint8Array): void => {
    for (const page of pages) page.unsafeOffer(bytes())
  }

  const show = (state: RunState): void => {
    const further = pointsOf(state)
    const onlyGrew =
      latest !== undefined &&
      state.timeline.length >= points &&
      furtherPoints.every((before, i) => (further[i] ?? 0) >= before)
    points = state.timeline.length
    furtherPoints = further
    latest = message("state", state)
    broadcast(onlyGrew ? message("second", newestOf(state)) : latest)
  }

  const connect = Effect.map(
    Mailbox.make<Uint8Array>({ capacity: maxWaiting, strategy: "sliding" }),
    (page) => {
      page.unsafeOffer(opening)
      if (latest !== undefined) page.unsafeOffer(latest())
      pages.add(page)
      noPage.unsafeClose()
      return page
    }
  )
  const disconnect = (page: Mailbox.Mailbox<Uint8Array>) =>
    Effect.sync(() => {
      pages.delete(page)
      if (pages.size === 0) noPage.unsafeOpen()
    })

  const untilNoPage: Effect.Effect<void> = Effect.suspend(() =>
    pages.size === 0
      ? Effect.void
      : noPage.await.pipe(Effect.zipRight(Effect.sleep(reloadMillis)), Effect.zipRight(untilNoPage))
  )

  return {
    show: (state) => Effect.sync(() => show(state)),
    end: (summary) =>
      Effect.sync(() => {
        latest = message("end", summary)
        broadcast(latest)
      }),
    open: Effect.map(Effect.acquireRelease(connect, disconnect), Mailbox.toStream),
    close: Effect.zipRight(
      Effect.suspend(() => Effect.forEach(pages, (page) => page.end, { discard: true })),
      noPage.await
    ),
    openPages: () => pages.size,
    untilNoPage
  }
})
