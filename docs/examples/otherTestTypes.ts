/** Does every resource work, what has changed, and how fast are reads: the runs that are no load of writes. */
import {
  chooseResources,
  openConnection,
  readServerApi,
  runScenarios,
  type ServerTarget,
  users
} from "edfi-perf"
import { passOptionsOf, planChangeQueries, planPipeclean, planReads, readOptionsOf } from "edfi-perf"
import { Effect } from "effect"

const seed = 7

/**
 * @param server `{ _tag: "Dms", address: { baseUrl, key, secret } }`, or `{ _tag: "LocalDms" }`
 * @param resources `["courses"]`, or `["all"]`
 * @param stateFile keeps the change version up to which everything was read
 */
export const otherTestTypes = (server: ServerTarget, resources: ReadonlyArray<string>, stateFile: string) =>
  Effect.gen(function* () {
    const connection = yield* openConnection(server)
    const target = { _tag: "Connected", connection } as const
    const planned = yield* Effect.gen(function* () {
      const { model } = yield* readServerApi
      const { chosen } = chooseResources(model, resources)
      return {
        pipeclean: yield* planPipeclean(model, chosen, { seed }),
        changes: yield* planChangeQueries(chosen, stateFile),
        reads: yield* planReads(model, chosen, { seed, populate: 20 })
      }
    }).pipe(Effect.provide(connection.services))
    const { pipeclean } = yield* runScenarios(yield* passOptionsOf(planned.pipeclean, { target, seed }))
    const { changeQuery } = yield* runScenarios(yield* passOptionsOf(planned.changes, { target }))
    const reads = yield* runScenarios(
      yield* readOptionsOf(planned.reads, { target, seed, plan: users(2, 0.3) })
    )
    return { verdicts: pipeclean, changes: changeQuery, reads }
  }).pipe(Effect.scoped)
