/** The options of a run for callers of the library; all but three have defaults. */
import * as Arr from "effect/Array"
import { DmsConfig, type DmsOptions } from "../dms/DmsConfig.ts"
import type { PlannedScenario, ScenarioInfo } from "../engine/Scenario.ts"
import type { FixtureOptions } from "../fixtures/SharedFixtures.ts"
import { type RunSpec, withSeed } from "./RunSpec.ts"

/** The target, the scenarios and the plan are required. */
export type RunOptions<S extends ScenarioInfo = ScenarioInfo> = Pick<
  RunSpec<S>,
  "target" | "scenarios" | "plan"
> &
  Partial<Omit<RunSpec<S>, "dms">> & { readonly dms?: Partial<DmsOptions> }

/** The triples per batch of `edfi-perf run`. */
export const defaultTripleCount = 10

/** The agency of `edfi-perf run`. */
export const defaultFixtures: FixtureOptions = { localEducationAgencyId: 255901 }

/** With the batch size that a scenario needs, if it sends batches. */
const withTripleCount = <S extends ScenarioInfo>(planned: PlannedScenario<S>): PlannedScenario<S> => {
  const { tripleCount } = planned.scenario
  if (tripleCount === "none") return planned
  const { batchTripleCount = defaultTripleCount } = planned
  return { ...planned, batchTripleCount: tripleCount === "configured" ? batchTripleCount : tripleCount }
}

/** The defaults of `edfi-perf run`, without files. @param seed unless the options have one */
export const runSpec = <S extends ScenarioInfo>(options: RunOptions<S>, seed: number): RunSpec<S> =>
  withSeed(
    {
      target: options.target,
      scenarios: Arr.map(options.scenarios, withTripleCount),
      plan: options.plan,
      dms:
        options.target._tag === "Connected"
          ? options.target.connection.dms
          : { ...DmsConfig.defaults, ...options.dms },
      fixtures: options.fixtures ?? defaultFixtures,
      testType: options.testType ?? options.scenarios[0].scenario.testType,
      modules: options.modules ?? [],
      generated: options.generated,
      mixture: options.mixture,
      changes: options.changes,
      reads: options.reads,
      workers: options.workers ?? 1,
      agents: options.agents,
      thresholds: options.thresholds ?? [],
      abortDelayMillis: options.abortDelayMillis,
      failOnLimited: options.failOnLimited ?? false,
      printsOutcomes: options.printsOutcomes ?? false,
      files: options.files,
      databaseUrl: options.databaseUrl,
      watch: options.watch,
      resetsStatistics: options.resetsStatistics,
      reported: options.reported ?? {},
      seed
    },
    options.seed ?? seed
  )
