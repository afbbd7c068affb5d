/** The spec of a slice: that of its study, with the users or arrival rate, duration and seed of the slice. */
import { ramp } from "../domain/Stages.ts"
import type { ScenarioInfo } from "../engine/Scenario.ts"
import type { SliceLoad } from "../studies/MeasureSlice.ts"
import { arrivals, type RunSpec, scenariosOfPageSize, scenariosOfSize, users, withSeed } from "./RunSpec.ts"
import type { SliceTime } from "./session.ts"

/** Starts all users of a slice at once, because a slice has no time for a ramp. */
const spawnPerSecond = 100_000

export const specOfSlice = <S extends ScenarioInfo>(
  base: RunSpec<S>,
  load: SliceLoad,
  { seconds, seed }: SliceTime
): RunSpec<S> => {
  const { gracefulStopMillis, maxFailRatio } = base.plan
  const common = { gracefulStopMillis, maxFailRatio }
  const plan =
    load._tag === "Users"
      ? users(load.clientCount, seconds, { ...common, spawnPerSecond })
      : {
          ...arrivals(load.perSecond, seconds, base.plan._tag === "Arrivals" ? base.plan : common),
          arrivals: ramp(load.from ?? load.perSecond, load.perSecond, 1000 * seconds)
        }
  return withSeed({ ...base, plan }, seed)
}

/** The same load with batches of another size. */
export const withBatchSize = <S extends ScenarioInfo>(
  base: RunSpec<S>,
  batchTripleCount: number
): RunSpec<S> => ({ ...base, scenarios: scenariosOfSize(base.scenarios, batchTripleCount) })

/** The same load with pages of another size. */
export const withPageSize = <S extends ScenarioInfo>(base: RunSpec<S>, pageSize: number): RunSpec<S> => ({
  ...base,
  scenarios: scenariosOfPageSize(base.scenarios, pageSize)
})
