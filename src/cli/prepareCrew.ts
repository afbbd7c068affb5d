/** The users of a run, ready to start: of this thread, or of as many workers as are wanted. */
import type * as Worker from "@effect/platform/Worker"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { DmsConfig } from "../config/DmsConfig.ts"
import { BatchClient } from "../dms/BatchClient.ts"
import { Discovery } from "../dms/Discovery.ts"
import { Tokens } from "../dms/Tokens.ts"
import { startUsers } from "../engine/startUsers.ts"
import type { StartCrew } from "../engine/supervise.ts"
import type { FixtureKeys } from "../fixtures/FixtureKeys.ts"
import { type FixtureError, SharedFixtures } from "../fixtures/SharedFixtures.ts"
import type { Recorder } from "../metrics/Recorder.ts"
import { prepareScenarios } from "../scenarios/prepareScenarios.ts"
import { startWorkers, usersInWorkers } from "../workers/Coordinator.ts"
import { Setup } from "../workers/messages.ts"
import { connectionsOf, loadPlan, type SeededConfig, workerCount } from "./measure.ts"

/** What workers are told, all of it found out here; fixtures only when a scenario asked for them. */
const setupOf = (config: SeededConfig, fixtures: FixtureKeys | undefined) =>
  Effect.gen(function* () {
    const { scenarios, seed } = config
    const { naming } = yield* BatchClient
    const dms = {
      ...(yield* DmsConfig),
      resourceNaming: naming
    }
    const bearer = yield* (yield* Tokens).current
    return new Setup({ dms, urls: yield* Discovery, bearer, scenarios, seed, fixtures })
  })

/** Scenarios are prepared here whoever runs them, so that everything that can be wrong is told before the load. */
export const prepareCrew = (
  config: SeededConfig
): Effect.Effect<
  StartCrew<Recorder | Tokens>,
  FixtureError,
  | BatchClient
  | DmsConfig
  | Discovery
  | Scope.Scope
  | SharedFixtures
  | Tokens
  | Worker.Spawner
  | Worker.WorkerManager
> =>
  Effect.gen(function* () {
    const shared = yield* SharedFixtures
    let fixtures: FixtureKeys | undefined
    const keys = Effect.tap(shared.keys, (found) => {
      fixtures = found
    })
    const workloads = yield* Effect.provideService(prepareScenarios(config), SharedFixtures, { keys })
    const plan = loadPlan(config)
    const count = workerCount(config)
    if (count === 1) return startUsers(plan, workloads)
    const setup = yield* setupOf(config, fixtures)
    const setupFor = (index: number) =>
      new Setup({ ...setup, dms: { ...setup.dms, connections: connectionsOf(config, index) } })
    return usersInWorkers(plan, yield* startWorkers(Array.from({ length: count }, (_, i) => setupFor(i))))
  })
