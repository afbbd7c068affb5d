/** Ten virtual users for five seconds, and a verdict. */
import { NodeContext, NodeRuntime } from "@effect/platform-node"
import { runScenarios, StudentBatchVolumeTest, users } from "edfi-perf"
import { Console, Effect } from "effect"

const program = runScenarios({
  target: { _tag: "LocalDms" }, // your server: { _tag: "Dms", address: { baseUrl, key, secret } }
  scenarios: [{ scenario: StudentBatchVolumeTest, batchTripleCount: 10 }],
  plan: users(10, 5)
})

const report = Effect.tap(program, ({ operations, requests }) =>
  Console.log(`${operations.perSecond} operations/s, ${requests.failed} requests failed`)
)
NodeRuntime.runMain(Effect.provide(report, NodeContext.layer))
