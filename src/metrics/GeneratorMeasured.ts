/** The health of the load generator over the seconds of a run. */
import {
  busyShare,
  cpuCores,
  mergeHealth,
  type ProcessesApart,
  type ProcessHealth,
  waitedShare
} from "./GeneratorHealth.ts"
import { addLimitedTime, noLimitedTime } from "./generatorLimits.ts"
import type { ObservedGenerator } from "./judgeGenerator.ts"
import { otherCores } from "./OtherPrograms.ts"

/** The health of the generator in the seconds that have ended. */
export interface GeneratorMeasured extends ObservedGenerator {
  /** Of the worst second; a shorter rest at the end of a run is ignored. */
  readonly maxBusyShare: number
  readonly maxCpuCores: number
  /** `null` where the system does not report it. */
  readonly maxWaitedShare: number | null
  readonly maxOtherCores: number | null
}

/** A shorter slice cannot be the worst second: the last slice of a run may be a few milliseconds. */
const minMicrosOfASecond = 500_000

const maxIfBoth = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? null : Math.max(a, b)

/** @param health of the second that has ended */
export const measuredAfter = (
  before: GeneratorMeasured | undefined,
  health: ProcessHealth
): GeneratorMeasured => {
  const limited = addLimitedTime(before?.limited ?? noLimitedTime, health)
  const worst = {
    maxBusyShare: busyShare(health),
    maxCpuCores: cpuCores(health),
    maxWaitedShare: waitedShare(health),
    maxOtherCores: otherCores(health)?.cores ?? null
  }
  if (before === undefined) return { total: health, limited, ...worst }
  const total = mergeHealth(before.total, health)
  if (health.observedMicros < minMicrosOfASecond) return { ...before, total, limited }
  return {
    total,
    limited,
    maxBusyShare: Math.max(before.maxBusyShare, worst.maxBusyShare),
    maxCpuCores: Math.max(before.maxCpuCores, worst.maxCpuCores),
    maxWaitedShare: maxIfBoth(before.maxWaitedShare, worst.maxWaitedShare),
    maxOtherCores: maxIfBoth(before.maxOtherCores, worst.maxOtherCores)
  }
}

/** The processes of a run on agents in the seconds that have ended, each alone. */
export interface MeasuredApart {
  readonly coordinator: GeneratorMeasured
  /** By their names; an agent that has not reported is missing. */
  readonly agents: ReadonlyMap<string, GeneratorMeasured>
}

/** @param health of the second that has ended; an agent without a report in it was not observed */
export const apartAfter = (before: MeasuredApart | undefined, health: ProcessesApart): MeasuredApart => {
  const agents = new Map(before?.agents)
  for (const [name, ofAgent] of health.agents) {
    if (ofAgent.observedMicros > 0) agents.set(name, measuredAfter(agents.get(name), ofAgent))
  }
  return { coordinator: measuredAfter(before?.coordinator, health.coordinator), agents }
}
