/**
 * `npm run bench:recording`: what recording and the timeline cost. Short rounds in this process alternate between the
 * recorder of every run and one that counts nothing; the target counts the batches of both. With `--samples` they
 * alternate between a run that writes a line for every request (`--out json`) and one that does not.
 */
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Recorder } from "../../src/metrics/Recorder.ts"
import { SampleLog } from "../../src/metrics/SampleLog.ts"
import { openSamplesFile } from "../../src/output/samplesFile.ts"
import { becomeClient, clientLayer, cpuMicros, sendLoad, studentWorkload } from "./inProcess.ts"
import { runBench, whole } from "./main.ts"
import { nodeFlag } from "./otherNode.ts"
import { median, medianInterval, out, printColumns, printHeader, spread } from "./report.ts"
import { startTarget } from "./startTarget.ts"

const flags = {
  node: nodeFlag,
  users: whole("users", 10, "Virtual users"),
  triples: whole("triples", 10, "Students per batch, three operations each"),
  pairs: whole("pairs", 30, "How many pairs of rounds", 5),
  millis: whole("millis", 1500, "How long each round lasts; a slice of the timeline ends every second", 1000),
  samples: Options.boolean("samples").pipe(Options.withDescription("What does --out json cost?"))
}

/** The real recorder, called and not listening: it has no rows, no histogram, no slices. */
const recordsNothing = Layer.effect(
  Recorder,
  Effect.map(Recorder, (real) => {
    const empty = real.unsafeEndSlice(0, 0)
    return { ...real, unsafeRecord: () => {}, unsafeEndSlice: () => empty }
  })
).pipe(Layer.provide(Recorder.layer))

/** A run with a file of samples in a folder of its own. */
const writingSamples = <A, E, R>(load: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const file = yield* openSamplesFile(`${yield* fs.makeTempDirectoryScoped()}/samples.jsonl`)
    const result = yield* Effect.provideService(load, SampleLog, file.log)
    yield* file.end
    const { dropped } = file.written()
    if (dropped > 0) out(`${dropped} samples were dropped`)
    return result
  }).pipe(Effect.scoped, Effect.orDie)

runBench(
  Command.make("bench:recording", flags, ({ millis, pairs, samples, triples, users }) =>
    Effect.gen(function* () {
      becomeClient(0)
      printHeader()
      out(`${users} users, ${triples * 3} operations per batch, ${pairs} pairs of rounds of ${millis} ms`)
      const target = yield* startTarget("1", triples * 3)
      const seconds = millis / 1000
      yield* Effect.gen(function* () {
        const workload = yield* studentWorkload(triples)
        const load = (recorder: Layer.Layer<Recorder>) => sendLoad(workload, { users, seconds }, recorder)
        const round = <E, R>(sent: Effect.Effect<unknown, E, R>) =>
          Effect.gen(function* () {
            const [before, cpuBefore] = [yield* target.read, cpuMicros()]
            yield* sent
            const [after, cpuAfter] = [yield* target.read, cpuMicros()]
            const batches = after.batches - before.batches
            return {
              batchesPerSecond: (batches * 1e9) / (after.nanos - before.nanos),
              cpuMicrosPerBatch: (cpuAfter - cpuBefore) / batches
            }
          })
        const more = round(samples ? writingSamples(load(Recorder.layer)) : load(Recorder.layer))
        const less = round(load(samples ? Recorder.layer : recordsNothing))
        out("warming up")
        for (let i = 0; i < 2; i++) yield* Effect.zip(more, less)
        const measured = yield* Effect.forEach(Array.from({ length: pairs }).keys(), (pair) =>
          Effect.gen(function* () {
            if (pair % 5 === 0) out(`pair ${pair + 1} of ${pairs}`)
            // In turn, so that a machine that grows slower treats both alike.
            if (pair % 2 === 0) {
              const withIt = yield* more
              return { withIt, without: yield* less }
            }
            const without = yield* less
            return { withIt: yield* more, without }
          })
        )
        const compared = (figure: "batchesPerSecond" | "cpuMicrosPerBatch") => {
          const ratios = measured.map(({ withIt, without }) => withIt[figure] / without[figure])
          const [low, high] = medianInterval(ratios)
          return [
            spread(measured.map(({ withIt }) => withIt[figure])),
            spread(measured.map(({ without }) => without[figure])),
            median(ratios).toFixed(4),
            `${low.toFixed(4)}..${high.toFixed(4)}`
          ]
        }
        out("\nmedian (min..max) of the rounds; ratios pair by pair")
        printColumns([
          samples
            ? ["", "writing samples", "recording", "median of ratios", "90 % interval"]
            : ["", "recording", "recording nothing", "median of ratios", "90 % interval"],
          ["batches/s", ...compared("batchesPerSecond")],
          ["CPU µs/batch", ...compared("cpuMicrosPerBatch")]
        ])
      }).pipe(Effect.provide(clientLayer(target.url)))
    }).pipe(Effect.scoped)
  )
)
