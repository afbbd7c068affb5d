/** The health of the load generator in the result of a run. */
import * as Schema from "effect/Schema"
import { busyShare, cpuCores, waitedShare } from "../metrics/GeneratorHealth.ts"
import { LimitedBy } from "../metrics/generatorLimits.ts"
import { judgeAgents, type AgentsVerdict as Verdict } from "../metrics/judgeAgents.ts"
import { judgeGenerator, limitAdvice } from "../metrics/judgeGenerator.ts"
import { otherCores } from "../metrics/OtherPrograms.ts"
import type { GeneratorMeasured, Measurements } from "../metrics/Recorder.ts"
import { rounded } from "../metrics/rounded.ts"
import { GeneratorFigures, generatorFigures } from "../metrics/Timeline.ts"

const MeanAndMax = Schema.Struct({ mean: Schema.Number, max: Schema.Number })

/** Processor time of all other processes per second: 1 is one core. */
const Others = Schema.Struct({
  ...MeanAndMax.fields,
  /** Processors that the generator may use; only these are counted. */
  processors: Schema.Int,
  /** The busiest programs by name, at most three, with the mean of their cores; those that a container hides are missing. */
  busiest: Schema.Array(Schema.Struct({ name: Schema.String, cores: Schema.Number }))
})

/**
 * The health of the load generator; its limits are `generatorLimits`. With agents: of all of them together, shares and
 * memory those of the agent with the largest, and limited if one of them is.
 */
export const Generator = Schema.Struct({
  /** The generator was the bottleneck: the figures of this run describe the generator, not the DMS. */
  limited: Schema.Boolean,
  /** Less than 5 s of load were observed, after a warm-up less than 2 s: too short to tell, `limited` is false. */
  tooShort: Schema.optionalWith(Schema.Boolean, { default: () => false }),
  /** Who had the processors, if not the generator; the limits that were exceeded, and for how long. Empty if `limited` is false. */
  reasons: Schema.Array(Schema.String),
  /**
   * What limited it; `null` when it was not the bottleneck, where the system does not report it, and in files of older
   * versions.
   */
  limitedBy: Schema.optionalWith(Schema.NullOr(LimitedBy), { default: () => null }),
  /** The remedy, in a sentence; `null` when the generator was not the bottleneck. */
  advice: Schema.optionalWith(Schema.NullOr(Schema.String), { default: () => null }),
  /** CPU time of the process per second: 1 is one core. `max` is the highest second. */
  cpuCores: MeanAndMax,
  /** Share of the time in which the event loop of the busiest thread ran code, 0 to 1. */
  busy: MeanAndMax,
  /**
   * Share of the time in which the thread that waited longest was ready to run but had no processor, 0 to 1; `null` where
   * the system does not report it: only Linux does.
   */
  processorWait: Schema.optionalWith(Schema.NullOr(MeanAndMax), { default: () => null }),
  /** The other programs of the machine; `null` where the system does not report them: only Linux does. */
  others: Schema.optionalWith(Schema.NullOr(Others), { default: () => null }),
  ...GeneratorFigures.fields
})
export interface Generator extends Schema.Schema.Type<typeof Generator> {}

/** In a very short run the mean, which includes the incomplete last second, can exceed the maximum of the whole seconds. */
const meanAndMax = (mean: number, max: number): typeof MeanAndMax.Type => ({
  mean: rounded(mean, 3),
  max: rounded(Math.max(mean, max), 3)
})

const othersOf = ({ maxOtherCores, total }: GeneratorMeasured): typeof Others.Type | null => {
  const others = otherCores(total)
  if (others === null || maxOtherCores === null) return null
  const { busiest, cores, processors } = others
  return { ...meanAndMax(cores, maxOtherCores), processors, busiest }
}

/** The figures of a process, or of all agents, with a verdict on it. */
const generatorWith = (measured: GeneratorMeasured, verdict: Verdict): Generator => {
  const { maxBusyShare, maxCpuCores, maxWaitedShare, total } = measured
  const waited = waitedShare(total)
  return {
    ...verdict,
    cpuCores: meanAndMax(cpuCores(total), maxCpuCores),
    busy: meanAndMax(busyShare(total), maxBusyShare),
    processorWait: waited === null || maxWaitedShare === null ? null : meanAndMax(waited, maxWaitedShare),
    others: othersOf(measured),
    ...generatorFigures(total)
  }
}

/**
 * One process: this one, an agent or the coordinator of agents.
 *
 * @param isLocal whether the DMS is on its machine
 * @param warmed whether a warm-up preceded the run
 */
export const processOf = (measured: GeneratorMeasured, isLocal: boolean, warmed: boolean): Generator => {
  const verdict = judgeGenerator(measured, warmed)
  const advice = verdict.limited ? limitAdvice(measured, verdict.limitedBy, isLocal) : null
  return generatorWith(measured, { ...verdict, advice })
}

/** The load generator of a run; in a run on agents all of them, with the verdict on each. `null` if it was not observed. */
export const generatorOf = (
  { apart, generator }: Pick<Measurements, "apart" | "generator">,
  isLocal: boolean,
  warmed: boolean
): Generator | null => {
  if (generator === undefined) return null
  return apart === undefined
    ? processOf(generator, isLocal, warmed)
    : generatorWith(generator, judgeAgents(apart.agents, warmed))
}
