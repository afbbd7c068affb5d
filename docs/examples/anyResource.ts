/** Courses and grades, as the server itself describes them, from ten virtual users. */
import { chooseResources, openConnection, planResources, readServerApi, runOptionsOf } from "edfi-perf"
import { runScenarios, type ServerTarget, users } from "edfi-perf"
import { Effect } from "effect"

/** @param server `{ _tag: "Dms", address: { baseUrl, key, secret } }`, or `{ _tag: "LocalDms" }` */
export const loadAnyResource = (server: ServerTarget, seconds: number) =>
  Effect.gen(function* () {
    const connection = yield* openConnection(server)
    const planned = yield* Effect.gen(function* () {
      const { model } = yield* readServerApi
      return yield* planResources(model, chooseResources(model, ["courses", "grades"]).chosen)
    }).pipe(Effect.provide(connection.services))
    const load = { target: { _tag: "Connected", connection }, plan: users(10, seconds) } as const
    return yield* runScenarios(yield* runOptionsOf(planned, "BATCH_VOLUME", load))
  }).pipe(Effect.scoped)
