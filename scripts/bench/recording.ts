/**
 * `npm run bench:recording`: what recording and the timeline cost. Short rounds in this process alternate between the
 * recorder of every run and one that counts nothing; the target counts the batches of both.
 */
import * as Command from "@effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Recorder } from "../../src/metrics/Recorder.ts"
import { becomeClient, clientLayer, cpuMicros, sendLoad, studentWorkload } from "./inProcess.ts"
import { runBench, whole } from "./main.ts"
import { median, medianInterval, out, printColumns, printHeader, spread } from "./report.ts"
import { startTarget } from "./startTarget.ts"

const flags = {
  users: whole("users", 10, "Virtual users"),
  triples: whole("triples", 10, "Students per batch, three operations each"),
  pairs: whole("pairs", 30, "How many pairs of rounds", 5),
  millis: whole("millis", 1500, "How long each round lasts; a slice of the timeline ends every second", 1000)
}

/** The real recorder, called and not listening: it has no rows, no histogram, no slices. */
const recordsNothing = Layer.effect(
  Recorder,
  Effect.map(Recorder, (real) => {
    const empty = real.unsafeEndSlice(0, 0)
    return { ...real, unsafeRecord: () => {}, unsafeEndSlice: () => empty }
  })
).pipe(Layer.provide(Recorder.layer))

runBench(
  Command.make("bench:recording", flags, ({ millis, pairs, triples, users }) =>
    Effect.gen(function* () {
      becomeClient(0)
      printHeader()
      out(`${users} users, ${triples * 3} operations per batch, ${pairs} pairs of rounds of ${millis} ms`)
      const target = yield* startTarget("1", triples * 3)
      const seconds = millis / 1000
      yield* Effect.gen(function* () {
        const workload = yield* studentWorkload(triples)
        const round = (recorder: Layer.Layer<Recorder>) =>
          Effect.gen(function* () {
            const [before, cpuBefore] = [yield* target.read, cpuMicros()]
            yield* sendLoad(workload, { users, seconds }, recorder)
            const [after, cpuAfter] = [yield* target.read, cpuMicros()]
            const batches = after.batches - before.batches
            return {
              batchesPerSecond: (batches * 1e9) / (after.nanos - before.nanos),
              cpuMicrosPerBatch: (cpuAfter - cpuBefore) / batches
            }
          })
        out("warming up")
        for (let i = 0; i < 2; i++) yield* Effect.zip(round(Recorder.layer), round(recordsNothing))
        const measured = yield* Effect.forEach(Array.from({ length: pairs }).keys(), (pair) =>
          Effect.gen(function* () {
            if (pair % 5 === 0) out(`pair ${pair + 1} of ${pairs}`)
            // In turn, so that a machine that grows slower treats both alike.
            if (pair % 2 === 0) {
              const recording = yield* round(Recorder.layer)
              return { recording, nothing: yield* round(recordsNothing) }
            }
            const nothing = yield* round(recordsNothing)
            return { recording: yield* round(Recorder.layer), nothing }
          })
        )
        const compared = (figure: "batchesPerSecond" | "cpuMicrosPerBatch") => {
          const ratios = measured.map(({ nothing, recording }) => recording[figure] / nothing[figure])
          const [low, high] = medianInterval(ratios)
          return [
            spread(measured.map(({ recording }) => recording[figure])),
            spread(measured.map(({ nothing }) => nothing[figure])),
            median(ratios).toFixed(4),
            `${low.toFixed(4)}..${high.toFixed(4)}`
          ]
        }
        out("\nmedian (min..max) of the rounds; ratios pair by pair")
        printColumns([
          ["", "recording", "recording nothing", "median of ratios", "where it lies, 90 % sure"],
          ["batches/s", ...compared("batchesPerSecond")],
          ["CPU µs/batch", ...compared("cpuMicrosPerBatch")]
        ])
      }).pipe(Effect.provide(clientLayer(target.url)))
    }).pipe(Effect.scoped)
  )
)
