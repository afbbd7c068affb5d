/** Health of threads and generators for tests: 0 unless given. */
import { type GeneratorHealth, noPauses, type ThreadHealth } from "../../src/metrics/GeneratorHealth.ts"
import { Histogram } from "../../src/metrics/Histogram.ts"
import { noSuspensions } from "../../src/metrics/suspension.ts"

export const delays = (...millis: ReadonlyArray<number>): Histogram => {
  const histogram = new Histogram()
  for (const each of millis) histogram.record(each * 1000)
  return histogram
}

export const thread = (some: Partial<ThreadHealth>): ThreadHealth => ({
  observedMicros: 250_000,
  busyMicros: 0,
  ranMicros: 0,
  waitedMicros: 0,
  loopDelays: delays(),
  pauses: noPauses,
  sockets: 0,
  ...some
})

/** One second of a generator. */
export const second = (some: Partial<GeneratorHealth>): GeneratorHealth => ({
  observedMicros: 1_000_000,
  cpuMicros: 0,
  busyMicros: 0,
  ranMicros: 0,
  waitedMicros: 0,
  loopDelays: delays(),
  pauses: noPauses,
  rssBytes: 0,
  sockets: 0,
  suspensions: noSuspensions,
  others: null,
  ...some
})
