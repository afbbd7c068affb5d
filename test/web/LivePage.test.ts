import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Scope from "effect/Scope"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import { connect, type Socket } from "node:net"
import type { Measurements } from "../../src/metrics/Recorder.ts"
import { Recorder } from "../../src/metrics/Recorder.ts"
import { prometheusContentType, prometheusText } from "../../src/output/prometheus.ts"
import { OnlyAtTheEnd } from "../../src/output/ResultFiles.ts"
import type { MeasuredRun } from "../../src/result/MeasuredRun.ts"
import { metricPoints } from "../../src/result/metricPoints.ts"
import type { RunState, Summary } from "../../src/result/Summary.ts"
import { maxWaiting } from "../../src/web/Events.ts"
import { tokenHeader } from "../../src/result/PageData.ts"
import { maxConnections, openLivePage } from "../../src/web/LivePage.ts"
import { maxPages } from "../../src/web/routes.ts"
import { ask, watch } from "./client.ts"
import { counted, states } from "./states.ts"

const none: Effect.Effect<Measurements> = Effect.map(Recorder, ({ measurements }) => measurements()).pipe(
  Effect.provide(Recorder.layer)
)

const metrics = {
  contentType: prometheusContentType,
  render: (state: RunState) => prometheusText(metricPoints(state))
}

const oddName = "50% a:b*;é#.csv"

/** A page on a free port, whose HTML is its token; `asked` contains the files that were read. */
const served = Effect.gen(function* () {
  const at = yield* states
  const measurements = yield* none
  const asked: Array<readonly [name: string, running: MeasuredRun | undefined]> = []
  const page = yield* openLivePage({
    host: "127.0.0.1",
    port: 0,
    html: Effect.succeed,
    files: {
      names: ["summary.json", oddName, "report.html"],
      read: (name, running) => {
        asked.push([name, running])
        if (name === "report.html" && running !== undefined) return new OnlyAtTheEnd({ name })
        return Effect.succeed(Stream.encodeText(Stream.succeed(`text of ${name}`)))
      }
    },
    metrics
  })
  return {
    ...page,
    at,
    asked,
    show: (state: RunState) => page.show({ state, measurements }),
    endAfter: (seconds: number) => {
      const summary: Summary = { ...at(seconds), endedBy: "runTime" }
      return Effect.as(page.end(summary), summary)
    },
    token: Effect.map(ask(page.url, "/"), ({ text }) => text),
    ask: (path: string, question = {}) => ask(page.url, path, question)
  }
})

describe("a page that watches a run", () => {
  it.scopedLive("gets the whole history, however late it opens, and then second by second", () =>
    Effect.gen(function* () {
      const { at, show, url } = yield* served
      for (let second = 1; second <= 30; second++) yield* show(at(second))
      const late = yield* watch(url)
      assert.deepStrictEqual(yield* late.next, { event: "state", state: at(30) })
      yield* show(at(31))
      const { event, state } = yield* late.next
      assert.strictEqual(event, "second")
      assert.deepStrictEqual(state, { ...at(31), timeline: at(31).timeline.slice(-1) })
    })
  )

  it.scopedLive("receives nothing before the run begins, and then the state", () =>
    Effect.gen(function* () {
      const { at, show, url } = yield* served
      const early = yield* watch(url)
      yield* show(at(1))
      assert.deepStrictEqual(yield* early.next, { event: "state", state: at(1) })
    })
  )

  it.scopedLive("costs one encoding a second together with nineteen others", () =>
    Effect.gen(function* () {
      const { at, show, url } = yield* served
      const pages = yield* Effect.replicateEffect(watch(url), 20)
      const [first, second] = [counted(at(1)), counted(at(2))]
      yield* show(first.state)
      yield* show(second.state)
      for (const { next } of pages) {
        assert.strictEqual((yield* next).event, "state")
        assert.strictEqual((yield* next).event, "second")
      }
      assert.deepStrictEqual([first.encodings(), second.encodings()], [1, 1])
    })
  )

  it.scopedLive("receives the end with the whole summary, also when it opens later", () =>
    Effect.gen(function* () {
      const { at, endAfter, show, url } = yield* served
      const page = yield* watch(url)
      yield* show(at(1))
      assert.strictEqual((yield* page.next).event, "state")
      const summary = yield* endAfter(2)
      assert.deepStrictEqual(yield* page.next, { event: "end", state: summary })
      assert.deepStrictEqual(yield* (yield* watch(url)).next, { event: "end", state: summary })
    })
  )

  it.scopedLive("receives every event before the server closes, which ends its stream", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const { at, endAfter, show, url } = yield* Scope.extend(served, scope)
      const page = yield* watch(url)
      yield* show(at(1))
      const summary = yield* endAfter(1)
      yield* Scope.close(scope, Exit.void)
      assert.deepStrictEqual(yield* page.rest, [
        { event: "state", state: at(1) },
        { event: "end", state: summary }
      ])
      assert.isTrue(Exit.isFailure(yield* Effect.exit(page.next)), "the stream goes on")
      assert.isTrue(Exit.isFailure(yield* Effect.exit(ask(url, "/"))), "the server is still there")
    })
  )

  it.scopedLive("loses events that it does not read in time, and other pages lose none", () =>
    Effect.gen(function* () {
      const { at, show, url } = yield* served
      const slow = yield* watch(url)
      const quick = yield* watch(url)
      yield* slow.pause
      // More than the socket buffers hold.
      const megabyte = "x".repeat(1_000_000)
      const shown = 40
      for (let second = 1; second <= shown; second++) {
        yield* show({ ...at(second), timeline: [], config: { megabyte } })
        assert.strictEqual((yield* quick.next).state.elapsedSeconds, second)
      }
      yield* slow.resume
      const heard: Array<number> = []
      while (heard.at(-1) !== shown) heard.push((yield* slow.next).state.elapsedSeconds)
      assert.isBelow(heard.length, shown / 2, String(heard))
      const newest = Array.from({ length: maxWaiting }, (_, i) => shown - maxWaiting + 1 + i)
      assert.deepStrictEqual(heard.slice(-maxWaiting), newest)
    })
  )

  it.scopedLive("does not delay the end of the server when it does not read at all", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const { at, show, url } = yield* Scope.extend(served, scope)
      const deaf = yield* watch(url)
      yield* deaf.pause
      for (let second = 1; second <= 20; second++) {
        yield* show({ ...at(second), timeline: [], config: { megabyte: "x".repeat(1_000_000) } })
        yield* ask(url, "/")
      }
      yield* Scope.close(scope, Exit.void)
      assert.isTrue(Exit.isFailure(yield* Effect.exit(ask(url, "/"))), "the server is still there")
    })
  )

  it.scopedLive("is open as long as its connection is", () =>
    Effect.gen(function* () {
      const { ask, openPages, url } = yield* served
      const scope = yield* Scope.make()
      yield* Scope.extend(watch(url), scope)
      assert.strictEqual(openPages(), 1)
      yield* Scope.close(scope, Exit.void)
      // The server notices the end within a few more requests.
      yield* Effect.repeat(ask("/"), { until: () => openPages() === 0 })
    })
  )

  it.scopedLive("is refused where a hundred are open already, until one of them is closed", () =>
    Effect.gen(function* () {
      const { ask, openPages, url } = yield* served
      const scope = yield* Scope.make()
      yield* Scope.extend(watch(url), scope)
      yield* Effect.replicateEffect(watch(url), maxPages - 1)
      assert.deepInclude(yield* ask("/events"), {
        status: 503,
        text: "too many open pages (maximum 100); close one of them\n"
      })
      assert.strictEqual((yield* ask("/")).status, 200)
      yield* Scope.close(scope, Exit.void)
      yield* Effect.repeat(ask("/"), { until: () => openPages() < maxPages })
      yield* watch(url)
      assert.strictEqual(openPages(), maxPages)
    })
  )
})

describe("the stop button", () => {
  it.scopedLive("stops the run with the token of its page", () =>
    Effect.gen(function* () {
      const { ask, stopped, token, url } = yield* served
      const headers = { [tokenHeader]: yield* token, origin: url.slice(0, -1) }
      assert.strictEqual((yield* ask("/stop", { method: "POST", headers })).status, 202)
      yield* stopped
    })
  )

  it.scopedLive("does nothing without the token, with the token of another run, or from another site", () =>
    Effect.gen(function* () {
      const { ask, stopped, token } = yield* served
      const other = yield* served
      const waiting = yield* Effect.fork(stopped)
      const right = yield* token
      assert.match(right, /^[0-9a-f]{64}$/)
      for (const headers of [
        {},
        { [tokenHeader]: "" },
        { [tokenHeader]: yield* other.token },
        { [tokenHeader]: right.slice(1) },
        { [tokenHeader]: right, origin: "http://evil.example" },
        { [tokenHeader]: right, origin: "null" },
        { [tokenHeader]: right, origin: other.url.slice(0, -1) },
        { [tokenHeader]: right, host: "evil.example" }
      ]) {
        assert.strictEqual(
          (yield* ask("/stop", { method: "POST", headers })).status,
          403,
          JSON.stringify(headers)
        )
      }
      assert.strictEqual((yield* ask("/stop", { headers: { [tokenHeader]: right } })).status, 405)
      assert.strictEqual((yield* Fiber.poll(waiting))._tag, "None")
    })
  )

  it.scopedLive("is refused with 409 after the end of the run", () =>
    Effect.gen(function* () {
      const { ask, endAfter, token } = yield* served
      yield* endAfter(1)
      const headers = { [tokenHeader]: yield* token }
      assert.strictEqual((yield* ask("/stop", { method: "POST", headers })).status, 409)
    })
  )
})

describe("the server of the page", () => {
  it.scopedLive("refuses requests to another host and from other sites, for every path", () =>
    Effect.gen(function* () {
      const { asked, ask, openPages, url } = yield* served
      const { port } = new URL(url)
      for (const path of ["/", "/events", "/files/summary.json", "/metrics"]) {
        for (const headers of [
          { host: `evil.example:${port}` },
          { host: "127.0.0.1:1" },
          { origin: "http://evil.example" },
          // An image there, say, which has no Origin; and one of another port of this machine.
          { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" },
          { "sec-fetch-site": "same-site", "sec-fetch-mode": "no-cors" }
        ]) {
          const { status, text } = yield* ask(path, { headers })
          assert.deepStrictEqual([path, status], [path, 403])
          assert.notMatch(text, /[0-9a-f]{64}/)
        }
      }
      assert.isEmpty(asked)
      assert.strictEqual(openPages(), 0)
      assert.strictEqual((yield* ask("/", { headers: { host: `localhost:${port}` } })).status, 200)
    })
  )

  it.scopedLive("can be opened by a link on another site, but only the page itself", () =>
    Effect.gen(function* () {
      const { ask, at, show } = yield* served
      yield* show(at(1))
      const headers = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" }
      assert.strictEqual((yield* ask("/?from=there", { headers })).status, 200)
      for (const path of ["/events", "/files/summary.json", "/metrics"]) {
        assert.deepStrictEqual([path, (yield* ask(path, { headers })).status], [path, 403])
      }
    })
  )

  it.scopedLive("serves files made from the run so far, and after its end those in the folder", () =>
    Effect.gen(function* () {
      const { ask, asked, at, endAfter, show } = yield* served
      assert.strictEqual((yield* ask("/files/summary.json")).status, 404, "one of an earlier run")
      yield* show(at(3))
      const { headers, text } = yield* ask("/files/summary.json")
      assert.strictEqual(text, "text of summary.json")
      assert.deepInclude(headers, {
        "content-type": "application/json",
        "content-disposition": 'attachment; filename="summary.json"'
      })
      assert.strictEqual((yield* ask(`/files/${encodeURIComponent(oddName)}`)).text, `text of ${oddName}`)
      assert.deepInclude(yield* ask("/files/report.html"), {
        status: 404,
        text: "report.html is written when the run ends\n"
      })
      yield* endAfter(4)
      yield* ask("/files/summary.json")
      assert.strictEqual((yield* ask("/files/report.html")).text, "text of report.html")
      assert.deepStrictEqual(
        asked.map(([name, running]) => [name, running?.state.elapsedSeconds]),
        [
          ["summary.json", 3],
          [oddName, 3],
          ["report.html", 3],
          ["summary.json", undefined],
          ["report.html", undefined]
        ]
      )
    })
  )

  it.scopedLive("serves no other file under any spelling of a path", () =>
    Effect.gen(function* () {
      const { ask, asked, at, show } = yield* served
      yield* show(at(1))
      for (const path of [
        "/files/",
        "/files/other.csv",
        "/files/../summary.json",
        "/files/..%2fsummary.json",
        "/files/%2e%2e/summary.json",
        "/files/./summary.json",
        "/files//summary.json",
        "/files/summary.json/",
        "/files/summary.json%00",
        "/files/..\\summary.json",
        "/files/%73ummary.json",
        "/files/SUMMARY.json",
        "/files/summary.json;a",
        "/files/report%2ehtml",
        "/events/",
        "/%65vents",
        "/Metrics",
        "//files/summary.json",
        "/FILES/summary.json",
        "/summary.json",
        "http://127.0.0.1/files/summary.json"
      ]) {
        assert.deepStrictEqual([path, (yield* ask(path)).status], [path, 404])
      }
      assert.isEmpty(asked)
    })
  )

  it.scopedLive(
    "refuses other methods, and sets the headers against sniffing, framing, sharing and caching",
    () =>
      Effect.gen(function* () {
        const { ask } = yield* served
        for (const path of ["/", "/events", "/files/summary.json", "/metrics"]) {
          for (const method of ["POST", "HEAD", "OPTIONS"]) {
            const { headers, status } = yield* ask(path, { method })
            assert.deepStrictEqual([method, status, headers["allow"]], [method, 405, "GET"])
          }
        }
        for (const path of ["/", "/metrics", "/files/summary.json", "/nothing"]) {
          const { headers } = yield* ask(path)
          assert.deepInclude(headers, {
            "cache-control": "no-store",
            "x-content-type-options": "nosniff",
            "referrer-policy": "no-referrer",
            "x-frame-options": "DENY",
            "cross-origin-resource-policy": "same-origin"
          })
          assert.notProperty(headers, "access-control-allow-origin")
        }
      })
  )

  it.scopedLive("serves the metrics of the run so far to Prometheus", () =>
    Effect.gen(function* () {
      const { ask, at, endAfter, show } = yield* served
      assert.deepInclude(yield* ask("/metrics"), { status: 200, text: "" })
      yield* show(at(7))
      const { headers, text } = yield* ask("/metrics")
      assert.strictEqual(headers["content-type"], "text/plain; version=0.0.4; charset=utf-8")
      assert.match(text, /^edfi_perf_elapsed_seconds 7$/m)
      assert.match(text, /^edfi_perf_running 1$/m)
      yield* endAfter(8)
      assert.match((yield* ask("/metrics")).text, /^edfi_perf_running 0$/m)
    })
  )

  it.scopedLive("fails when it cannot listen, and names the setting to change", () =>
    Effect.gen(function* () {
      const { url } = yield* served
      const port = Number(new URL(url).port)
      const files = { names: [], read: () => Effect.succeed(Stream.empty) }
      const taken = yield* Effect.flip(
        openLivePage({ host: "127.0.0.1", port, html: Effect.succeed, files, metrics })
      )
      assert.strictEqual(taken._tag, "PageUnavailable")
      assert.include(taken.message, `--webPort ${port}: `)
      assert.match(taken.message, /EADDRINUSE.*--webPort 0 for any free one/)
      // An address for documentation, which no machine has.
      const elsewhere = yield* Effect.flip(
        openLivePage({ host: "192.0.2.1", port: 0, html: Effect.succeed, files, metrics })
      )
      assert.match(elsewhere.message, /--webHost 192\.0\.2\.1 .*EADDRNOTAVAIL.*--webHost takes an address/)
    })
  )
})

/** A connection without a request: whether it was closed at once. */
const idle = (url: string) =>
  Effect.acquireRelease(
    Effect.async<{ readonly socket: Socket; readonly refused: Promise<void> }>((resume) => {
      const { hostname, port } = new URL(url)
      const socket = connect(Number(port), hostname)
      const refused = new Promise<void>((closed) => socket.on("close", () => closed()))
      socket.on("error", () => {})
      socket.once("connect", () => resume(Effect.succeed({ socket, refused })))
    }),
    ({ socket }) => Effect.sync(() => socket.destroy())
  )

describe("connections to the page", () => {
  it.scopedLive("are closed at once beyond the maximum, and accepted again afterwards", () =>
    Effect.gen(function* () {
      const { ask, url } = yield* served
      const first = yield* Effect.replicateEffect(idle(url), maxConnections)
      const { refused } = yield* idle(url)
      yield* Effect.promise(() => refused)
      assert.isTrue(Exit.isFailure(yield* Effect.exit(ask("/"))))
      for (const { socket } of first) socket.destroy()
      const asked = Effect.retry(ask("/"), { schedule: Schedule.spaced("10 millis"), times: 1000 })
      assert.strictEqual((yield* asked).status, 200)
    })
  )
})
