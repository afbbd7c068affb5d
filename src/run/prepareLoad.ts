/** The users of a run, ready to start: of this thread, or of as many workers as are wanted. */
import type * as Worker from "@effect/platform/Worker"
import * as Effect from "effect/Effect"
import * as Ref from "effect/Ref"
import type * as Scope from "effect/Scope"
import { DmsConfig } from "../dms/DmsConfig.ts"
import { BatchClient } from "../dms/BatchClient.ts"
import { Discovery } from "../dms/Discovery.ts"
import type { SingleClient } from "../dms/SingleClient.ts"
import { Tokens } from "../dms/Tokens.ts"
import { startLoad } from "../engine/startLoad.ts"
import type { StartGenerator } from "../engine/supervise.ts"
import type { FixtureKeys } from "../fixtures/FixtureKeys.ts"
import { type FixtureError, SharedFixtures } from "../fixtures/SharedFixtures.ts"
import type { Recorder } from "../metrics/Recorder.ts"
import { prepareScenarios } from "../scenarios/prepareScenarios.ts"
import { startWorkers, usersInWorkers } from "../workers/Coordinator.ts"
import { Setup } from "../workers/messages.ts"
import { descriptorLimit } from "./descriptorLimit.ts"
import { workersAtOnce } from "./descriptors.ts"
import { connectionsOf, loadPlan, type SeededConfig, workerCount } from "./loadPlan.ts"

/**
 * What each worker is told, all of it found out here. Scenarios are prepared too: that tells whether they can run and
 * whether one of them needs fixtures.
 */
const setupsOf = (config: SeededConfig) =>
  Effect.gen(function* () {
    const { deleteResources, failDeliberately, scenarios, seed } = config
    const { naming, postBatch } = yield* BatchClient
    const shared = yield* SharedFixtures
    const asked = yield* Ref.make<FixtureKeys | undefined>(undefined)
    yield* prepareScenarios(config).pipe(
      Effect.provideService(SharedFixtures, {
        keys: Effect.tap(shared.keys, (keys) => Ref.set(asked, keys))
      }),
      // Nothing is sent from here: templates would be made for nobody.
      Effect.provideService(BatchClient, { naming, postBatch })
    )
    const fixtures = yield* Ref.get(asked)
    const dms = yield* DmsConfig
    const urls = yield* Discovery
    const bearer = yield* (yield* Tokens).current
    return Array.from({ length: workerCount(config) }, (_, index) => {
      const connections = connectionsOf(config, index)
      return new Setup({
        dms: { ...dms, resourceNaming: naming, connections },
        urls,
        bearer,
        scenarios,
        deleteResources,
        failDeliberately,
        seed,
        logSamples: config.out.includes("json"),
        fixtures
      })
    })
  })

/** Scenarios are prepared before any load is sent, whoever runs them. */
export const prepareLoad = (
  config: SeededConfig
): Effect.Effect<
  StartGenerator<Recorder | Tokens>,
  FixtureError,
  | BatchClient
  | DmsConfig
  | Discovery
  | Scope.Scope
  | SharedFixtures
  | SingleClient
  | Tokens
  | Worker.Spawner
  | Worker.WorkerManager
> =>
  Effect.gen(function* () {
    const plan = loadPlan(config)
    if (workerCount(config) === 1) return startLoad(plan, yield* prepareScenarios(config))
    return usersInWorkers(
      plan,
      yield* startWorkers(yield* setupsOf(config), workersAtOnce(descriptorLimit()))
    )
  })
