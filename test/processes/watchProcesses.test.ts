import { assert, describe } from "@effect/vitest"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/TestClock"
import { parseWatchTarget } from "../../src/domain/WatchTarget.ts"
import type { ProcFiles } from "../../src/metrics/watchOthers.ts"
import { exporterSource } from "../../src/processes/exporterReader.ts"
import { procSource } from "../../src/processes/procReader.ts"
import { type ProcessWatch, watchProcesses } from "../../src/processes/watchProcesses.ts"
import { it } from "../engine/virtualTime.ts"
import { statLine } from "../metrics/statLine.ts"

/** A machine whose processes are the texts of their files. */
const machine = (processes: ReadonlyMap<number, { readonly name: string; readonly ticks: () => number }>) => {
  const reads: Array<string> = []
  const files: ProcFiles = {
    ids: (folder) => (folder === undefined ? [...processes.keys()] : []),
    read: (path) => {
      reads.push(path)
      if (path === "stat") return "cpu0 1 1 1 1\n"
      const [id, file] = path.split("/")
      const found = processes.get(Number(id))
      if (found === undefined) throw new Error("ENOENT")
      switch (file) {
        case "comm":
          return `${found.name}\n`
        case "cmdline":
          return `/usr/bin/${found.name}\0--flag\0`
        case "stat":
          return `${id} (${found.name}) S 1 7 7 0 -1 0 0 0 0 0 ${found.ticks()} 0 0 0 20 0 2 0 ${id} 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 17 0 0 0 0`
        case "status":
          return "RssAnon:\t 10 kB\n"
        default:
          throw new Error("EACCES")
      }
    }
  }
  return { files, reads }
}

/** @param from the second in which it begins */
const using = (name: string, ticksPerSecond: number, seconds: () => number) => ({
  name,
  ticks: () => ticksPerSecond * seconds()
})

const targetOf = (text: string) => Either.getOrThrow(parseWatchTarget(text))

const proc = (files: ProcFiles, text: string, ownId = 1) => {
  const target = targetOf(text)
  return target._tag === "Exporter" ? Effect.die("not of /proc") : procSource(files, target, ownId)
}

/** Watches one source over a study, of which `measure` begins and ends the slices. */
const studied = <A>(
  source: ReturnType<typeof proc>,
  seconds: number,
  measure: (watch: ProcessWatch) => Effect.Effect<A>,
  each: (second: number) => void
) =>
  Effect.gen(function* () {
    const opened = yield* source
    const fiber = yield* Effect.fork(
      Effect.gen(function* () {
        const watch = yield* watchProcesses([opened], { _tag: "FirstSlice" })
        const measured = yield* measure(watch)
        return { measured, whole: watch.sofar() }
      }).pipe(Effect.scoped)
    )
    yield* TestClock.adjust("0 seconds")
    for (let tenth = 1; tenth <= 10 * seconds; tenth++) {
      each(tenth / 10)
      yield* TestClock.adjust("100 millis")
    }
    return yield* Fiber.join(fiber)
  })

/** Watches for `seconds`, of which the first two are a warm-up. */
const watched = (
  source: ReturnType<typeof proc>,
  seconds: number,
  each: (second: number) => void = () => {}
) =>
  Effect.gen(function* () {
    const opened = yield* source
    const fiber = yield* Effect.fork(
      Effect.gen(function* () {
        const watch = yield* watchProcesses([opened], { _tag: "WarmUp", millis: 2000 })
        yield* Effect.sleep(`${seconds} seconds`)
        return watch.sofar()
      }).pipe(Effect.scoped)
    )
    yield* TestClock.adjust("0 seconds")
    for (let second = 1; second <= seconds; second++) {
      each(second)
      yield* TestClock.adjust("1 second")
    }
    const [activity] = yield* Fiber.join(fiber)
    return activity ?? assert.fail("nothing was watched")
  })

describe("processes that are watched", () => {
  it.effect("are added up by name, with those that begin meanwhile and without this program", () =>
    Effect.gen(function* () {
      let now = 0
      const processes = new Map([
        [1, using("postgres", 100, () => now)],
        [2, using("postgres", 50, () => now)],
        [3, using("other", 100, () => now)]
      ])
      const { files } = machine(processes)
      const { cores, maxProcesses, memory, missing, timeline } = yield* watched(
        proc(files, "name:postgres"),
        5,
        (second) => {
          now = second
          if (second === 4)
            processes.set(
              9,
              using("postgres", 25, () => now - 3)
            )
        }
      )
      // 0.5 cores, and from the fourth second on 0.25 more.
      assert.deepStrictEqual(
        timeline.map((point) => [point.elapsedSeconds, point.cores, point.processes]),
        [
          [-1, 0.5, 1],
          [0, 0.5, 1],
          [1, 0.5, 1],
          [2, 0.75, 2],
          [3, 0.75, 2]
        ]
      )
      assert.deepStrictEqual(
        [cores, maxProcesses, memory],
        [{ mean: 0.667, max: 0.75 }, 2, { first: 10_240, last: 20_480, max: 20_480 }]
      )
      assert.deepStrictEqual(missing, [
        "bytes read and written: /proc/PID/io is readable for the user of the process and for root"
      ])
    })
  )

  it.effect("cost a few files per second, however many others there are", () =>
    Effect.gen(function* () {
      const others = Array.from({ length: 300 }, (_, i) => [100 + i, using("other", 1, () => 1)] as const)
      const { files, reads } = machine(new Map([[7, using("dotnet", 1, () => 1)], ...others]))
      const source = yield* proc(files, "name:dotnet")
      reads.length = 0
      yield* source.read
      // Three of the process, its control group, and two of each of ten others.
      assert.isAtMost(reads.length, 4 + 2 * 10)
    })
  )

  it.effect(
    "have in each slice of a study what they used between its beginning and the end of its load",
    () =>
      Effect.gen(function* () {
        let now = 0
        // Half a core for 2.3 s, then two; a slice from 1.3 to 2.3 s, one from 2.3 s on that has to wait for a response.
        const ticks = () => 50 * Math.min(now, 2.3) + 200 * Math.max(0, now - 2.3)
        const { files } = machine(new Map([[7, { name: "dotnet", ticks: () => Math.round(ticks()) }]]))
        const { measured, whole } = yield* studied(
          proc(files, "pid:7"),
          10,
          (watch) =>
            Effect.gen(function* () {
              const slice = (load: number, all: number) =>
                Effect.gen(function* () {
                  const end = yield* watch.beginSlice(load)
                  yield* Effect.sleep(`${all} seconds`)
                  return yield* end
                })
              yield* Effect.sleep("1300 millis")
              return [...(yield* slice(1, 1)), ...(yield* slice(2, 5))]
            }),
          (second) => {
            now = second
          }
        )
        assert.deepStrictEqual(
          measured.map(({ cores }) => cores),
          [
            { mean: 0.5, max: 0.5 },
            { mean: 2, max: 2 }
          ]
        )
        // Until 1.7 s after its beginning, when the last reading before 2 s was.
        assert.deepStrictEqual(
          measured[1]?.timeline.map(({ elapsedSeconds, seconds }) => [elapsedSeconds, seconds]),
          [
            [0.7, 0.7],
            [1.7, 1],
            [2.7, 1],
            [3.7, 1],
            [5, 1.3]
          ]
        )
        const [all] = whole
        assert.deepStrictEqual(
          all?.timeline.map(({ elapsedSeconds }) => elapsedSeconds),
          [1, 2, 3, 4, 5, 6, 7]
        )
      })
  )

  it.effect("have their busiest thread, and the processors that affinity and container leave them", () =>
    Effect.gen(function* () {
      let now = 0
      const { files } = machine(new Map([[7, using("dotnet", 130, () => now)]]))
      const threads: Readonly<Record<string, number>> = { 7: 95, 8: 30, 9: 5 }
      const limits: Readonly<Record<string, string>> = {
        "7/cgroup": "0::/docker/abc\n",
        "../sys/fs/cgroup/docker/abc/cpu.max": "150000 100000\n",
        "../sys/fs/cgroup/docker/cpu.max": "max 100000\n",
        "7/status": "Cpus_allowed_list:\t0-3\nRssAnon:\t 10 kB\n"
      }
      const limited: ProcFiles = {
        ids: (folder) => (folder === undefined ? files.ids() : Object.keys(threads).map(Number)),
        read: (path) => {
          const [, tid] = /^7\/task\/(\d+)\/stat$/.exec(path) ?? []
          if (tid !== undefined) return statLine(Number(tid), "dotnet", (threads[tid] ?? 0) * now, 0, 1)
          return limits[path] ?? files.read(path)
        }
      }
      const { busiestThread, processors } = yield* watched(proc(limited, "pid:7"), 5, (second) => {
        now = second
      })
      assert.deepStrictEqual([busiestThread, processors], [0.95, 1.5])
    })
  )

  it.effect("fail before the load where an id does not exist, or the system has no /proc", () =>
    Effect.gen(function* () {
      const { files } = machine(new Map())
      const failed = yield* Effect.flip(proc(files, "pid:1234"))
      assert.strictEqual(
        failed.message,
        "--watch pid:1234 cannot be read: there is no such process on this machine, or it is hidden"
      )
      const nothing: ProcFiles = {
        ids: () => [],
        read: () => {
          throw new Error("ENOENT")
        }
      }
      assert.match((yield* Effect.flip(proc(nothing, "name:dotnet"))).message, /no \/proc/)
    })
  )

  it.effect("may end, which is told", () =>
    Effect.gen(function* () {
      const processes = new Map([[5, using("dotnet", 1, () => 1)]])
      const { files } = machine(processes)
      const { missing } = yield* watched(proc(files, "pid:5"), 4, (second) => {
        if (second === 3) processes.clear()
      })
      assert.include(
        missing,
        "processes ended during the run; the CPU time of their last second is not counted"
      )
    })
  )
})

/** A client that gives these responses in turn, the last one again and again. */
const exporter = (responses: ReadonlyArray<() => Response>) => {
  const seen: Array<{ readonly url: string; readonly authorization: string | undefined }> = []
  const layer = Layer.succeed(
    HttpClient.HttpClient,
    HttpClient.make((request) => {
      seen.push({ url: request.url, authorization: request.headers["authorization"] })
      const response = responses[Math.min(seen.length, responses.length) - 1]
      return Effect.succeed(HttpClientResponse.fromWeb(request, response?.() ?? new Response("")))
    })
  )
  return { layer, seen }
}

const scrape = (text: string, responses: ReadonlyArray<() => Response>) => {
  const target = targetOf(text)
  const { layer, seen } = exporter(responses)
  const source = target._tag === "Exporter" ? exporterSource(target) : Effect.die("not an exporter")
  return { seen, source: Effect.provide(source, layer) }
}

describe("an exporter that is watched", () => {
  const metrics = (cpu: number) => () =>
    new Response(`process_cpu_seconds_total ${cpu}\nprocess_resident_memory_bytes 5000\n`)

  it.effect("is read every five seconds, without the credentials of its URL in the address", () =>
    Effect.gen(function* () {
      const { seen, source } = scrape("http://me:p%40w@host:9100/metrics", [
        metrics(1),
        metrics(1),
        metrics(3)
      ])
      const activity = yield* watched(source, 6)
      assert.deepStrictEqual(
        [activity.label, activity.cores, activity.timeline.length],
        ["http://<redacted>@host:9100/metrics", { mean: 0.4, max: 0.4 }, 1]
      )
      assert.deepStrictEqual(seen[0], {
        url: "http://host:9100/metrics",
        authorization: `Basic ${Buffer.from("me:p@w").toString("base64")}`
      })
    })
  )

  it.effect("fails before the load where it does not have the metrics", () =>
    Effect.gen(function* () {
      for (const [response, message] of [
        [new Response("no", { status: 404 }), "status 404"],
        [new Response("<html>"), "the response has no metric of CPU time or memory that is known"],
        [new Response("x".repeat(9 * 1024 * 1024)), "more than 8388608 bytes"]
      ] as const) {
        const { source } = scrape("http://host:9100/metrics", [() => response])
        assert.include((yield* Effect.flip(source)).message, message)
      }
    })
  )

  it.effect("that fails during the load leaves a gap, which is told", () =>
    Effect.gen(function* () {
      const { source } = scrape("http://host/metrics", [
        metrics(1),
        metrics(1),
        () => new Response("", { status: 503 }),
        metrics(11)
      ])
      const { cores, missing, timeline } = yield* watched(source, 11)
      assert.deepStrictEqual(
        [cores, missing, timeline.map(({ seconds }) => seconds)],
        [{ mean: 1, max: 1 }, ["1 reading failed: status 503"], [10]]
      )
    })
  )
})

describe("what --watch accepts", () => {
  it("is an id, a name or an address", () => {
    assert.deepStrictEqual(targetOf("pid:1234"), { _tag: "Pid", label: "pid:1234", pid: 1234 })
    assert.deepStrictEqual(targetOf("name:dotnet"), { _tag: "Name", label: "name:dotnet", name: "dotnet" })
    const exported = targetOf("http://me:pw@host/metrics?key=a")
    assert.strictEqual(exported.label, "http://<redacted>@host/metrics?<redacted>")
    assert.strictEqual(
      exported._tag === "Exporter" ? Redacted.value(exported.url) : "",
      "http://me:pw@host/metrics?key=a"
    )
    for (const text of ["dotnet", "pid:0", "pid:x", "name:", "name:a/b", "ftp://host", "http://"])
      assert.isTrue(Either.isLeft(parseWatchTarget(text)), text)
  })
})
