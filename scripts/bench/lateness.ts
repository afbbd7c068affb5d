/**
 * `npm run bench:lateness`: how much later than due iterations of the open model begin, and what it costs to begin them.
 * The load path runs in this process on core 0, the target on core 1.
 */
import * as Command from "@effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { steady } from "../../src/domain/Stages.ts"
import { Histogram } from "../../src/metrics/Histogram.ts"
import { Recorder } from "../../src/metrics/Recorder.ts"
import { becomeClient, clientLayer, cpuMicros, sendPlan, studentWorkload } from "./inProcess.ts"
import { runBench, whole } from "./main.ts"
import { nodeFlag } from "./otherNode.ts"
import { out, printColumns, printHeader, spread } from "./report.ts"
import { startTarget } from "./startTarget.ts"

const flags = {
  node: nodeFlag,
  rate: whole("rate", 2000, "Iterations due per second"),
  triples: whole("triples", 1, "Students per batch, three operations each"),
  seconds: whole("seconds", 5, "How long each round lasts"),
  rounds: whole("rounds", 5, "How many rounds", 1)
}

/** A recorder that also keeps by how much iterations began after, and before, they were due. */
const noticing = () => {
  const [late, early] = [new Histogram(), new Histogram()]
  const layer = Layer.effect(
    Recorder,
    Effect.map(Recorder, (real) => ({
      ...real,
      unsafeRecordStart: (millis: number, inWarmUp?: boolean): void => {
        late.record(Math.max(0, millis * 1000))
        early.record(Math.max(0, -millis * 1000))
        real.unsafeRecordStart(millis, inWarmUp)
      }
    }))
  ).pipe(Layer.provide(Recorder.layer))
  return { late, early, layer }
}

runBench(
  Command.make("bench:lateness", flags, ({ rate, rounds, seconds, triples }) =>
    Effect.gen(function* () {
      becomeClient(0)
      printHeader()
      out(
        `${rate} iterations due per second, ${triples * 3} operations each, ${rounds} rounds of ${seconds} s`
      )
      const target = yield* startTarget("1", triples * 3)
      yield* Effect.gen(function* () {
        const workload = yield* studentWorkload(triples)
        const round = (lasts: number) =>
          Effect.gen(function* () {
            const { early, late, layer } = noticing()
            const before = cpuMicros()
            const { total } = yield* sendPlan(
              workload,
              {
                _tag: "Arrivals",
                arrivals: steady(rate, lasts * 1000),
                maxUsers: 1000,
                startWithinMillis: 1000,
                runMillis: lasts * 1000,
                gracefulStopMillis: 5000,
                maxFailRatio: 1
              },
              layer
            )
            const cpuPercent = (cpuMicros() - before) / 1e4 / lasts
            return { early, late, cpuPercent, total }
          })
        out("warming up for 3 s")
        yield* round(3)
        const all = yield* Effect.replicateEffect(round(seconds), rounds)
        const millis = (histogram: "early" | "late", percentile: number) =>
          spread(all.map((each) => (each[histogram].percentiles([percentile])[0] ?? Number.NaN) / 1000))
        printColumns([
          ["median (min..max) of the rounds", "p50 ms", "p90 ms", "p99 ms", "max ms"],
          ["later than due", millis("late", 50), millis("late", 90), millis("late", 99), millis("late", 100)],
          [
            "earlier than due",
            millis("early", 50),
            millis("early", 90),
            millis("early", 99),
            millis("early", 100)
          ]
        ])
        printColumns([
          ["", ""],
          ["iterations", spread(all.map(({ late }) => late.count))],
          ["failed requests", spread(all.map(({ total }) => total.failures))],
          ["CPU %", spread(all.map(({ cpuPercent }) => cpuPercent))]
        ])
      }).pipe(Effect.provide(clientLayer(target.url)))
    }).pipe(Effect.scoped)
  )
)
