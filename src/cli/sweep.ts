/** `edfi-perf sweep`: compares batch sizes, numbers of users, or both. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { decodeSweepConfig, type SweepConfig, sweepSettings } from "../settings/SweepConfig.ts"
import { sendsBatches, type Sweep, SweepJson } from "../result/Sweep.ts"
import { sweepMarkdown, sweepText } from "../output/sweepText.ts"
import { specOfSlice, withBatchSize } from "../run/specOfSlice.ts"
import { sweep } from "../studies/sweep.ts"
import { batchSizesOf, loadsOfSlices, slicePlan, sliceTimes, studyCommand } from "./studyCommand.ts"

const encodeSweep = Schema.encode(SweepJson)

export const sweepCommand = studyCommand<SweepConfig, Sweep>({
  name: "sweep",
  settings: sweepSettings,
  decode: decodeSweepConfig,
  maxLoads: ({ loads, settings }) => loadsOfSlices(settings.slices * loads.length, settings),
  study: ({ loads, settings }, { config, seed }) => {
    const { batchTripleCount, clientCount, maxBatchOperations, maxFailRatio, slices, testType } = settings
    const isSingle = !sendsBatches(settings)
    const times = sliceTimes(settings)
    return {
      specOf: ({ batchTripleCount: size, load }, time) =>
        specOfSlice(withBatchSize(loads[0], size), load, time),
      ...slicePlan(slices * loads.length, settings),
      measured: (measureSlice) =>
        sweep(
          {
            testType,
            clientCounts: clientCount,
            batchTripleCounts: batchTripleCount,
            operationsPerRecord: batchSizesOf(loads[0]).recordOperations,
            slices,
            ...times,
            maxFailRatio,
            seed,
            config: {
              ...config,
              testType,
              scenarios: loads[0].scenarios.map(({ scenario }) => scenario.name),
              clientCount: clientCount.map(String),
              ...(isSingle ? {} : { batchTripleCount: batchTripleCount.map(String) }),
              ...(isSingle || maxBatchOperations === undefined ? {} : { maxBatchOperations }),
              slices,
              ...times
            }
          },
          measureSlice
        ),
      hasResult: ({ noResult }) => noResult === null,
      json: (document) => Effect.orDie(encodeSweep(document)),
      pageData: (document) => ({ _tag: "Sweep", sweep: document }),
      markdown: sweepMarkdown,
      text: sweepText
    }
  }
})
