/** `edfi-perf stress`: doubles the load until the knee, and goes on below it. */
import * as Duration from "effect/Duration"
import { decodeStressConfig, type StressConfig, stressSettings } from "../settings/StressConfig.ts"
import { whyNotRaised } from "../settings/mixtureInStudies.ts"
import { loadText, type Stress, stressJson } from "../result/Stress.ts"
import { stressMarkdown, stressStepLine, stressText } from "../output/stressText.ts"
import { clock } from "../result/numberFormat.ts"
import { maxRecoverySeconds, probeSeconds } from "../studies/capacityRecovery.ts"
import { loadsUpTo, stress, type StressOptions } from "../studies/stress.ts"
import type { RunSpec } from "../run/RunSpec.ts"
import type { RunnableScenario } from "../scenarios/loadModules.ts"
import { readsChoice } from "../settings/RunConfig.ts"
import type { StudyConfig } from "../settings/StudySettings.ts"
import { specOfSlice } from "../run/specOfSlice.ts"
import { configOfLoad } from "./configOfLoad.ts"
import { loadStudyOfReads } from "./loadReads.ts"
import { pausesPlan, loadsOfSlices, sliceTimes, type Study, studyCommand } from "./studyCommand.ts"

const soakSecondsOf = ({ soakAfter }: StressConfig): number | undefined =>
  soakAfter === undefined ? undefined : Duration.toSeconds(soakAfter)

/** The highest number of slices, the soak not counted. */
const maxSlices = ({ first, maximum, slices }: StressConfig): number =>
  slices * loadsUpTo(first, maximum).length

const planOf = (settings: StressConfig): Pick<Study<never>, "plan" | "planned"> => {
  const { maximum, raised, slices } = settings
  const { sliceSeconds, warmUpSeconds } = sliceTimes(settings)
  const { pauseSeconds, planText } = pausesPlan(settings)
  const soak = soakSecondsOf(settings)
  const soaked = soak === undefined ? "" : `, then a soak of ${clock(soak)}`
  return {
    plan:
      `steps of ${slices} slices of ${sliceSeconds} s with ${warmUpSeconds} s of warm-up${planText}, ` +
      `up to ${loadText(raised, maximum)}${soaked}`,
    planned: {
      seconds:
        maxSlices(settings) * (sliceSeconds + warmUpSeconds + pauseSeconds) +
        (soak === undefined ? 0 : probeSeconds + maxRecoverySeconds + warmUpSeconds + soak + pauseSeconds),
      isUpperBound: true
    }
  }
}

const optionsOf = (settings: StressConfig, load: RunSpec, config: Stress["config"]): StressOptions => {
  const { batchTripleCount, clientCount, first, maximum, raised, slices } = settings
  const times = sliceTimes(settings)
  const soakSeconds = soakSecondsOf(settings)
  const { testType } = load
  return {
    testType,
    batchTripleCount,
    raised,
    first,
    maximum,
    slices,
    ...times,
    soakSeconds,
    config: {
      ...configOfLoad(settings, load, config),
      ...(raised === "users"
        ? { clientCount: first, maxUsers: maximum }
        : {
            arrivalRate: first,
            maxRate: maximum,
            ...(clientCount === undefined ? {} : { clientCount }),
            startWithinSeconds: Duration.toSeconds(settings.startWithin)
          }),
      slices,
      ...times,
      ...(soakSeconds === undefined ? {} : { soakSeconds })
    }
  }
}

export const stressCommand = studyCommand({
  name: "stress",
  settings: stressSettings,
  decode: decodeStressConfig,
  load: (given) => {
    const choice = readsChoice(given)
    return choice === undefined ? undefined : loadStudyOfReads(given, choice, decodeStressConfig)
  },
  whyNoMixture: (_, mixture) => whyNotRaised(mixture),
  // The soak and its warm-up, and a probe for each second of the wait before it.
  maxLoads: ({ settings }) => loadsOfSlices(maxSlices(settings), settings) + 3 + maxRecoverySeconds + 1,
  study: (
    { loads: [load], settings }: StudyConfig<StressConfig, RunnableScenario>,
    { config }
  ): Study<Stress> => ({
    specOf: (slice, time) => specOfSlice(load, slice.load, time),
    ...planOf(settings),
    measured: (measureSlice, print) =>
      stress(optionsOf(settings, load, config), measureSlice, (step) =>
        print(stressStepLine(step, settings.raised))
      ),
    hasResult: ({ noResult }) => noResult === null,
    json: stressJson,
    pageData: (document) => ({ _tag: "Stress", stress: document }),
    markdown: stressMarkdown,
    text: stressText
  })
})
