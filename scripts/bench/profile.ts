/**
 * `npm run bench:profile`: where the time of a batch goes. The load path runs in this process on core 0, the target on
 * core 1; V8 looks every 200 microseconds which function is at work. Shares come from those looks, microseconds from
 * the processor time per batch of a window without the profiler.
 */
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { writeFileSync } from "node:fs"
import type { Profiler } from "node:inspector"
import { Session } from "node:inspector/promises"
import { becomeClient, clientLayer, cpuMicros, sendLoad, studentWorkload } from "./inProcess.ts"
import { runBench, whole } from "./main.ts"
import { nodeFlag } from "./otherNode.ts"
import { out, printColumns, printHeader } from "./report.ts"
import { partOf, parts } from "./parts.ts"
import { startTarget } from "./startTarget.ts"

const samplingMicros = 200

const flags = {
  node: nodeFlag,
  users: whole("users", 10, "Virtual users"),
  triples: whole("triples", 10, "Students per batch, three operations each"),
  seconds: whole("seconds", 8, "How long to look"),
  out: Options.optional(Options.file("out")).pipe(
    Options.withDescription("Also write the raw profile, for a browser's developer tools: FILE.cpuprofile")
  )
}

/** A profile of what runs meanwhile. */
const profiled = <A, E, R>(load: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const session = yield* Effect.acquireRelease(
      Effect.sync(() => {
        const opened = new Session()
        opened.connect()
        return opened
      }),
      (opened) => Effect.sync(() => opened.disconnect())
    )
    yield* Effect.promise(() => session.post("Profiler.enable"))
    yield* Effect.promise(() => session.post("Profiler.setSamplingInterval", { interval: samplingMicros }))
    yield* Effect.promise(() => session.post("Profiler.start"))
    yield* load
    return (yield* Effect.promise(() => session.post("Profiler.stop"))).profile
  }).pipe(Effect.scoped)

const add = (sums: Map<string, number>, name: string, value: number): void =>
  void sums.set(name, (sums.get(name) ?? 0) + value)

/** `undici/lib/dispatcher/client-h1.js:977`, `src/dms/encode.js:12`: enough to find it. */
const placeOf = ({ lineNumber, url }: Profiler.ProfileNode["callFrame"]): string =>
  url === "" ? "native" : `${url.replace(/.*\/(node_modules|\.bench)\//, "")}:${lineNumber + 1}`

/** Self time by part and by function, in microseconds of the profile; time in which nothing ran is left out. */
const attribute = ({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile) => {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const parentOf = new Map(nodes.flatMap(({ children = [], id }) => children.map((child) => [child, id])))
  const partOfNode = (id: number | undefined): string => {
    const node = id === undefined ? undefined : byId.get(id)
    if (id === undefined || node === undefined) return "system and other"
    const { functionName, url } = node.callFrame
    return partOf(functionName, url) ?? partOfNode(parentOf.get(id))
  }
  const selfMicros = new Map<number, number>()
  for (const [at, id] of samples.entries()) {
    selfMicros.set(id, (selfMicros.get(id) ?? 0) + (timeDeltas[at] ?? 0))
  }
  const [byPart, byFunction] = [new Map<string, number>(), new Map<string, number>()]
  let busy = 0
  for (const [id, micros] of selfMicros) {
    const frame = byId.get(id)?.callFrame
    if (frame === undefined || frame.functionName === "(idle)") continue
    const part = partOfNode(id)
    busy += micros
    add(byPart, part, micros)
    add(byFunction, `${frame.functionName || "(anonymous)"}  ${placeOf(frame)}  [${part}]`, micros)
  }
  return { busy, byPart, byFunction }
}

runBench(
  Command.make("bench:profile", flags, ({ out: file, seconds, triples, users }) =>
    Effect.gen(function* () {
      becomeClient(0)
      printHeader()
      const target = yield* startTarget("1", triples * 3)
      yield* Effect.gen(function* () {
        const workload = yield* studentWorkload(triples)
        const load = { users, seconds }
        out(`${users} users, ${triples * 3} operations per batch; warming up for 5 s`)
        yield* sendLoad(workload, { users, seconds: 5 })
        out(`without the profiler for ${seconds} s`)
        const before = cpuMicros()
        const {
          elapsedSeconds,
          total: { requests }
        } = yield* sendLoad(workload, load)
        const microsPerBatch = (cpuMicros() - before) / requests
        out(`with the profiler for ${seconds} s`)
        const profile = yield* profiled(sendLoad(workload, load))
        if (Option.isSome(file)) writeFileSync(file.value, JSON.stringify(profile))

        const { busy, byFunction, byPart } = attribute(profile)
        const row = (name: string, micros: number) => [
          name,
          ((micros / busy) * microsPerBatch).toFixed(1),
          `${((micros / busy) * 100).toFixed(1)} %`
        ]
        out(
          `\n${(requests / elapsedSeconds).toFixed(0)} batches/s, ${microsPerBatch.toFixed(1)} µs of CPU per batch`
        )
        printColumns([
          ["self time of", "µs/batch", "share"],
          ...parts.map((part) => row(part, byPart.get(part) ?? 0)),
          row("all", busy)
        ])
        const hottest = [...byFunction].sort(([, a], [, b]) => b - a).slice(0, 10)
        printColumns([
          ["the ten hottest functions", "µs/batch", "share"],
          ...hottest.map(([name, micros]) => row(name, micros))
        ])
      }).pipe(Effect.provide(clientLayer(target.url)))
    }).pipe(Effect.scoped)
  )
)
