/** The options of a run for callers of the library; all but three have defaults. */
import { DmsConfig, type DmsOptions } from "../dms/DmsConfig.ts"
import type { ScenarioInfo } from "../engine/Scenario.ts"
import { type RunSpec, withSeed } from "./RunSpec.ts"

/** The target, the scenarios and the plan are required. */
export type RunOptions<S extends ScenarioInfo = ScenarioInfo> = Pick<
  RunSpec<S>,
  "target" | "scenarios" | "plan"
> &
  Partial<Omit<RunSpec<S>, "dms">> & { readonly dms?: Partial<DmsOptions> }

/** The defaults of `edfi-perf run`, without files. @param seed unless the options have one */
export const runSpec = <S extends ScenarioInfo>(options: RunOptions<S>, seed: number): RunSpec<S> =>
  withSeed(
    {
      fixtures: { localEducationAgencyId: 255901 },
      testType: options.scenarios[0].scenario.testType,
      modules: [],
      workers: 1,
      thresholds: [],
      abortDelayMillis: undefined,
      printsOutcomes: false,
      files: undefined,
      databaseUrl: undefined,
      reported: {},
      seed,
      ...options,
      dms: { ...DmsConfig.defaults, ...options.dms }
    },
    options.seed ?? seed
  )
