/** `edfi-perf capacity`: finds the highest rate that the DMS sustains. */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type CapacityConfig, capacitySettings, decodeCapacityConfig } from "../settings/CapacityConfig.ts"
import { type Capacity, CapacityJson, hasAnswer } from "../result/Capacity.ts"
import { capacityMarkdown, capacityText, stepLine } from "../output/capacityText.ts"
import { capacity, type CapacityOptions, longestSearchSeconds, maxLoads } from "../studies/capacity.ts"
import { maxRecoverySeconds } from "../studies/capacityRecovery.ts"
import type { RunSpec } from "../run/RunSpec.ts"
import type { RunnableScenario } from "../scenarios/loadModules.ts"
import { readsChoice } from "../settings/RunConfig.ts"
import type { StudyConfig } from "../settings/StudySettings.ts"
import { specOfSlice } from "../run/specOfSlice.ts"
import { configOfLoad } from "./configOfLoad.ts"
import { loadStudyOfReads } from "./loadReads.ts"
import { pausesPlan, type Study, studyCommand } from "./studyCommand.ts"

const encodeCapacity = Schema.encode(CapacityJson)

const searchOptionsOf = (
  settings: CapacityConfig,
  load: RunSpec,
  config: Capacity["config"]
): CapacityOptions => {
  const { batchTripleCount, clientCount, maxRate, maxSteps, minRate, objectives, precision, startRate } =
    settings
  const stepLength = {
    minSeconds: Duration.toSeconds(settings.stepTime),
    maxSeconds: Duration.toSeconds(settings.maxStepTime)
  }
  const warmUpSeconds = Duration.toSeconds(settings.warmUp)
  const { scenarios, testType } = load
  return {
    testType,
    batchTripleCount,
    scenarioCount: scenarios.length,
    objectives,
    startRate,
    minRate,
    maxRate,
    maxSteps,
    precision,
    stepLength,
    warmUpSeconds,
    config: {
      ...configOfLoad(settings, load, config),
      clientCount,
      startWithinSeconds: Duration.toSeconds(settings.startWithin),
      startRate,
      ...(minRate === undefined ? {} : { minRate }),
      ...(maxRate === undefined ? {} : { maxRate }),
      precision,
      maxSteps,
      stepSeconds: stepLength.minSeconds,
      maxStepSeconds: stepLength.maxSeconds,
      warmUpSeconds
    }
  }
}

export const capacityCommand = studyCommand({
  name: "capacity",
  settings: capacitySettings,
  decode: decodeCapacityConfig,
  load: (given) => {
    const choice = readsChoice(given)
    return choice === undefined ? undefined : loadStudyOfReads(given, choice, decodeCapacityConfig)
  },
  maxLoads: ({ settings: { maxSteps, warmUp } }) =>
    maxLoads({ maxSteps, warmUpSeconds: Duration.toSeconds(warmUp) }),
  study: (
    { loads: [load], settings }: StudyConfig<CapacityConfig, RunnableScenario>,
    { config }
  ): Study<Capacity> => {
    const options = searchOptionsOf(settings, load, config)
    const {
      stepLength: { maxSeconds, minSeconds },
      warmUpSeconds
    } = options
    const { pauseSeconds, planText } = pausesPlan(settings)
    return {
      specOf: (slice, time) => specOfSlice(load, slice.load, time),
      plan: `steps of ${minSeconds} to ${maxSeconds} s with ${warmUpSeconds} s of warm-up${planText}, waits of up to ${maxRecoverySeconds} s after overload`,
      planned: {
        seconds: longestSearchSeconds({ ...options, warmUpSeconds: warmUpSeconds + pauseSeconds }),
        isUpperBound: true
      },
      measured: (measureSlice, print) => capacity(options, measureSlice, (step) => print(stepLine(step))),
      hasResult: hasAnswer,
      json: (document) => Effect.orDie(encodeCapacity(document)),
      pageData: (document) => ({ _tag: "Capacity", capacity: document }),
      markdown: capacityMarkdown,
      text: capacityText
    }
  }
})
