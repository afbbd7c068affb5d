import * as Worker from "@effect/platform/Worker"
import { WorkerError } from "@effect/platform/WorkerError"
import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Exit from "effect/Exit"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { Transport } from "../../src/dms/Transport.ts"
import { FixtureKeys } from "../../src/fixtures/FixtureKeys.ts"
import { noPauses } from "../../src/metrics/GeneratorHealth.ts"
import { noStarts } from "../../src/metrics/Starts.ts"
import { Histogram } from "../../src/metrics/Histogram.ts"
import { WorkerReport, Setup, WorkerRequest } from "../../src/workers/messages.ts"
import { fixtureKeys } from "../scenarios/prepared.ts"
import { makeInProcess } from "./inProcess.ts"
import { setup } from "./setup.ts"

const plan = {
  _tag: "Users",
  users: 1,
  spawnPerSecond: 1,
  runMillis: 1000,
  gracefulStopMillis: 0,
  waits: { seed: 1, minMillis: 0, maxMillis: 0 },
  maxFailRatio: 1,
  passes: 1
}

describe("messages", () => {
  it.scoped.each([
    ["a plan without users", { _tag: "RunShare", plan: { ...plan, users: undefined } }],
    ["a share of nothing", { _tag: "RunShare", plan: { ...plan, share: { index: 0, of: 0 } } }],
    ["an empty token", { _tag: "TakeToken", bearer: "" }],
    ["an unknown message", { _tag: "Dance" }],
    ["no message at all", "Stop"]
  ])("are refused by a worker when they are %s", ([, message]) =>
    Effect.gen(function* () {
      const { spawn } = yield* Worker.WorkerManager
      const worker = yield* spawn<unknown, unknown, unknown>({})
      const exit = yield* Effect.exit(worker.executeEffect(message))
      const error = Exit.isFailure(exit) ? Cause.squash(exit.cause) : undefined
      assert.deepInclude(error instanceof WorkerError ? error.cause : error, { reason: "decode" })
    }).pipe(Effect.provide(makeInProcess(Transport.layerMemory(() => Effect.die("nothing is sent"))).layer))
  )

  it("show no secrets on either side", () => {
    const received = Schema.decodeSync(WorkerRequest)(Schema.encodeSync(WorkerRequest)(setup))
    assert.instanceOf(received, Setup)
    for (const message of [setup, received]) {
      assert.notMatch(`${String(message)} ${JSON.stringify(message)}`, /the-secret|token-1/)
    }
    if (received._tag === "InitialMessage") assert.strictEqual(Redacted.value(received.bearer), "token-1")
  })

  it("are refused by the coordinator when a report is invalid", () => {
    const latencies = new Histogram()
    latencies.record(1234)
    const row = {
      name: "a",
      method: "POST",
      requests: 1,
      failures: 0,
      expectedFailures: 0,
      succeeded: { create: 1, update: 1, delete: 1 },
      rolledBack: 0,
      refused: 0,
      unknown: 0,
      rowsRead: 0,
      sentBytes: 1,
      receivedBytes: 1,
      latenciesByOutcome: { succeeded: latencies }
    }
    const counted = { rows: [row], failures: [], defects: [], starts: noStarts, judgedRecords: 0 }
    const encoded = Schema.encodeSync(WorkerReport)(
      new WorkerReport({ counted, firstIterations: [], users: 1, maxUsers: 1 })
    )
    const decode = Schema.decodeUnknownEither(WorkerReport)
    assert.isTrue(Either.isRight(decode(encoded)))
    const withRow = (part: object) => ({
      ...encoded,
      counted: { ...counted, rows: [{ ...encoded.counted.rows[0], ...part }] }
    })
    assert.isTrue(Either.isLeft(decode(withRow({ requests: -1 }))))
    const torn = new Uint8Array([1, 2, 3])
    assert.isTrue(Either.isLeft(decode(withRow({ latenciesByOutcome: { succeeded: torn } }))))
    const failedToo = { succeeded: latencies.toBytes(), failed: torn }
    assert.isTrue(Either.isLeft(decode(withRow({ latenciesByOutcome: failedToo }))))
    const health = {
      observedMicros: 1,
      busyMicros: 1,
      ranMicros: null,
      waitedMicros: null,
      loopDelays: latencies.toBytes(),
      pauses: noPauses,
      sockets: 0
    }
    assert.isTrue(Either.isRight(decode({ ...encoded, health })))
    assert.isTrue(Either.isLeft(decode({ ...encoded, health: { ...health, busyMicros: -1 } })))
  })

  it("keep the order of the members of fixture keys, so that documents are the same bytes in every thread", () => {
    const arrived = Schema.decodeUnknownSync(FixtureKeys)(Schema.encodeSync(FixtureKeys)(fixtureKeys))
    assert.strictEqual(JSON.stringify(arrived), JSON.stringify(fixtureKeys))
  })
})
