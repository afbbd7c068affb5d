/** `edfi-perf versus`: compares single requests with batches. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import {
  decodeVersusConfig,
  versusChoice,
  type VersusSettings,
  versusSettings
} from "../settings/VersusConfig.ts"
import { type Versus, VersusJson } from "../result/Versus.ts"
import { whyNotCompared } from "../settings/mixtureInStudies.ts"
import type { RunSpec } from "../run/RunSpec.ts"
import { specOfSlice } from "../run/specOfSlice.ts"
import { versusMarkdown, versusText } from "../output/versusText.ts"
import { versus } from "../studies/versus.ts"
import { batchSizesOf, loadsOfSlices, slicePlan, sliceTimes, studyCommand } from "./studyCommand.ts"

const encodeVersus = Schema.encode(VersusJson)

/** Of a mixture. */
const scenarioName = ({ scenarios: [{ scenario }] }: RunSpec): string => scenario.name

export const versusCommand = studyCommand<VersusSettings, Versus>({
  name: "versus",
  settings: versusSettings,
  decode: decodeVersusConfig,
  choiceOf: versusChoice,
  whyNoMixture: (_, mixture) => whyNotCompared(mixture),
  maxLoads: ({ settings }) => loadsOfSlices(2 * settings.slices, settings),
  study: ({ loads, settings }, { config }) => {
    const { clientCount, maxBatchOperations, mixture, slices } = settings
    const resources = mixture === undefined ? settings.resources : []
    const { batchOperations, batchTripleCount } = batchSizesOf(loads[0])
    const times = sliceTimes(settings)
    return {
      specOf: ({ load, testType }, time) =>
        specOfSlice(loads.find((each) => each.testType === testType) ?? loads[0], load, time),
      ...slicePlan(2 * slices, settings),
      measured: (measureSlice) =>
        versus(
          {
            clientCount,
            batchTripleCount,
            batchOperations,
            resources,
            ...(mixture === undefined ? {} : { mixture: scenarioName(loads[0]) }),
            pairs: slices,
            ...times,
            config: {
              ...config,
              ...(mixture === undefined ? { resources } : {}),
              scenarios: loads[0].scenarios.map(({ scenario }) => scenario.name),
              clientCount,
              batchTripleCount,
              maxBatchOperations,
              slices,
              ...times
            }
          },
          measureSlice
        ),
      hasResult: ({ noResult }) => noResult === null,
      json: (document) => Effect.orDie(encodeVersus(document)),
      pageData: (document) => ({ _tag: "Versus", versus: document }),
      markdown: versusMarkdown,
      text: versusText
    }
  }
})
