/** Prepares the load of a run, in this thread or in worker threads. */
import type * as Worker from "@effect/platform/Worker"
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"
import type * as Scope from "effect/Scope"
import { type AgentNotReady, JoinedAgents } from "../agents/Agents.ts"
import { DmsConfig } from "../dms/DmsConfig.ts"
import { BatchClient } from "../dms/BatchClient.ts"
import { Discovery } from "../dms/Discovery.ts"
import { Tokens } from "../dms/Tokens.ts"
import type { LoadPlan } from "../engine/LoadPlan.ts"
import type { Scenario, Workload } from "../engine/Scenario.ts"
import { startLoad } from "../engine/startLoad.ts"
import type { ReadFacts } from "../fixtures/ReadFacts.ts"
import { ReadSamples } from "../fixtures/ReadSamples.ts"
import { GeneratedFixtures } from "../fixtures/GeneratedFixtures.ts"
import type { GeneratedLoad } from "../documents/GeneratedLoad.ts"
import type { FixtureKeys } from "../fixtures/FixtureKeys.ts"
import { SharedFixtures } from "../fixtures/SharedFixtures.ts"
import type { StartGenerator } from "../engine/supervise.ts"
import type { Recorder } from "../metrics/Recorder.ts"
import { scenarios as builtIn, type ScenarioServices } from "../scenarios/index.ts"
import { ScenarioNotReady } from "../scenarios/loadModules.ts"
import { prepareScenarios } from "../scenarios/prepareScenarios.ts"
import { startWorkers, usersInWorkers } from "../workers/Coordinator.ts"
import { Setup } from "../workers/messages.ts"
import { descriptorLimit } from "./descriptorLimit.ts"
import { workersAtOnce } from "./descriptors.ts"
import { connectionsOf, maxUsersOf, type RunSpec, workerCount } from "./RunSpec.ts"

/** A run whose scenarios need only clients and fixtures. */
export type RunnableSpec<E> = RunSpec<Scenario<E, ScenarioServices>>

/**
 * The setup of the workers, without their number of connections. Scenarios are prepared in this thread too, which shows
 * whether they can run and whether they need fixtures.
 */
const setupOf = <E>(spec: RunnableSpec<E>) =>
  Effect.gen(function* () {
    const { files, mixture, modules, plan, scenarios, seed } = spec
    const { naming, postBatch } = yield* BatchClient
    const shared = yield* SharedFixtures
    const generatedFixtures = yield* GeneratedFixtures
    const samples = yield* ReadSamples
    const requestedKeys = yield* Ref.make<FixtureKeys | undefined>(undefined)
    const requestedLoad = yield* Ref.make<GeneratedLoad | undefined>(undefined)
    const requestedFacts = yield* Ref.make<ReadonlyArray<ReadFacts> | undefined>(undefined)
    const workloads = yield* prepareScenarios(scenarios, seed).pipe(
      Effect.provideService(SharedFixtures, {
        keys: Effect.tap(shared.keys, (keys) => Ref.set(requestedKeys, keys))
      }),
      Effect.provideService(GeneratedFixtures, {
        load: Effect.tap(generatedFixtures.load, (load) => Ref.set(requestedLoad, load))
      }),
      Effect.provideService(ReadSamples, {
        facts: Effect.tap(samples.facts, (facts) => Ref.set(requestedFacts, facts))
      }),
      // Without `postPattern` no templates are made: nothing is sent from here.
      Effect.provideService(BatchClient, { naming, postBatch })
    )
    yield* refuseUncounted(plan, workloads)
    const fixtures = yield* Ref.get(requestedKeys)
    const generated = yield* Ref.get(requestedLoad)
    const facts = yield* Ref.get(requestedFacts)
    const { key, secret, ...dms } = yield* DmsConfig
    const urls = yield* Discovery
    const bearer = yield* (yield* Tokens).current
    return new Setup({
      dms: { ...dms, resourceNaming: naming, connections: undefined },
      urls,
      bearer,
      login: { key, secret },
      scenarios: Arr.map(
        scenarios,
        ({ batchTripleCount, deleteResources, failDeliberately, reads, scenario: { name } }) => ({
          name,
          batchTripleCount,
          deleteResources,
          failDeliberately,
          reads
        })
      ),
      modules,
      seed,
      logSamples: files?.out.includes("json") ?? false,
      fixtures,
      generated,
      mixture,
      facts
    })
  })

/** The same setup with the connections of one worker. */
const withConnections = (setup: Setup, connections: number | undefined): Setup =>
  new Setup({ ...setup, dms: { ...setup.dms, connections } })

/** The services that a load and its preparation need: clients, fixtures and threads. */
export type LoadServices =
  DmsConfig | Discovery | ScenarioServices | Tokens | Worker.Spawner | Worker.WorkerManager

/** Worker threads find scenarios by name: the built-in ones, and those of modules, chosen resources and a mixture. */
const refuseUnnamed = <E>({
  generated,
  mixture,
  modules,
  reads,
  scenarios
}: RunnableSpec<E>): Effect.Effect<void, ScenarioNotReady> => {
  const unnamed =
    modules.length > 0 || generated !== undefined || mixture !== undefined || reads !== undefined
      ? undefined
      : scenarios.find(({ scenario }) => !builtIn.some((known) => known === scenario))
  if (unnamed === undefined) return Effect.void
  const detail = "worker threads cannot find it: name its module in `modules`, or set `workers` to 1"
  return new ScenarioNotReady({ scenario: unnamed.scenario.name, detail })
}

/** A load of a number of records needs to know how many each iteration sends. */
const refuseUncounted = (
  plan: LoadPlan,
  workloads: ReadonlyArray<Workload>
): Effect.Effect<void, ScenarioNotReady> => {
  const isCounted = ({ recordsPerIteration: count = 0 }: Workload) =>
    Number.isSafeInteger(count) && count >= 1
  const uncounted =
    plan._tag === "Users" && plan.records !== undefined
      ? workloads.find((workload) => !isCounted(workload))
      : undefined
  if (uncounted === undefined) return Effect.void
  const detail = "its workload does not say how many records an iteration sends (recordsPerIteration)"
  return new ScenarioNotReady({ scenario: uncounted.name, detail })
}

/** The agents of the command prepare the load. */
const onAgents = (spec: RunSpec, setup: Setup) =>
  Effect.flatMap(
    JoinedAgents,
    Option.match({
      onNone: () => Effect.dieMessage("the run needs agents that have joined"),
      onSome: ({ prepare }) =>
        prepare({ setup, maxUsers: maxUsersOf(spec.plan), connections: spec.dms.connections })
    })
  )

/** Prepares the scenarios, in this thread, in workers or on agents; no load is sent yet. */
export const prepareLoad = <E>(
  spec: RunnableSpec<E>
): Effect.Effect<
  StartGenerator<Recorder | Tokens>,
  E | ScenarioNotReady | AgentNotReady,
  LoadServices | Scope.Scope
> =>
  Effect.gen(function* () {
    const { plan, scenarios, seed } = spec
    if (spec.agents !== undefined) {
      yield* refuseUnnamed(spec)
      return usersInWorkers(plan, yield* onAgents(spec, yield* setupOf(spec)))
    }
    if (workerCount(spec) === 1) {
      const workloads = yield* prepareScenarios(scenarios, seed)
      yield* refuseUncounted(plan, workloads)
      return startLoad(plan, workloads)
    }
    yield* refuseUnnamed(spec)
    const setup = yield* setupOf(spec)
    const setups = Array.from({ length: workerCount(spec) }, (_, index) =>
      withConnections(setup, connectionsOf(spec, index))
    )
    return usersInWorkers(plan, yield* startWorkers(setups, workersAtOnce(descriptorLimit())))
  })
