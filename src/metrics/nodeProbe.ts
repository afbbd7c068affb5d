/**
 * Measures the health of a thread of Node and of its process. Times are those of the machine (`performance.now`) and not
 * of Effect's clock, because event loop, garbage collector and processor use no other. No run depends on them.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import { subscribe } from "node:diagnostics_channel"
import { Socket } from "node:net"
import { uptime } from "node:os"
import { performance, PerformanceObserver } from "node:perf_hooks"
import { connectedChannel } from "../domain/connectedChannel.ts"
import { AgentsHealth } from "./AgentsHealth.ts"
import {
  acrossThreads,
  mergeThread,
  noPauses,
  type ProcessHealth,
  silentThread,
  type ThreadHealth
} from "./GeneratorHealth.ts"
import { GeneratorProbe } from "./GeneratorProbe.ts"
import { Histogram } from "./Histogram.ts"
import { processorTimes, type ProcessorTimes } from "./processorTimes.ts"
import { type Beat, beatMillis, noSuspensions, SuspensionCount } from "./suspension.ts"
import { ThreadProbe } from "./ThreadProbe.ts"
import { linuxFiles, watchOthers } from "./watchOthers.ts"

/** Interval of the timers that measure the event loop; 100 a second cost at most 0.1 % of it. */
export const tickMillis = 10

/**
 * Records that a timer was late. Events that became ready during the delay waited as well, the later ones for less; so a
 * delay counts once for every tick that it covers. Otherwise a second with one delay of half a second would look like 50
 * good ticks and a bad one.
 *
 * @param lateMicros >= 0
 * @example recordDelay(delays, 35_000) // records 35, 25, 15 and 5 ms
 */
export const recordDelay = (delays: Histogram, lateMicros: number): void => {
  delays.record(lateMicros)
  for (let left = lateMicros - tickMillis * 1000; left > 0; left -= tickMillis * 1000) delays.record(left)
}

/** Delays of the event loop since the last call; the timer does not keep the process alive. */
const watchDelays = Effect.gen(function* () {
  let delays = new Histogram()
  let last = performance.now()
  const tick = () => {
    const now = performance.now()
    // Timers count whole milliseconds of the loop's own time, so that a tick may come a little early.
    recordDelay(delays, Math.max(0, (now - last - tickMillis) * 1000))
    last = now
  }
  yield* Effect.acquireRelease(
    Effect.sync(() => setInterval(tick, tickMillis).unref()),
    (timer) => Effect.sync(() => clearInterval(timer))
  )
  return () => {
    const taken = delays
    delays = new Histogram()
    return taken
  }
})

/** Pauses for garbage collection in this thread since the last call. */
const watchPauses = Effect.gen(function* () {
  let pauses = noPauses
  const count = (entries: ReadonlyArray<{ readonly duration: number }>) => {
    for (const { duration } of entries) {
      const micros = duration * 1000
      pauses = {
        count: pauses.count + 1,
        totalMicros: pauses.totalMicros + micros,
        maxMicros: Math.max(pauses.maxMicros, micros)
      }
    }
  }
  const observer = yield* Effect.acquireRelease(
    Effect.sync(() => {
      const made = new PerformanceObserver((list) => count(list.getEntries()))
      made.observe({ entryTypes: ["gc"] })
      return made
    }),
    (made) => Effect.sync(() => made.disconnect())
  )
  return () => {
    // Pauses that the observer has not received yet.
    count(observer.takeRecords())
    const taken = pauses
    pauses = noPauses
    return taken
  }
})

/** Where undici and our own wire tell of each connection that they have opened, also of idle ones, which Node's own list omits. */
const channels = ["undici:client:connected", connectedChannel]

let openSockets = 0

const countSocket = (message: unknown): void => {
  const socket = typeof message === "object" && message !== null && "socket" in message && message.socket
  if (!(socket instanceof Socket)) return
  openSockets++
  socket.once("close", () => {
    openSockets--
  })
}

// From the start of the thread on, because connections are opened before the load that uses them.
for (const channel of channels) subscribe(channel, countSocket)

/** `undefined` if the values cannot be read now; the next beat covers that time too. */
const readBeat = (): Beat | undefined => {
  try {
    const { system, user } = process.cpuUsage()
    return {
      monotonicMillis: performance.now(),
      uptimeMillis: uptime() * 1000,
      cpuMicros: user + system,
      waitedMicros: processorTimes()?.waitedMicros
    }
  } catch {
    return undefined
  }
}

/** The suspensions of this process since the last call. */
const watchSuspensions = Effect.gen(function* () {
  let suspended: SuspensionCount | undefined
  const beat = (): void => {
    const read = readBeat()
    if (read === undefined) return
    if (suspended === undefined) suspended = new SuspensionCount(read)
    else suspended.beat(read)
  }
  beat()
  yield* Effect.acquireRelease(
    Effect.sync(() => setInterval(beat, beatMillis).unref()),
    (timer) => Effect.sync(() => clearInterval(timer))
  )
  return () => {
    // The timer of the second may fire before that of the beat.
    beat()
    return suspended?.take() ?? noSuspensions
  }
})

/** Observes this thread for as long as the scope lasts. */
const watchThread: Effect.Effect<() => ThreadHealth, never, Scope.Scope> = Effect.gen(function* () {
  const delays = yield* watchDelays
  const pauses = yield* watchPauses
  let startedAt = performance.now()
  let utilization = performance.eventLoopUtilization()
  let before = processorTimes()
  return () => {
    const now = performance.now()
    const { active } = performance.eventLoopUtilization(utilization)
    const observedMicros = (now - startedAt) * 1000
    const times = processorTimes()
    const since = (of: keyof ProcessorTimes) =>
      times === undefined || before === undefined ? null : Math.min(observedMicros, times[of] - before[of])
    const [ranMicros, waitedMicros] = [since("ranMicros"), since("waitedMicros")]
    startedAt = now
    utilization = performance.eventLoopUtilization()
    before = times
    return {
      observedMicros,
      busyMicros: Math.min(observedMicros, Math.max(0, active * 1000)),
      ranMicros,
      waitedMicros,
      loopDelays: delays(),
      pauses: pauses(),
      sockets: openSockets
    }
  }
})

/** Measures the thread in which the layer is built: for a worker. */
export const threadProbe: Layer.Layer<never> = Layer.scoped(
  ThreadProbe,
  Effect.map(watchThread, (take) => ({ take }))
)

/** On Linux Node reads it from a file, and throws when no file descriptor is left. */
const residentBytes = (): number | null => {
  try {
    return process.memoryUsage.rss()
  } catch {
    return null
  }
}

/** Measures the process: the thread in which the layer is built, and the workers and agents that report to it. */
export const nodeProbe: Layer.Layer<never> = Layer.scoped(
  GeneratorProbe,
  Effect.gen(function* () {
    const takeThread = yield* watchThread
    const takeSuspensions = yield* watchSuspensions
    const takeOthers = yield* watchOthers(linuxFiles)
    const workers = new Map<number, ThreadHealth>()
    const agents = new AgentsHealth()
    let since = performance.now()
    let cpu = process.cpuUsage()
    const takeProcess = (): ProcessHealth => {
      const now = performance.now()
      const spent = process.cpuUsage(cpu)
      const cpuMicros = spent.user + spent.system
      const observedMicros = (now - since) * 1000
      const threads = [takeThread(), ...workers.values()]
      since = now
      cpu = process.cpuUsage()
      for (const [worker, health] of workers) workers.set(worker, silentThread(health))
      return acrossThreads(threads, {
        observedMicros,
        cpuMicros,
        others: takeOthers(cpuMicros),
        rssBytes: residentBytes(),
        suspensions: takeSuspensions()
      })
    }
    return {
      add: (worker, health) => {
        const before = workers.get(worker)
        workers.set(worker, before === undefined ? health : mergeThread(before, health))
      },
      addAgent: (name, health) => agents.add(name, health),
      take: () => agents.take(takeProcess())
    }
  })
)
