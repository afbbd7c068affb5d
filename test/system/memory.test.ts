/** The memory of a run while a server sends long responses. */
import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import type { ServerResponse } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { SummaryJson } from "../../src/result/Summary.ts"
import { startRun } from "../cli/startedRun.ts"
import { listening } from "../listening.ts"

const longest = 1_000_000

const text = "x".repeat(longest / 2)

/** A megabyte each: nested, wide, long texts, long names, no JSON, blanks, no UTF-8. */
const bodies: ReadonlyArray<Buffer> = [
  Buffer.from("[".repeat(longest / 2) + "]".repeat(longest / 2)),
  Buffer.from(JSON.stringify(Array.from({ length: 70_000 }, (_, i) => ({ i })))),
  Buffer.from(JSON.stringify({ type: text, detail: text, errors: Array(100).fill("no") })),
  Buffer.from(
    JSON.stringify({ failedOperation: { index: 0, op: "create", resource: text, problem: { type: text } } })
  ),
  Buffer.from(`<html>${"a".repeat(longest)}`),
  Buffer.alloc(longest, " "),
  Buffer.alloc(longest, 0xff)
]
const statuses = [200, 400, 409, 500]

/**
 * The number of short responses before the long ones, so that code is compiled and the heap has grown to that of a
 * load.
 */
const shortResponses = 2000

/** The number of long responses after which the run is interrupted. */
const longResponses = 1000

/** The long response number N: every body in every status, of changing length, some compressed. */
const answer = (response: ServerResponse, nth: number): void => {
  const whole = bodies[nth % bodies.length] ?? Buffer.alloc(0)
  const body = nth % 3 === 0 ? whole : whole.subarray(0, ((nth * 7919) % 100) * (longest / 100))
  const isPacked = nth % 5 === 0
  response.writeHead(
    statuses[Math.floor(nth / bodies.length) % statuses.length] ?? 200,
    isPacked ? { "content-encoding": "gzip" } : {}
  )
  response.end(isPacked ? gzipSync(body, { level: 1 }) : body)
}

/** A DMS whose long responses wait until they may begin. @param enough is done when there were enough of them */
const serve = (begun: Deferred.Deferred<void>, released: Promise<void>, enough: Deferred.Deferred<void>) =>
  Effect.suspend(() => {
    let batches = 0
    return listening((request, response) => {
      const base = `http://${request.headers.host}`
      request.resume()
      if (request.url === "/") {
        const urls = {
          oauth: `${base}/oauth`,
          dataManagementApi: `${base}/data`,
          batchApi: `${base}/batch`
        }
        response.end(JSON.stringify({ urls }))
      } else if (request.url === "/oauth") {
        response.end(JSON.stringify({ access_token: "a-token", expires_in: 1800 }))
      } else {
        const nth = batches++ - shortResponses
        if (nth < 0) response.writeHead(409).end("{}")
        else {
          Deferred.unsafeDone(begun, Effect.void)
          if (nth === longResponses) Deferred.unsafeDone(enough, Effect.void)
          void released.then(() => answer(response, nth))
        }
      }
    })
  })

/** As Linux reports it: `VmRSS` now, `VmHWM` the maximum so far. */
const megabytes = (pid: number, figure: "VmRSS" | "VmHWM"): number =>
  Number(new RegExp(`${figure}:\\s+(\\d+) kB`).exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024

describe("a server that responds with up to a megabyte of anything", () => {
  it.scopedLive(
    "costs ten users less than 150 MB more than waiting, and every response counts as failed",
    () =>
      Effect.gen(function* () {
        const folder = yield* Effect.acquireRelease(
          Effect.sync(() => mkdtempSync(join(tmpdir(), "edfi-perf-"))),
          (made) => Effect.sync(() => rmSync(made, { recursive: true }))
        )
        const [begun, enough] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
        let release = (): void => {}
        const released = new Promise<void>((resolve) => (release = resolve))
        const url = yield* serve(begun, released, enough)
        const run = yield* startRun(
          folder,
          ["run", "--testList", "StudentBatchVolumeTest", "--resourceNaming", "endpoint"].concat(
            ["--maxFailRatio", "1", "--clientCount", "10", "--runTimeInMinutes", "60"],
            ["--output", "out"]
          ),
          { PERF_API_BASEURL: url, PERF_API_KEY: "key", PERF_API_SECRET: "a-secret" }
        )
        yield* Deferred.await(begun)
        const idle = megabytes(run.pid, "VmRSS")
        release()
        yield* Deferred.await(enough)
        const most = megabytes(run.pid, "VmHWM")
        yield* run.signal("SIGINT")
        const { exitCode, out } = yield* run.ended
        assert.strictEqual(exitCode, 130, out)
        const summary = Schema.decodeSync(SummaryJson)(readFileSync(join(folder, "out/summary.json"), "utf8"))
        assert.isAtLeast(summary.requests.total, shortResponses + longResponses)
        assert.strictEqual(summary.requests.failed, summary.requests.total)
        assert.isBelow(most - idle, 150)
        assert.isAbove(most, idle)
      }),
    // A starved process collects garbage late; memory without a bound exceeds the limit every time.
    { retry: 3 }
  )
})
