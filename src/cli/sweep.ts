/** `edfi-perf sweep`: compares sizes of batches or pages, numbers of users, or both. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Struct from "effect/Struct"
import { decodeSweepConfig, type SweepConfig, sweepSettings } from "../settings/SweepConfig.ts"
import { weightsText } from "../domain/ReadMix.ts"
import type { RunnableScenario } from "../scenarios/loadModules.ts"
import type { StudyConfig } from "../settings/StudySettings.ts"
import { type Sweep, SweepJson } from "../result/Sweep.ts"
import { sweepMarkdown, sweepText } from "../output/sweepText.ts"
import { specOfSlice, withBatchSize, withPageSize } from "../run/specOfSlice.ts"
import { sweep } from "../studies/sweep.ts"
import { whyNotRaised, whyNotSized } from "../settings/mixtureInStudies.ts"
import { readsChoice } from "../settings/RunConfig.ts"
import { loadStudyOfReads } from "./loadReads.ts"
import {
  batchSizesOf,
  loadsOfSlices,
  slicePlan,
  sliceTimes,
  type Study,
  studyCommand
} from "./studyCommand.ts"

const encodeSweep = Schema.encode(SweepJson)

/** The settings of the sizes that are varied, for the document. */
const sizesOf = (settings: SweepConfig): Sweep["config"] => {
  const { batchTripleCount, maxBatchOperations, pageSize, populate, readMix } = settings
  switch (settings.testType) {
    case "BATCH_VOLUME":
      return {
        batchTripleCount: batchTripleCount.map(String),
        ...(maxBatchOperations === undefined ? {} : { maxBatchOperations })
      }
    case "READ":
      return {
        pageSize: pageSize.map(String),
        readMix: weightsText(readMix),
        ...(populate === undefined ? {} : { populate })
      }
    case "VOLUME":
      return {}
  }
}

export const sweepCommand = studyCommand({
  name: "sweep",
  settings: sweepSettings,
  decode: decodeSweepConfig,
  load: (given) => {
    const choice = readsChoice(given)
    return choice === undefined ? undefined : loadStudyOfReads(given, choice, decodeSweepConfig)
  },
  whyNoMixture: ({ settings: { batchTripleCount, testType } }, mixture) =>
    whyNotRaised(mixture) ??
    (testType === "BATCH_VOLUME" ? whyNotSized(mixture, batchTripleCount) : undefined),
  maxLoads: ({ loads, settings }) => loadsOfSlices(settings.slices * loads.length, settings),
  study: (
    { loads, settings }: StudyConfig<SweepConfig, RunnableScenario>,
    { config, seed }
  ): Study<Sweep> => {
    const { clientCount, maxFailRatio, slices, testType } = settings
    const times = sliceTimes(settings)
    return {
      specOf: ({ batchTripleCount: size, load, pageSize }, time) => {
        const base = pageSize === undefined ? withBatchSize(loads[0], size) : withPageSize(loads[0], pageSize)
        return specOfSlice(base, load, time)
      },
      ...slicePlan(slices * loads.length, settings),
      measured: (measureSlice) =>
        sweep(
          {
            testType,
            clientCounts: clientCount,
            batchTripleCounts: settings.batchTripleCount,
            operationsPerRecord: batchSizesOf(loads[0]).recordOperations,
            pageSizes: settings.pageSize,
            slices,
            ...times,
            maxFailRatio,
            seed,
            config: {
              ...(testType === "READ" ? Struct.omit(config, "document", "companions", "parents") : config),
              testType,
              scenarios: loads[0].scenarios.map(({ scenario }) => scenario.name),
              clientCount: clientCount.map(String),
              ...sizesOf(settings),
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
