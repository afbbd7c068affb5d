import { assert, describe } from "@effect/vitest"
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Schema from "effect/Schema"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/TestClock"
import { noStarts } from "../../src/metrics/Starts.ts"
import { Histogram } from "../../src/metrics/Histogram.ts"
import { pointOf, type Second, Timeline } from "../../src/metrics/Timeline.ts"
import { afterSecond, afterState, type LiveRun } from "../../src/page/LiveRun.ts"
import { metricPoints } from "../../src/result/metricPoints.ts"
import { RunState } from "../../src/result/Summary.ts"
import { type Events, makeEvents, maxWaiting } from "../../src/web/Events.ts"
import { sampleDatabase } from "../result/sampleDatabase.ts"
import { counted, states } from "./states.ts"
import { it } from "../engine/virtualTime.ts"

/** A page whose reader takes everything at the very end, when the events are closed. */
const readerAtTheEnd = (events: Events) =>
  Effect.map(events.open, (messages) =>
    Effect.gen(function* () {
      const reading = yield* Effect.fork(Stream.runCollect(Stream.decodeText(messages)))
      return Chunk.join(yield* Fiber.join(reading), "")
    })
  )

const decodeText = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

const decodeState = Schema.decodeSync(Schema.parseJson(RunState))

/** The only message of a text. */
const messageIn = (text: string): { readonly event: string; readonly state: RunState } => {
  const [, event = "", data = ""] = /^event: (\w+)\ndata: (.*)\n\n$/.exec(text) ?? []
  return { event, state: decodeState(data) }
}

const quietSecond: Second = {
  elapsedSeconds: 1,
  seconds: 1,
  users: 0,
  requests: 0,
  failures: 0,
  operations: 0,
  rows: 0,
  latenciesByOutcome: { succeeded: new Histogram() },
  starts: noStarts,
  generator: undefined
}

const names = (text: string) => [...text.matchAll(/^event: (\w+)$/gm)].map(([, name]) => name)

/** The elapsed seconds of each message. */
const seconds = (text: string) =>
  [...text.matchAll(/^data: .*?"elapsedSeconds":(\d+)/gm)].map(([, elapsed]) => Number(elapsed))

describe("events", () => {
  it.scoped("are encoded once for all pages, and not at all while none is open", () =>
    Effect.gen(function* () {
      const at = yield* states
      const events = yield* makeEvents
      const [unseen, first, second] = [counted(at(1)), counted(at(2)), counted(at(3))]
      yield* events.show(unseen.state)
      assert.strictEqual(unseen.encodings(), 0)
      yield* events.show(first.state)
      yield* Effect.replicateEffect(events.open, 20)
      assert.strictEqual(first.encodings(), 1, "the whole state, for twenty pages that connect in one second")
      yield* events.show(second.state)
      assert.strictEqual(second.encodings(), 1, "the second, for twenty pages")
      assert.strictEqual(events.openPages(), 20)
    })
  )

  it.scoped("begin with the reconnect delay, also before the run has started", () =>
    Effect.gen(function* () {
      const events = yield* makeEvents
      const text = yield* readerAtTheEnd(events)
      yield* Effect.fork(events.close)
      assert.strictEqual(yield* text, "retry: 2000\n\n")
    })
  )

  it.scoped("drop the oldest for a page that does not read, and keep the newest", () =>
    Effect.gen(function* () {
      const at = yield* states
      const events = yield* makeEvents
      const text = yield* readerAtTheEnd(events)
      for (let second = 1; second <= 100; second++) yield* events.show(at(second))
      yield* Effect.fork(events.close)
      const received = yield* text
      assert.deepStrictEqual(
        seconds(received),
        Array.from({ length: maxWaiting }, (_, i) => 101 - maxWaiting + i)
      )
    })
  )

  it.scoped("send the whole state again when points of the timeline were merged", () =>
    Effect.gen(function* () {
      const at = yield* states
      const events = yield* makeEvents
      yield* events.show(at(4))
      const text = yield* readerAtTheEnd(events)
      yield* events.show({ ...at(5), timeline: at(3).timeline })
      yield* events.show({ ...at(6), timeline: at(3).timeline })
      yield* Effect.fork(events.close)
      assert.deepStrictEqual(names(yield* text), ["state", "state", "second"])
    })
  )

  it.scoped("send only the newest reading of a database, and all readings again when they were merged", () =>
    Effect.gen(function* () {
      const at = yield* states
      const events = yield* makeEvents
      const withReadings = (second: number, seconds: number): RunState => ({
        ...at(second),
        database: sampleDatabase(seconds)
      })
      yield* events.show(withReadings(1, 10))
      const text = yield* readerAtTheEnd(events)
      yield* events.show(withReadings(2, 15))
      yield* events.show(withReadings(3, 10))
      yield* Effect.fork(events.close)
      const messages = (yield* text)
        .split(/(?=^event: )/m)
        .slice(1)
        .map(messageIn)
      assert.deepStrictEqual(
        messages.map(({ event, state }) => [
          event,
          state.database?.timeline.map((point) => point.elapsedSeconds)
        ]),
        [
          ["state", [5, 10]],
          ["second", [15]],
          ["state", [5, 10]]
        ]
      )
    })
  )

  it.scoped("keep a page complete in a run with more seconds than points, with its last second", () =>
    Effect.gen(function* () {
      const at = yield* states
      const events = yield* makeEvents
      const pull = yield* Stream.toPull(yield* events.open)
      yield* pull // When to ask again.
      const timeline = new Timeline(4)
      let watched: LiveRun | undefined
      for (let second = 1; second <= 30; second++) {
        const users = second < 30 ? 5 : 0
        const counted = { ...quietSecond, elapsedSeconds: second, users }
        timeline.add(counted)
        const sent: RunState = { ...at(second), last: pointOf(counted), timeline: timeline.points }
        yield* events.show(sent)
        const { event, state } = messageIn(Chunk.join(Chunk.map(yield* pull, decodeText), ""))
        watched = event === "state" || watched === undefined ? afterState(state) : afterSecond(watched, state)
        assert.deepStrictEqual(watched?.run, sent, `${event} of ${second} s`)
      }
      const { last, timeline: points = [] } = watched?.run ?? {}
      // 30 s are three points of 8 s and one of 6 s, in which five users ran.
      assert.deepStrictEqual(
        points.map(({ seconds, users }) => [seconds, users]),
        [
          [8, 5],
          [8, 5],
          [8, 5],
          [6, 5]
        ]
      )
      assert.strictEqual(last?.seconds, 1)
      const running = metricPoints({ ...at(30), ...watched?.run }).find(
        ({ name }) => name === "edfi_perf_users"
      )
      assert.strictEqual(running?.value, 0)
    })
  )

  it.scoped("end for a page whose scope closes, and for all pages when they are closed", () =>
    Effect.gen(function* () {
      const events = yield* makeEvents
      const page = yield* Scope.make()
      yield* Effect.asVoid(Scope.extend(events.open, page))
      assert.strictEqual(events.openPages(), 1)
      const closing = yield* Effect.fork(events.close)
      yield* Effect.yieldNow()
      assert.isNull(
        yield* Fiber.poll(closing).pipe(Effect.map((exit) => (exit._tag === "None" ? null : exit)))
      )
      yield* Scope.close(page, Exit.void)
      yield* Fiber.join(closing)
      assert.strictEqual(events.openPages(), 0)
    })
  )

  it.scoped("wait for open pages until the last was closed for two seconds, which a reload is not", () =>
    Effect.gen(function* () {
      const events = yield* makeEvents
      yield* events.untilNoPage
      const page = yield* Scope.make()
      const reloaded = yield* Scope.make()
      yield* Effect.asVoid(Scope.extend(events.open, page))
      const waiting = yield* Effect.fork(events.untilNoPage)
      const isWaiting = Effect.map(Fiber.poll(waiting), (exit) => exit._tag === "None")
      yield* TestClock.adjust("1 hour")
      assert.isTrue(yield* isWaiting, "while it is open")
      yield* Scope.close(page, Exit.void)
      yield* TestClock.adjust("1 second")
      yield* Effect.asVoid(Scope.extend(events.open, reloaded))
      yield* TestClock.adjust("1 hour")
      assert.isTrue(yield* isWaiting, "after a reload")
      yield* Scope.close(reloaded, Exit.void)
      yield* TestClock.adjust("1999 millis")
      assert.isTrue(yield* isWaiting, "for two seconds")
      yield* TestClock.adjust("1 millis")
      assert.isFalse(yield* isWaiting)
    })
  )
})
