/** Users in real threads, over sockets. */
import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import { createServer } from "node:http"
import { Worker } from "node:worker_threads"
import { inject } from "vitest"
import { measureGenerator } from "../../src/run/measure.ts"
import { prepareLoad } from "../../src/run/prepareLoad.ts"
import { type LoadPlan, runGenerator } from "../../src/engine/LoadRun.ts"
import { Tokens } from "../../src/dms/Tokens.ts"
import { LocalDms } from "../../src/local-dms/LocalDms.ts"
import { nodeProbe } from "../../src/metrics/nodeProbe.ts"
import { Recorder } from "../../src/metrics/Recorder.ts"
import { startWorkers, usersInWorkers } from "../../src/workers/Coordinator.ts"
import { Setup } from "../../src/workers/messages.ts"
import * as threads from "../../src/workers/threads.ts"
import { specOf } from "../run/specOf.ts"
import { outcomesOf } from "../dms/responses.ts"
import { overSockets } from "../integration/client.ts"
import { setup } from "../workers/setup.ts"

/** Threads that run the worker's program, by their id. */
const makeThreads = Effect.sync(() => {
  const started = new Map<number, Worker>()
  const layer = threads.layer((id) => {
    const thread = new Worker(inject("workerProgram"))
    started.set(id, thread)
    return thread
  })
  return { layer, started }
})
const threadsLayer = Layer.unwrapEffect(Effect.map(makeThreads, ({ layer }) => layer))

/** A server that commits every batch of students and records its body. */
const recordingServer = Effect.acquireRelease(
  Effect.async<{ readonly url: string; readonly bodies: Array<string>; readonly close: () => void }>(
    (resume) => {
      const bodies: Array<string> = []
      const server = createServer((request, response) => {
        const chunks: Array<Uint8Array> = []
        request.on("data", (chunk) => chunks.push(chunk))
        request.on("end", () => {
          const body = Buffer.concat(chunks).toString("utf8")
          bodies.push(body)
          const ops = [...body.matchAll(/"op":"(\w+)"/g)].map(([, op]) => op)
          response.writeHead(200, { "content-type": "application/json" })
          response.end(JSON.stringify(outcomesOf(ops)))
        })
      })
      server.listen(0, "127.0.0.1", () => {
        const address = server.address()
        const port = typeof address === "object" && address !== null ? address.port : 0
        const close = () => void server.close().closeAllConnections()
        resume(Effect.succeed({ url: `http://127.0.0.1:${port}`, bodies, close }))
      })
    }
  ),
  ({ close }) => Effect.sync(close)
)

describe("users in threads", () => {
  it.scopedLive("agree with the counts of the server, with one login, and leave nothing behind", () =>
    Effect.gen(function* () {
      const spec = specOf({ clientCount: "6", workers: "2", runTimeInMinutes: "0.02", spawnRate: "100" })
      const dms = yield* LocalDms
      const generator = yield* prepareLoad(spec)
      const before = yield* dms.stats
      const { summary } = yield* measureGenerator(spec, generator)
      const after = yield* dms.stats
      assert.deepStrictEqual([summary.endedBy, summary.requests.failed, summary.users], ["runTime", 0, 6])
      assert.isAbove(summary.requests.total, 0)
      assert.strictEqual(after.batches.committed - before.batches.committed, summary.requests.total)
      for (const kind of ["create", "update", "delete"] as const) {
        const sum = (counts: Readonly<Record<string, number>>) =>
          Object.values(counts).reduce((all, count) => all + count, 0)
        assert.strictEqual(
          sum(after.operations[kind]) - sum(before.operations[kind]),
          summary.operations.byOp[kind],
          kind
        )
      }
      assert.strictEqual(after.logins, 1)
      assert.deepStrictEqual(after.rows, before.rows)
      assert.strictEqual(summary.config["workers"], 2)
      // The health covers all three threads: the workers hold every socket and do nearly all the work.
      const health = summary.generator
      assert.isTrue(health !== null && health.busy.mean > 0 && health.cpuCores.mean > 0)
      assert.isTrue(health !== null && health.openSockets >= 6 && (health.rssBytes ?? 0) > 10_000_000)
      assert.isTrue(health !== null && health.loopDelayMs.max >= health.loopDelayMs.p50)
      for (const point of summary.timeline) assert.isNotNull(point.generator)
    }).pipe(
      Effect.provide([overSockets(), threadsLayer, nodeProbe]),
      Logger.withMinimumLogLevel(LogLevel.Warning)
    )
  )

  it.scopedLive("do not start when the thread's program cannot be loaded", () =>
    Effect.gen(function* () {
      const layer = threads.layer(() => new Worker(new URL("no-such-file.mjs", import.meta.url)))
      const exit = yield* Effect.exit(Effect.provide(startWorkers([setup, setup]), layer))
      assert.match(
        String(Exit.isFailure(exit) && Cause.squash(exit.cause)),
        /could not start: .*no-such-file/
      )
    })
  )

  it.scopedLive("send the documents of one seed with any number of threads", () =>
    Effect.gen(function* () {
      const plan: LoadPlan = {
        _tag: "Users",
        users: 5,
        spawnPerSecond: 1000,
        runMillis: 60_000,
        gracefulStopMillis: 10_000,
        waits: { seed: 1, minMillis: 0, maxMillis: 0 },
        maxFailRatio: 0,
        passes: 6
      }
      const sentBy = (threads: number) =>
        Effect.scoped(
          Effect.gen(function* () {
            const { bodies, url } = yield* recordingServer
            const own = new Setup({ ...setup, urls: { ...setup.urls, batch: new URL(`${url}/batch`) } })
            const { endedBy } = yield* runGenerator(
              plan,
              usersInWorkers(plan, yield* startWorkers(Array.from({ length: threads }, () => own)))
            )
            const { failures, requests } = (yield* Recorder).total
            assert.deepStrictEqual([endedBy, requests, failures], ["passes", 30, 0])
            return bodies.toSorted()
          }).pipe(Effect.provide([Recorder.layer, Tokens.layerTest, threadsLayer]))
        )
      const [one, two] = yield* Effect.all([sentBy(1), sentBy(2)])
      assert.strictEqual(new Set(one).size, 30)
      assert.deepStrictEqual(two, one)
    })
  )

  it.scopedLive("end the run with everything recorded so far, and a defect, when a thread is killed", () =>
    Effect.gen(function* () {
      const { layer, started } = yield* makeThreads
      yield* Effect.gen(function* () {
        const spec = specOf({ clientCount: "4", workers: "2", spawnRate: "100" })
        const { measurements, summary } = yield* measureGenerator(spec, yield* prepareLoad(spec), {
          observe: ({ slice }) =>
            slice.total.sofar.requests > 0
              ? Effect.promise(async () => started.get(1)?.terminate())
              : Effect.void
        })
        assert.strictEqual(summary.endedBy, "defect")
        assert.deepStrictEqual(
          measurements.defects.map(({ message }) => message.split(";")[0]),
          ["worker 2 of 2 died: exited with code 1"]
        )
        assert.isAbove(summary.requests.total, 0)
        const { batches } = yield* (yield* LocalDms).stats
        assert.isAtMost(summary.requests.total, batches.committed)
      }).pipe(Effect.provide([overSockets(), layer]))
    }).pipe(Logger.withMinimumLogLevel(LogLevel.None))
  )
})
