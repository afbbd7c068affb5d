/** Runs that a refusal ends, in both models, on the virtual clock. */
import { assert, describe } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { BatchRefused, TransportFailed } from "../../src/domain/BatchError.ts"
import { SampleSink } from "../../src/domain/Sample.ts"
import { OperationRefused } from "../../src/domain/SingleError.ts"
import { steady } from "../../src/domain/Stages.ts"
import type { LoadPlan } from "../../src/engine/LoadRun.ts"
import type { UserIteration, Workload } from "../../src/engine/Scenario.ts"
import { it } from "./virtualTime.ts"
import { runPlan, sampleOf } from "./loads.ts"

const common = { runMillis: 60_000, gracefulStopMillis: 30_000, maxFailRatio: 0.5 }

const users = (count: number, some: { readonly maxFailRatio?: number; readonly passes?: number } = {}) =>
  ({
    _tag: "Users",
    ...common,
    users: count,
    spawnPerSecond: 1000,
    waits: { seed: 1, minMillis: 0, maxMillis: 0 },
    passes: Number.POSITIVE_INFINITY,
    ...some
  }) satisfies LoadPlan

const arrivals: LoadPlan = {
  _tag: "Arrivals",
  ...common,
  arrivals: steady(1, 60_000),
  maxUsers: 100,
  startWithinMillis: 1000
}

const denied = new OperationRefused({
  status: 403,
  op: "update",
  resource: "students",
  problem: { type: "urn:denied" }
})
const noVerdict = new TransportFailed({ phase: "reset", detail: "gone" })

/** Each request takes a second; the last request of an iteration fails with `errorAt`, if that is an error. */
const workload = (
  name: string,
  errorAt: (at: UserIteration) => unknown,
  requests = 1,
  expectsRefusal: (at: UserIteration) => boolean = () => false
): Workload => ({
  name,
  expectsRefusal,
  iteration: (at) =>
    Effect.gen(function* () {
      const sink = yield* SampleSink
      const error = errorAt(at)
      for (let i = 1; i <= requests; i++) {
        yield* Effect.sleep(1000)
        sink.unsafeRecord(sampleOf(name, error === undefined || i < requests))
      }
      return yield* error === undefined ? Effect.void : Effect.fail(error)
    })
})

const always = (error: unknown) => () => error

describe("a run whose scenario is refused from the start", () => {
  it.effect.each([
    ["one user", users(1), 10],
    // Nine of them began another iteration.
    ["25 users, after the iterations under way,", users(25), 34],
    ["arrivals", arrivals, 10]
  ] as const)("ends at the tenth iteration of %s with what was refused", ([, plan, requests]) =>
    Effect.gen(function* () {
      const { result, total } = yield* runPlan(plan, [workload("a", always(denied))])
      assert.strictEqual(result.endedBy, "refused")
      assert.deepStrictEqual(result.refusal?.scenario, "a")
      assert.deepInclude(result.refusal?.refusal, { op: "update", resource: "students", status: 403 })
      assert.strictEqual(total.requests, requests)
    })
  )

  it.effect("also ends if only one request of each iteration fails", () =>
    Effect.gen(function* () {
      const { result, total } = yield* runPlan(users(1), [workload("a", always(denied), 3)])
      assert.strictEqual(result.endedBy, "refused")
      assert.deepStrictEqual([total.requests, total.failures], [30, 10])
    })
  )

  it.effect("reports the refusal and not the failure ratio, even if the ratio is exceeded first", () =>
    Effect.gen(function* () {
      // Ten requests have failed when each scenario had five of them.
      const both = [workload("a", always(denied)), workload("b", always(denied))] as const
      const { result, total } = yield* runPlan(users(1), both)
      assert.deepStrictEqual([result.endedBy, result.refusal?.scenario], ["refused", "a"])
      assert.strictEqual(total.requests, 19)
    })
  )

  it.effect("ends if one of several scenarios is refused", () =>
    Effect.gen(function* () {
      const both = [workload("a", always(undefined)), workload("b", always(denied))] as const
      const { result } = yield* runPlan(users(1), both)
      assert.deepStrictEqual([result.endedBy, result.refusal?.scenario], ["refused", "b"])
    })
  )

  it.effect("ignores iterations that are expected to be refused", () =>
    Effect.gen(function* () {
      const isMeant = ({ iteration }: UserIteration) => iteration % 3 === 1
      const good = workload("a", (at) => (isMeant(at) ? denied : undefined), 1, isMeant)
      const { result } = yield* runPlan(users(1), [good])
      assert.strictEqual(result.endedBy, "runTime")
      const bad = workload("a", (at) => (isMeant(at) ? undefined : denied), 1, isMeant)
      const refused = yield* runPlan(users(1), [bad])
      assert.strictEqual(refused.result.endedBy, "refused")
      assert.strictEqual(refused.total.failures, 10)
    })
  )

  it.effect.each([
    ["one iteration succeeds", ({ iteration }) => (iteration === 9 ? undefined : denied)],
    ["one iteration gets no verdict", ({ iteration }) => (iteration === 9 ? noVerdict : denied)],
    [
      "the refusals differ",
      ({ iteration }) => (iteration % 2 === 0 ? denied : new BatchRefused({ status: 400, problem: {} }))
    ],
    ["the server only asks to wait", always(new BatchRefused({ status: 429, problem: {} }))]
  ] satisfies ReadonlyArray<readonly [string, (at: UserIteration) => unknown]>)(
    "ends by its failure ratio where %s",
    ([, errorAt]) =>
      Effect.gen(function* () {
        const { result } = yield* runPlan(users(1), [workload("a", errorAt)])
        assert.deepStrictEqual([result.endedBy, result.refusal], ["failureRatio", undefined])
      })
  )

  it.effect.each([
    ["--maxFailRatio 1", users(1, { maxFailRatio: 1 }), "runTime"],
    ["debug mode", users(12, { passes: 1 }), "failureRatio"]
  ] as const)("continues with %s", ([, plan, endedBy]) =>
    Effect.gen(function* () {
      const { result } = yield* runPlan(plan, [workload("a", always(denied))])
      assert.strictEqual(result.endedBy, endedBy)
    })
  )
})
