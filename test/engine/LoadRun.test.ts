import { assert, describe } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/TestClock"
import { SampleSink } from "../../src/domain/Sample.ts"
import { run, type UsersPlan } from "../../src/engine/LoadRun.ts"
import { failureRatioCrossed, stopRules } from "../../src/engine/StopRule.ts"
import type { UserIteration, Workload } from "../../src/engine/Scenario.ts"
import { GeneratorProbe } from "../../src/metrics/GeneratorProbe.ts"
import { Recorder, type Slice } from "../../src/metrics/Recorder.ts"
import { SampleLine } from "../../src/metrics/SampleLine.ts"
import { SampleBuffer, SampleLog } from "../../src/metrics/SampleLog.ts"
import { noSuspensions } from "../../src/metrics/suspension.ts"
import { second } from "../metrics/health.ts"
import { it } from "./virtualTime.ts"
import { runPlan, sampleOf } from "./loads.ts"
import { countRounds } from "./rounds.ts"

const plan: UsersPlan = {
  _tag: "Users",
  users: 1,
  spawnPerSecond: 1000,
  runMillis: 10_000,
  gracefulStopMillis: 30_000,
  waits: { seed: 1, minMillis: 0, maxMillis: 0 },
  maxFailRatio: 1,
  passes: Number.POSITIVE_INFINITY
}

/** A workload whose iterations take `millis` and then report one request; it records when each user began which. */
const workload = (
  name: string,
  millis: number,
  ok: (at: UserIteration) => boolean = () => true
): Workload & { readonly starts: Array<readonly [millis: number, user: number, iteration: number]> } => {
  const starts: Array<readonly [number, number, number]> = []
  return {
    name,
    starts,
    iteration: (at) =>
      Effect.gen(function* () {
        starts.push([yield* TestClock.currentTimeMillis, at.user, at.iteration])
        yield* Effect.sleep(millis)
        const sink = yield* SampleSink
        sink.unsafeRecord(sampleOf(name, ok(at)))
        return yield* ok(at) ? Effect.void : Effect.fail("failed" as const)
      })
  }
}

/** Runs the plan with some changes. */
const runFor = (
  some: Partial<UsersPlan>,
  workloads: readonly [Workload, ...ReadonlyArray<Workload>],
  adjustSeconds?: number
) => runPlan({ ...plan, ...some }, workloads, adjustSeconds)

describe("LoadRun", () => {
  it.effect("starts 10 users at 2 per second at 0, 500, ... 4500 ms", () =>
    Effect.gen(function* () {
      const slow = workload("slow", 60_000)
      const { result } = yield* runFor({ users: 10, spawnPerSecond: 2, gracefulStopMillis: 60_000 }, [slow])
      assert.deepStrictEqual(
        slow.starts,
        Array.from({ length: 10 }, (_, user) => [user * 500, user, 0] as const)
      )
      assert.strictEqual(result.users, 10)
    })
  )

  it.effect("starts the users of a share with the times and ids of the whole run", () =>
    Effect.gen(function* () {
      const slow = workload("slow", 60_000)
      const share = { index: 2, of: 4 }
      const { result } = yield* runFor({ users: 12, share, spawnPerSecond: 2, gracefulStopMillis: 60_000 }, [
        slow
      ])
      assert.deepStrictEqual(slow.starts, [
        [1000, 2, 0],
        [3000, 6, 0],
        [5000, 10, 0]
      ])
      assert.strictEqual(result.users, 3)
    })
  )

  it.effect("gives shares the same users, iterations and times as the whole run", () =>
    Effect.gen(function* () {
      const waits = { seed: 3, minMillis: 10, maxMillis: 400 }
      const startsOf = (share: UsersPlan["share"]) =>
        Effect.gen(function* () {
          const one = workload("a", 130)
          yield* runFor({ users: 5, spawnPerSecond: 3, passes: 4, waits, share }, [one])
          const [[beganMillis = 0] = []] = one.starts.toSorted(([a], [b]) => a - b)
          return one.starts.map(([millis, ...who]) => [millis, ...who, beganMillis] as const)
        })
      const whole = yield* startsOf(undefined)
      const parts: Array<ReadonlyArray<number>> = []
      for (const index of [0, 1, 2]) {
        // A share of its own begins with the offset of its first user.
        const offset = (index * 1000) / 3
        for (const [millis, user, iteration, began] of yield* startsOf({ index, of: 3 })) {
          parts.push([Math.round(millis - began + offset), user, iteration])
        }
      }
      const sorted = (all: ReadonlyArray<ReadonlyArray<number>>) =>
        all.map((each) => each.join(" ")).toSorted()
      const wholeBegan = whole[0]?.[3] ?? 0
      assert.deepStrictEqual(
        sorted(parts),
        sorted(whole.map(([millis, user, iteration]) => [Math.round(millis - wholeBegan), user, iteration]))
      )
      assert.strictEqual(parts.length, 20)
    })
  )

  it.effect("runs the workloads in turn, each user beginning with another one", () =>
    Effect.gen(function* () {
      const a = workload("a", 1000)
      const b = workload("b", 1000)
      yield* runFor({ users: 2, runMillis: 3500 }, [a, b])
      assert.deepStrictEqual(
        a.starts.map(([, user, iteration]) => [user, iteration]),
        [
          [0, 0],
          [1, 1],
          [0, 2],
          [1, 3]
        ]
      )
      assert.deepStrictEqual(
        b.starts.map(([, user, iteration]) => [user, iteration]),
        [
          [1, 0],
          [0, 1],
          [1, 2],
          [0, 3]
        ]
      )
    })
  )

  it.effect("ends after its run time, and counts the iterations in flight, which may finish", () =>
    Effect.gen(function* () {
      const { result, total } = yield* runFor({ runMillis: 10_000 }, [workload("a", 3000)])
      assert.deepStrictEqual(result, { startedAtMillis: 0, elapsedSeconds: 12, endedBy: "runTime", users: 1 })
      assert.strictEqual(total.requests, 4)
    })
  )

  it.effect("interrupts iterations that have not ended within the graceful stop", () =>
    Effect.gen(function* () {
      let interrupted = 0
      const stuck: Workload = {
        name: "stuck",
        iteration: () => Effect.onInterrupt(Effect.never, () => Effect.sync(() => interrupted++))
      }
      const { result } = yield* runFor({ users: 3, runMillis: 10_000, gracefulStopMillis: 5000 }, [stuck])
      assert.strictEqual(result.elapsedSeconds, 15)
      assert.strictEqual(interrupted, 3)
    })
  )

  it.effect("ends at once when all users wait between iterations", () =>
    Effect.gen(function* () {
      const waits = { seed: 1, minMillis: 60_000, maxMillis: 60_000 }
      const { result, total } = yield* runFor({ users: 5, runMillis: 10_000, waits }, [workload("a", 100)])
      assert.strictEqual(result.elapsedSeconds, 10)
      assert.strictEqual(total.requests, 5)
    })
  )

  it.effect("waits between iterations, equally long for the same seed", () =>
    Effect.gen(function* () {
      const starts = (seed: number) =>
        Effect.gen(function* () {
          const one = workload("a", 100)
          yield* runFor({ waits: { seed, minMillis: 200, maxMillis: 900 }, runMillis: 5000 }, [one])
          return one.starts.map(([millis]) => millis)
        })
      const first = yield* starts(7)
      const offset = first[0] ?? 0
      const again = yield* starts(7)
      const other = yield* starts(8)
      const relative = (all: ReadonlyArray<number>) => all.map((millis) => millis - (all[0] ?? 0))
      assert.strictEqual(offset, 0)
      assert.deepStrictEqual(relative(again), relative(first))
      assert.notDeepEqual(relative(other), relative(first))
      for (let i = 1; i < first.length; i++) {
        const gap = (first[i] ?? 0) - (first[i - 1] ?? 0)
        assert.isTrue(gap >= 300 && gap <= 1000, `${gap}`)
      }
    })
  )

  it.effect("ends at the request with which the failure ratio is exceeded", () =>
    Effect.gen(function* () {
      // One request a second; from the ninth on all fail: 9 of 17 is more than half, 8 of 16 is not.
      const failing = workload("a", 1000, ({ iteration }) => iteration < 8)
      const { result, total } = yield* runFor({ maxFailRatio: 0.5, runMillis: 60_000 }, [failing])
      assert.deepStrictEqual(
        [result.endedBy, result.elapsedSeconds, total.requests, total.failures],
        ["failureRatio", 17, 17, 9]
      )
    })
  )

  it.effect("makes one pass in debug mode and ends by itself", () =>
    Effect.gen(function* () {
      const a = workload("a", 1000)
      const b = workload("b", 500)
      const { result } = yield* runFor({ passes: 1, runMillis: 60_000 }, [a, b])
      assert.deepStrictEqual([result.endedBy, result.elapsedSeconds], ["passes", 1.5])
      assert.deepStrictEqual([a.starts.length, b.starts.length], [1, 1])
    })
  )

  it.effect("continues after a failed iteration, and ends at a defect, which it records", () =>
    Effect.gen(function* () {
      const buggy: Workload = {
        name: "buggy",
        iteration: ({ iteration }) =>
          Effect.sleep(1000).pipe(
            Effect.zipRight(iteration < 3 ? Effect.fail("expected") : Effect.dieMessage("our bug"))
          )
      }
      const { measurements, result } = yield* runFor({}, [buggy])
      assert.deepStrictEqual([result.endedBy, result.elapsedSeconds], ["defect", 4])
      assert.deepInclude(measurements.defects[0], { message: "our bug", count: 1 })
    })
  )

  it.effect("stops gracefully when it is interrupted: iterations finish, and the result is returned", () =>
    Effect.gen(function* () {
      const slices: Array<Slice> = []
      let result = "nothing"
      const one = workload("a", 3000)
      const fiber = yield* Effect.fork(
        run(plan, [one], (slice) => Effect.sync(() => slices.push(slice))).pipe(
          Effect.map(({ elapsedSeconds, endedBy }) => (result = `${endedBy} after ${elapsedSeconds} s`)),
          Effect.uninterruptible
        )
      )
      yield* TestClock.adjust("4 seconds")
      const interrupting = yield* Effect.fork(Fiber.interrupt(fiber))
      yield* TestClock.adjust("10 seconds")
      const exit = yield* Fiber.join(interrupting)
      assert.isTrue(Exit.isInterrupted(exit))
      assert.strictEqual(result, "interrupt after 6 s")
      assert.strictEqual((yield* Recorder).total.requests, 2)
      assert.strictEqual(slices.at(-1)?.total.sofar.requests, 2)
    }).pipe(Effect.provide(Recorder.layer))
  )

  it.effect("lets iterations finish also when the interrupt comes during the graceful stop", () =>
    Effect.gen(function* () {
      let result = "nothing"
      const fiber = yield* Effect.fork(
        run({ ...plan, runMillis: 1000 }, [workload("a", 9000)]).pipe(
          Effect.map(({ elapsedSeconds, endedBy }) => (result = `${endedBy} after ${elapsedSeconds} s`)),
          Effect.uninterruptible
        )
      )
      yield* TestClock.adjust("4 seconds")
      const interrupting = yield* Effect.fork(Fiber.interrupt(fiber))
      yield* TestClock.adjust("10 seconds")
      yield* Fiber.join(interrupting)
      assert.strictEqual(result, "runTime after 9 s")
      assert.strictEqual((yield* Recorder).total.requests, 1)
    }).pipe(Effect.provide(Recorder.layer))
  )

  it.effect("reports a slice at the end of every second and at its very end", () =>
    Effect.gen(function* () {
      const { slices } = yield* runFor({ runMillis: 3500 }, [workload("a", 400)])
      assert.deepStrictEqual(
        slices.map(({ atMillis, total, users }) => [atMillis, users, total.sofar.requests]),
        [
          [1000, 1, 2],
          [2000, 1, 5],
          [3000, 1, 7],
          [3600, 0, 9]
        ]
      )
    })
  )

  it.effect("starts its first second with the run, not with its recorder", () =>
    Effect.gen(function* () {
      yield* TestClock.adjust("20 seconds")
      const fiber = yield* Effect.fork(run({ ...plan, runMillis: 2950 }, [workload("a", 100)]))
      yield* TestClock.adjust("10 seconds")
      yield* Fiber.join(fiber)
      const { timeline } = yield* Recorder
      assert.deepStrictEqual(
        timeline.map(({ seconds }) => seconds),
        [1, 1, 1]
      )
      assert.strictEqual(timeline[0]?.elapsedSeconds, 1)
    }).pipe(Effect.provide(Recorder.layer))
  )

  it.effect("completes the report of a slice when the run ends meanwhile", () =>
    Effect.gen(function* () {
      const shown: Array<number> = []
      const waits = { seed: 1, minMillis: 60_000, maxMillis: 60_000 }
      const fiber = yield* Effect.fork(
        run({ ...plan, runMillis: 3000, waits }, [workload("a", 100)], ({ elapsedSeconds }) =>
          Effect.delay(
            Effect.sync(() => shown.push(elapsedSeconds)),
            10
          )
        )
      )
      yield* TestClock.adjust("10 seconds")
      yield* Fiber.join(fiber)
      assert.deepStrictEqual(shown.slice(0, 3), [1, 2, 3])
      const { timeline } = yield* Recorder
      assert.strictEqual(timeline.length, shown.length)
    }).pipe(Effect.provide(Recorder.layer))
  )

  it.effect("continues and returns its result when the report of a slice dies", () =>
    Effect.gen(function* () {
      let calls = 0
      const fiber = yield* Effect.fork(
        run({ ...plan, runMillis: 3500 }, [workload("a", 100)], () => {
          calls++
          return Effect.dieMessage("no screen")
        })
      )
      yield* TestClock.adjust("10 seconds")
      assert.strictEqual((yield* Fiber.join(fiber)).endedBy, "runTime")
      assert.strictEqual(calls, 4)
    }).pipe(Effect.provide(Recorder.layer), Logger.withMinimumLogLevel(LogLevel.None))
  )

  it.effect("reports a defect that occurs during the graceful stop", () =>
    Effect.gen(function* () {
      const late: Workload = {
        name: "late",
        iteration: () => Effect.zipRight(Effect.sleep(3000), Effect.dieMessage("our bug"))
      }
      const { measurements, result } = yield* runFor({ runMillis: 2000 }, [late])
      assert.deepStrictEqual([result.endedBy, result.elapsedSeconds], ["defect", 3])
      assert.strictEqual(measurements.defects.length, 1)
    })
  )

  it.effect("treats an iteration that interrupts itself as a defect", () =>
    Effect.gen(function* () {
      const { result } = yield* runFor({}, [{ name: "self", iteration: () => Effect.interrupt }])
      assert.strictEqual(result.endedBy, "defect")
    })
  )

  it.effect("interrupts all users at once after the graceful stop, however slowly they clean up", () =>
    Effect.gen(function* () {
      const slowToGo: Workload = {
        name: "slow to go",
        iteration: () => Effect.onInterrupt(Effect.never, () => Effect.sleep(1000))
      }
      const { result } = yield* runFor({ users: 50, runMillis: 2000, gracefulStopMillis: 3000 }, [slowToGo])
      assert.strictEqual(result.elapsedSeconds, 6)
    })
  )

  it.effect("sends the requests of its users to the recorder of the run only", () =>
    Effect.gen(function* () {
      const { total } = yield* runFor({ runMillis: 950 }, [workload("a", 100)])
      assert.strictEqual(total.requests, 10)
      const outside = yield* SampleSink
      outside.unsafeRecord(sampleOf("outside", true))
      assert.strictEqual(total.requests, 10)
    })
  )
})

describe("starts", () => {
  it.effect("are on time by the clock of the run: the first of each user, and each after a wait", () =>
    Effect.gen(function* () {
      const waits = { seed: 1, minMillis: 200, maxMillis: 900 }
      const timed = yield* runFor({ users: 4, spawnPerSecond: 4, passes: 5, waits }, [workload("a", 130)])
      assert.deepStrictEqual(timed.measurements.starts, { count: 20, late: 0, maxLateMillis: 0, dropped: 0 })
      const untimed = yield* runFor({ users: 4, passes: 5 }, [workload("a", 130)])
      assert.strictEqual(untimed.measurements.starts.count, 4)
    })
  )

  it.effect("are late by the time that an earlier iteration kept the event loop", () =>
    Effect.gen(function* () {
      const clock = yield* Effect.clock
      let taken = 0
      const busyClock: Clock.Clock = {
        [Clock.ClockTypeId]: Clock.ClockTypeId,
        unsafeCurrentTimeMillis: () => clock.unsafeCurrentTimeMillis() + taken,
        unsafeCurrentTimeNanos: () => clock.unsafeCurrentTimeNanos() + BigInt(taken * 1e6),
        currentTimeMillis: Effect.map(clock.currentTimeMillis, (millis) => millis + taken),
        currentTimeNanos: Effect.map(clock.currentTimeNanos, (nanos) => nanos + BigInt(taken * 1e6)),
        sleep: (duration) => clock.sleep(duration)
      }
      // Ten begin in one round of the event loop. The last of them keeps it for 25 ms, and two others wait for that.
      const busy: Workload = {
        name: "busy",
        iteration: ({ user }) =>
          Effect.sync(() => {
            if (user === 9) taken += 25
          })
      }
      const allAtOnce = Number.POSITIVE_INFINITY
      yield* Effect.withClock(
        run({ ...plan, users: 12, spawnPerSecond: allAtOnce, passes: 1 }, [busy]),
        busyClock
      )
      const recorder = yield* Recorder
      assert.deepStrictEqual(recorder.measurements().starts, {
        count: 12,
        late: 2,
        maxLateMillis: 25,
        dropped: 0
      })
      assert.deepStrictEqual(
        recorder.timeline.map(({ lateStarts }) => lateStarts),
        [2]
      )
    }).pipe(Effect.provide(Recorder.layer))
  )
})

describe("the generator's health", () => {
  it.effect("loses no other figure of the run if it cannot be read", () =>
    Effect.gen(function* () {
      let asked = 0
      const take = () => {
        if (++asked === 3) throw new Error("EMFILE: too many open files, uv_resident_set_memory")
        return second({})
      }
      const { measurements, slices } = yield* runFor({ runMillis: 3950 }, [workload("a", 100)]).pipe(
        Effect.provideService(GeneratorProbe, { add: () => {}, addAgent: () => {}, take })
      )
      assert.deepStrictEqual(
        slices.map(({ point }) => point.generator !== null),
        [true, false, true, true]
      )
      assert.strictEqual(measurements.generator?.limited.observedSeconds, 3)
    }).pipe(Logger.withMinimumLogLevel(LogLevel.None))
  )

  it.effect("is read every second, without the time before the run", () =>
    Effect.gen(function* () {
      let asked = 0
      const health = (nth: number) =>
        second({
          cpuMicros: nth * 100_000,
          busyMicros: nth === 3 ? 950_000 : 0,
          rssBytes: nth,
          sockets: nth,
          suspensions: noSuspensions
        })
      const probe = { add: () => {}, addAgent: () => {}, take: () => health(asked++) }
      const { measurements, slices } = yield* runFor({ runMillis: 3950 }, [workload("a", 100)]).pipe(
        Effect.provideService(GeneratorProbe, probe)
      )
      assert.deepStrictEqual(
        slices.map(({ point }) => point.generator?.cpuCores),
        [0.1, 0.2, 0.3, 0.4]
      )
      const { generator } = measurements
      assert.deepInclude(generator?.limited, { observedSeconds: 4, busySeconds: 1, limitedSeconds: 1 })
      assert.deepInclude(generator, { maxBusyShare: 0.95, maxCpuCores: 0.4 })
      assert.deepInclude(generator?.total, { cpuMicros: 1_000_000, rssBytes: 4, sockets: 4 })
    })
  )
})

describe("the failure ratio of a warm-up", () => {
  const none = { total: { requests: 0, failures: 0 } }
  const good = { total: { requests: 1000, failures: 0 } }
  const bad = { total: { requests: 10, failures: 6 } }

  it.each([
    [bad, none, "failureRatio"],
    [good, bad, "failureRatio"],
    [good, good, undefined]
  ] as const)("ends a run, and a good one does not excuse a bad run", (warmUp, { total }, reason) => {
    assert.strictEqual(stopRules({ ...plan, maxFailRatio: 0.5 }, ["a"], { total, warmUp }).judge(), reason)
  })
})

describe("failureRatioCrossed", () => {
  it.each([
    [9, 9, 0.5, false],
    [10, 5, 0.5, false],
    [10, 6, 0.5, true],
    [1000, 1, 0, true],
    [1000, 1000, 1, false]
  ])("is, for %i requests with %i failures and a maximum of %d, %s", (requests, failures, max, crossed) => {
    assert.strictEqual(failureRatioCrossed({ requests, failures }, max), crossed)
  })
})

describe("many users that are due together", () => {
  it.scopedLive("begin ten to a round of the event loop, for the first time and after a wait", () =>
    Effect.gen(function* () {
      const round = yield* countRounds
      const begun = new Map<number, number>()
      const noticing: Workload = {
        name: "noticing",
        iteration: () => Effect.sync(() => begun.set(round(), (begun.get(round()) ?? 0) + 1))
      }
      yield* run(
        {
          ...plan,
          _tag: "Users",
          users: 200,
          spawnPerSecond: 1e6,
          waits: { seed: 1, minMillis: 20, maxMillis: 20 },
          passes: 2
        },
        [noticing]
      ).pipe(Effect.provide(Recorder.layer))
      assert.strictEqual(
        [...begun.values()].reduce((sum, users) => sum + users, 0),
        400
      )
      for (const users of begun.values()) assert.isAtMost(users, 10)
    })
  )

  it.effect(
    "date each request from the start of the whole run, which another thread started 5 s earlier",
    () =>
      Effect.gen(function* () {
        const log = new SampleBuffer(10_000)
        const { total } = yield* runFor(
          { startedAtMillis: (yield* TestClock.currentTimeMillis) - 5000, passes: 2 },
          [workload("a", 1500)]
        ).pipe(Effect.provideService(SampleLog, log))
        const { bytes, samples } = log.take()
        const lines = new TextDecoder().decode(bytes).trimEnd().split("\n")
        assert.deepStrictEqual(
          lines.map((line) => Schema.decodeSync(SampleLine)(line).elapsedSeconds),
          [6.5, 8]
        )
        assert.deepStrictEqual([samples, total.requests], [2, 2])
      })
  )

  it.effect("end at once if their share is empty", () =>
    Effect.gen(function* () {
      const { endedBy, users } = yield* run(
        { ...plan, users: 2, share: { index: 2, of: 3 }, passes: 1, runMillis: Number.POSITIVE_INFINITY },
        [workload("nobody", 1)]
      )
      assert.deepStrictEqual([endedBy, users], ["passes", 0])
    }).pipe(Effect.provide(Recorder.layer))
  )
})
