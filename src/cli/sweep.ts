/** `edfi-perf sweep`: compares sizes of batches or pages, numbers of users, or both. */
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import * as Schema from "effect/Schema"
import * as Struct from "effect/Struct"
import { decodeSweepConfig, type SweepConfig, sweepSettings } from "../settings/SweepConfig.ts"
import { weightsText } from "../domain/ReadMix.ts"
import type { RunnableScenario } from "../scenarios/loadModules.ts"
import type { StudyConfig } from "../settings/StudySettings.ts"
import { type Sweep, SweepJson } from "../result/Sweep.ts"
import { sweepMarkdown, sweepText } from "../output/sweepText.ts"
import { randomSeed, type RunSpec } from "../run/RunSpec.ts"
import { specOfSlice, withBatchSize, withPageSize } from "../run/specOfSlice.ts"
import { sweep } from "../studies/sweep.ts"
import { whyNotSized } from "../settings/mixtureInStudies.ts"
import { besidesScenarios } from "../settings/ResourceChoice.ts"
import { type ReadChoice, readsChoice } from "../settings/RunConfig.ts"
import type { GivenSettings } from "../settings/readSettings.ts"
import { scenarios } from "../scenarios/index.ts"
import { connectAndPlanReads, readsOf, withReads } from "./loadReads.ts"
import { logLevels } from "./settingsCommand.ts"
import {
  batchSizesOf,
  loadsOfSlices,
  slicePlan,
  sliceTimes,
  type Study,
  studyCommand
} from "./studyCommand.ts"

const encodeSweep = Schema.encode(SweepJson)

/** The loads of READ: the server says what they read, over the connection that they use. */
const loadSweepOfReads = (given: GivenSettings, choice: ReadChoice) =>
  Effect.gen(function* () {
    const seed = yield* randomSeed
    const first = yield* decodeSweepConfig(besidesScenarios(given), { scenarios, isPartial: true }, seed)
    const { connection, planned } = yield* Logger.withMinimumLogLevel(
      connectAndPlanReads(choice, first.loads[0]),
      logLevels[first.settings.logLevel]
    )
    const { given: chosen, known } = readsOf(given, choice, planned)
    const { loads, settings } = yield* decodeSweepConfig(chosen, known, seed)
    const target: RunSpec["target"] = { _tag: "Connected", connection }
    return {
      settings,
      loads: Arr.map(loads, (load) => ({ ...withReads(load, loads, choice, planned), target }))
    }
  })

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
    return choice === undefined ? undefined : loadSweepOfReads(given, choice)
  },
  whyNoMixture: ({ settings: { batchTripleCount, testType } }, mixture) =>
    testType === "BATCH_VOLUME" ? whyNotSized(mixture, batchTripleCount) : undefined,
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
