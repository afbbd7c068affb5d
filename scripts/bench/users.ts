/**
 * `npm run bench:users`: what many users cost that wait between their iterations: when they start, memory, event-loop
 * delay, sockets. The load path runs in this process on core 0, the target on core 1.
 */
import * as Command from "@effect/cli/Command"
import * as Effect from "effect/Effect"
import { monitorEventLoopDelay, performance } from "node:perf_hooks"
import type { Workload } from "../../src/engine/Scenario.ts"
import { becomeClient, clientLayer, cpuMicros, sendLoad, studentWorkload } from "./inProcess.ts"
import { runBench, whole } from "./main.ts"
import { nodeFlag } from "./otherNode.ts"
import { out, printColumns, printHeader } from "./report.ts"
import { startTarget } from "./startTarget.ts"

const flags = {
  node: nodeFlag,
  users: whole("users", 10_000, "Virtual users"),
  spawnRate: whole("spawn-rate", 10_000, "Users started per second"),
  wait: whole("wait", 5000, "How long each waits between two iterations, in milliseconds", 0),
  triples: whole("triples", 1, "Students per batch, three operations each"),
  seconds: whole("seconds", 20, "How long to watch after the last start", 5)
}

/** Milliseconds between two looks at the event loop; a delay below it cannot be told from none. */
const resolutionMillis = 1

/** Heap and resident memory in bytes, without garbage where the process may collect it (--expose-gc). */
const memory = () => {
  globalThis.gc?.()
  const { external, heapUsed, rss } = process.memoryUsage()
  return { heap: heapUsed + external, rss }
}

/** Event-loop delay and processor time from here on. */
const watch = () => {
  const histogram = monitorEventLoopDelay({ resolution: resolutionMillis })
  histogram.enable()
  const [cpuBefore, before] = [cpuMicros(), performance.now()]
  return () => {
    histogram.disable()
    const millis = (nanos: number) => (nanos / 1e6).toFixed(1)
    const busy = (cpuMicros() - cpuBefore) / 10 / (performance.now() - before)
    return [
      ...[histogram.percentile(50), histogram.percentile(99), histogram.max].map(millis),
      busy.toFixed(0)
    ]
  }
}

/** The workload, and when each user began for the first time. */
const noticingStarts = (workload: Workload) => {
  const started: Array<number> = []
  return {
    started,
    workload: {
      name: workload.name,
      iteration: (at: Parameters<Workload["iteration"]>[0]) => {
        if (at.iteration === 0) started[at.user] = performance.now()
        return workload.iteration(at)
      }
    }
  }
}

runBench(
  Command.make("bench:users", flags, ({ seconds, spawnRate, triples, users, wait }) =>
    Effect.gen(function* () {
      becomeClient(0)
      printHeader()
      out(
        `${users} users, ${spawnRate} started per second, ${wait} ms between iterations, ${triples * 3} operations per batch`
      )
      if (globalThis.gc === undefined) out("without --expose-gc: memory includes garbage")
      const target = yield* startTarget("1", triples * 3)
      yield* Effect.gen(function* () {
        const plain = yield* studentWorkload(triples)
        out("warming up for 3 s")
        yield* sendLoad(plain, { users: 10, seconds: 3 })
        const before = memory()
        const opened = (yield* target.read).socketsOpened
        const { started, workload } = noticingStarts(plain)
        const startSeconds = users / spawnRate

        const began = performance.now()
        const all = watch()
        const starting = watch()
        const load = yield* Effect.fork(
          sendLoad(workload, {
            users,
            spawnPerSecond: spawnRate,
            waitMillis: wait,
            seconds: startSeconds + seconds + 3
          })
        )
        yield* Effect.sleep((startSeconds + 1) * 1000)
        const whileStarting = starting()
        out("everybody should be there; watching")
        const steady = watch()
        yield* Effect.sleep((seconds - 1) * 1000)
        const [whileSteady, inAll] = [steady(), all()]
        const after = memory()
        const sockets = yield* target.read
        const { elapsedSeconds, timeline, total } = yield* load
        const { failures, latencies, requests } = total

        const last = started[users - 1]
        const late = started.map((at, user) => at - began - (user * 1000) / spawnRate)
        const kibibytes = (bytes: number) => `${(bytes / users / 1024).toFixed(1)} KiB`
        const [p50 = 0, p99 = 0] = latencies.percentiles([50, 99])
        printColumns([
          ["event-loop delay", "p50 ms", "p99 ms", "max ms", "CPU %"],
          ["while users start, and a second more", ...whileStarting],
          [`the ${seconds - 1} s after that`, ...whileSteady],
          ["in all", ...inAll]
        ])
        out(`looked at every ${resolutionMillis} ms, which is part of every figure`)
        printColumns([
          ["", ""],
          ...timeline
            .slice(0, Math.ceil(startSeconds) + 1)
            .map(({ users: running }, i) => [`users running after ${i + 1} s`, String(running)]),
          ["users that sent something", String(started.filter((at) => at > 0).length)],
          [
            "the last one began its first batch, after the first user was due",
            `${((last ?? Number.NaN) - began).toFixed(0)} ms (due at ${(((users - 1) * 1000) / spawnRate).toFixed(0)} ms)`
          ],
          [
            "the latest first batch was late by",
            `${late.reduce((most, value) => Math.max(most, value), 0).toFixed(0)} ms`
          ],
          ["heap per user", kibibytes(after.heap - before.heap)],
          ["resident memory per user", kibibytes(after.rss - before.rss)],
          ["resident memory in all", `${(after.rss / 1e6).toFixed(0)} MB`],
          ["sockets opened", String(sockets.socketsOpened - opened)],
          ["sockets open in the end", String(sockets.socketsOpen)],
          ["batches", `${requests}, ${failures} failed, ${(requests / elapsedSeconds).toFixed(0)}/s`],
          ["latency p50, p99", `${(p50 / 1000).toFixed(2)} ms, ${(p99 / 1000).toFixed(2)} ms`]
        ])
      }).pipe(Effect.provide(clientLayer(target.url)))
    }).pipe(Effect.scoped)
  )
)
