/** `run --web` as a process: its end and exit code. */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Schema from "effect/Schema"
import * as Scope from "effect/Scope"
import { LocalDms, type LocalDmsOptions } from "../../src/local-dms/LocalDms.ts"
import { RunState, SummaryJson } from "../../src/result/Summary.ts"
import { tokenHeader } from "../../src/result/PageData.ts"
import { ask, type Watcher, watch } from "../web/client.ts"
import { startRun } from "../cli/startedRun.ts"

/** One user with a page, against a DMS in this process, which starts sooner and can inject faults. */
const withPage = (words: ReadonlyArray<string>, server: Partial<LocalDmsOptions> = {}) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const folder = yield* fs.makeTempDirectoryScoped()
    const dms = yield* LocalDms.serve({ port: 0, ...server })
    const target = ["run", "--baseUrl", dms.url, "--clientCount", "1", "-l", "warning"]
    const run = yield* startRun(
      folder,
      [...target, "--web", "--webPort", "0", "--webLinger", "untilClosed", ...words],
      {
        PERF_API_KEY: "local",
        PERF_API_SECRET: "local-secret"
      }
    )
    const url = (yield* run.line(/^page: /)).slice("page: ".length)
    const read = Schema.decode(SummaryJson)
    return {
      ...run,
      url,
      faults: dms.faults,
      stats: dms.stats,
      summary: Effect.flatMap(fs.readFileString(`${folder}/out/summary.json`), read),
      files: fs.readDirectory(`${folder}/out`)
    }
  })

/** All events of a page up to the end of the run. */
const toldUntilEnd = ({ next }: Watcher) =>
  Effect.gen(function* () {
    const events = [yield* next]
    while (events.at(-1)?.event !== "end") events.push(yield* next)
    return events
  })

/** Presses the stop button of the page. */
const pressStop = (url: string) =>
  Effect.gen(function* () {
    const [token = ""] = /[0-9a-f]{64}/.exec((yield* ask(url, "/")).text) ?? []
    const stopped = yield* ask(url, "/stop", { method: "POST", headers: { [tokenHeader]: token } })
    assert.strictEqual(stopped.status, 202)
  })

const stillOpen = /is still open: /

describe("edfi-perf run --web", () => {
  it.scopedLive("prints its address second and ends without an open page", () =>
    Effect.gen(function* () {
      const { ended, url } = yield* withPage(["-m", "0.03"])
      assert.match(url, /^http:\/\/127\.0\.0\.1:\d+\/$/)
      const { exitCode, out } = yield* ended
      assert.strictEqual(exitCode, 0)
      assert.match(out.split("\n")[0] ?? "", /^edfi-perf BATCH_VOLUME against /)
      assert.strictEqual(out.split("\n")[1], `page: ${url}`)
      assert.notMatch(out, /still open/)
    }).pipe(Effect.provide(NodeContext.layer))
  )

  it.scopedLive("waits for an open page, and Ctrl-C then ends it with the exit code of the run", () =>
    Effect.gen(function* () {
      const { ended, faults, line, signal, summary, url } = yield* withPage([
        "--threshold",
        "failures.count < 1",
        "--abortOnThreshold",
        "--abortDelay",
        "0"
      ])
      const page = yield* watch(url)
      assert.strictEqual((yield* page.next).event, "state")
      // So that the run ends, but not before its page is open.
      yield* faults.set({ error: { every: 1 } })
      const events = yield* toldUntilEnd(page)
      yield* line(stillOpen)
      assert.deepStrictEqual(events.at(-1)?.state, yield* summary)
      const download = yield* ask(url, "/files/summary.json")
      assert.deepStrictEqual(yield* Schema.decode(SummaryJson)(download.text), yield* summary)
      yield* signal("SIGINT")
      assert.strictEqual((yield* ended).exitCode, 1)
      assert.isTrue(Exit.isFailure(yield* Effect.exit(page.next)), "the page is still told something")
    }).pipe(Effect.provide(NodeContext.layer))
  )

  it.scopedLive("sends nothing more when the page stops it before its load, as Ctrl-C does", () =>
    Effect.gen(function* () {
      const { ended, stats, url } = yield* withPage([], { latency: { _tag: "fixed", millis: 20_000 } })
      yield* pressStop(url)
      assert.strictEqual((yield* ended).exitCode, 130)
      assert.deepStrictEqual((yield* stats).batches, { committed: 0, rolledBack: 0, refused: 0 })
    }).pipe(Effect.provide(NodeContext.layer))
  )

  it.scopedLive(
    "stops when the page says so, with every file written, and ends when the page is closed",
    () =>
      Effect.gen(function* () {
        const { ended, files, line, summary, url } = yield* withPage([])
        const open = yield* Scope.make()
        const page = yield* Scope.extend(watch(url), open)
        assert.strictEqual((yield* page.next).event, "state")
        assert.strictEqual((yield* ask(url, "/files/report.html")).status, 404)
        const early = yield* ask(url, "/files/summary.json")
        assert.isNull((yield* Schema.decode(Schema.parseJson(RunState))(early.text)).endedBy)
        yield* pressStop(url)
        const end = (yield* toldUntilEnd(page)).at(-1)?.state
        yield* line(stillOpen)
        assert.strictEqual(end?.endedBy, "interrupt")
        assert.deepStrictEqual(yield* summary, end)
        assert.include(yield* files, "report.html")
        yield* Scope.close(open, Exit.void)
        const { exitCode, out } = yield* ended
        assert.strictEqual(exitCode, 130)
        assert.include(out, "The run was interrupted; the report covers everything up to then.")
      }).pipe(Effect.provide(NodeContext.layer))
  )

  it.scopedLive(
    "is interrupted by Ctrl-C with a page open as without one, and the page learns how it ended",
    () =>
      Effect.gen(function* () {
        const { ended, signal, summary, url } = yield* withPage([])
        const page = yield* watch(url)
        yield* page.next
        yield* signal("SIGINT")
        const events = yield* toldUntilEnd(page)
        const { exitCode, out } = yield* ended
        assert.strictEqual(exitCode, 130)
        assert.notMatch(out, /still open/)
        assert.deepStrictEqual(events.at(-1)?.state, yield* summary)
      }).pipe(Effect.provide(NodeContext.layer))
  )

  it.scopedLive(
    "warns when others can reach the page; sends nothing when the port is taken, and names the remedy",
    () =>
      Effect.gen(function* () {
        const first = yield* withPage(["--webHost", "0.0.0.0"])
        assert.include(
          yield* first.line(/WARN/),
          "--webHost 0.0.0.0: anyone who can reach this address can watch the run and stop it"
        )
        const { port } = new URL(first.url)
        const fs = yield* FileSystem.FileSystem
        const words = ["run", "--local", "--web", "--webHost", "0.0.0.0", "--webPort", port]
        const second = yield* startRun(yield* fs.makeTempDirectoryScoped(), words)
        const { exitCode, out } = yield* second.ended
        assert.strictEqual(exitCode, 2)
        assert.include(out, `--webPort ${port}: `)
        assert.notMatch(out, / against /)
      }).pipe(Effect.provide(NodeContext.layer))
  )
})
