/** Ten virtual users for a minute, and a verdict: the load test of a program of your own. */
import { NodeContext, NodeRuntime } from "@effect/platform-node"
import { runScenarios, StudentBatchVolumeTest, users } from "edfi-perf"
import { Config, Console, Effect, Redacted } from "effect"

const secondsOf = Config.withDefault(Config.number("SECONDS"), 60)

const program = Effect.gen(function* () {
  const summary = yield* runScenarios({
    target: {
      _tag: "Dms",
      address: {
        baseUrl: yield* Config.string("PERF_API_BASEURL"),
        key: Redacted.make(yield* Config.string("PERF_API_KEY")),
        secret: yield* Config.redacted("PERF_API_SECRET")
      }
    },
    scenarios: [{ scenario: StudentBatchVolumeTest, batchTripleCount: 10 }],
    plan: users(10, yield* secondsOf)
  })
  yield* Console.log(`${summary.operations.perSecond} operations/s, ${summary.requests.failed} failed`)
})

NodeRuntime.runMain(Effect.provide(program, NodeContext.layer))
