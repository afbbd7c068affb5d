/** Slices of a study under the test clock: session, engine, client and server, without a socket. */
import { assert, describe } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Option from "effect/Option"
import * as TestClock from "effect/TestClock"
import type { LoadServices } from "../../src/run/prepareLoad.ts"
import { LocalDmsExit } from "../../src/run/localDmsProcess.ts"
import { openSession, type SessionOptions } from "../../src/run/session.ts"
import { specOfSlice } from "../../src/run/specOfSlice.ts"
import { DatabaseReader } from "../../src/database/DatabaseReader.ts"
import { nothingInspected } from "../../src/database/Inspection.ts"
import { Transport } from "../../src/dms/Transport.ts"
import type { FixtureError } from "../../src/fixtures/SharedFixtures.ts"
import { LocalDms, type LocalDmsOptions } from "../../src/local-dms/LocalDms.ts"
import { parseThreshold } from "../../src/domain/Threshold.ts"
import type { ProcessSource } from "../../src/processes/ProcessReader.ts"
import { watchProcesses } from "../../src/processes/watchProcesses.ts"
import { GeneratorProbe } from "../../src/metrics/GeneratorProbe.ts"
import { noSuspensions } from "../../src/metrics/suspension.ts"
import type { MeasureSlice, SliceSpec, SliceMeasured } from "../../src/studies/MeasureSlice.ts"
import { versus, type VersusOptions } from "../../src/studies/versus.ts"
import { server, steadyAt } from "../database/readings.ts"
import { inMemory } from "../integration/client.ts"
import { second } from "../metrics/health.ts"
import { readingOf } from "../processes/readings.ts"
import { makeInProcess } from "../workers/inProcess.ts"
import { type BuiltInSpec, specOf } from "./specOf.ts"
import { it } from "../engine/virtualTime.ts"

const asked: SliceSpec = {
  testType: "BATCH_VOLUME",
  batchTripleCount: 3,
  load: { _tag: "Users", clientCount: 2 },
  warmUpSeconds: 0.48,
  seconds: 0.98,
  label: "slice 1 of 2"
}

/** Both sides of it send the batches of the session. */
const compared: VersusOptions = {
  clientCount: 2,
  batchTripleCount: 3,
  batchOperations: { min: 30, max: 30 },
  resources: ["students"],
  pairs: 2,
  sliceSeconds: 1,
  warmUpSeconds: 0,
  config: {}
}

const askedOf = (seconds: number): SliceSpec => ({ ...asked, seconds })

const batches = { testList: "StudentBatchVolumeTest", batchTripleCount: "3" }

interface World {
  readonly measure: MeasureSlice<unknown>
  readonly lines: ReadonlyArray<string>
  readonly logged: ReadonlyArray<string>
}

/** Opens a session with an in-memory DMS of 50 ms, and uses it where nothing can be interrupted, as studies do. */
const studying = <A>(
  use: (world: World) => Effect.Effect<A, unknown, LocalDms>,
  options: {
    readonly texts?: Readonly<Record<string, string>>
    readonly server?: Partial<LocalDmsOptions>
    readonly own?: Partial<SessionOptions<never, FixtureError>>
    readonly changed?: (spec: BuiltInSpec) => BuiltInSpec
  } = {}
) => {
  const lines: Array<string> = []
  const logged: Array<string> = []
  const services: Layer.Layer<LoadServices | LocalDms, unknown> = Layer.merge(
    inMemory({ latency: { _tag: "fixed", millis: 50 }, ...options.server }),
    makeInProcess(Transport.layerMemory(() => Effect.dieMessage("there are no workers"))).layer
  )
  const program = Effect.gen(function* () {
    const base = specOf({ clientCount: "2", ...(options.texts ?? batches) })
    const measure = yield* openSession({
      seed: 100,
      specOf: ({ load }, time) => specOfSlice(options.changed?.(base) ?? base, load, time),
      planned: { seconds: 10, isUpperBound: false },
      progress: { show: (line) => Effect.sync(() => lines.push(line())), end: Effect.void },
      begin: Effect.void,
      defect: Effect.never,
      ...options.own
    })
    return yield* use({ measure, lines, logged })
  }).pipe(
    Effect.uninterruptible,
    Effect.provide(services),
    Effect.provide(
      Logger.replace(
        Logger.defaultLogger,
        Logger.make(({ logLevel, message }) => {
          logged.push(`${logLevel.label} ${String(message)}`)
        })
      )
    )
  )
  return program
}

/** A reading takes its time, can be interrupted, and finds a session at work. */
const slowDatabase = DatabaseReader.of({
  server,
  inspect: Effect.succeed(nothingInspected),
  read: Effect.flatMap(Effect.sleep("5 millis"), () =>
    Effect.map(Clock.currentTimeMillis, (millis) =>
      steadyAt(millis / 1000, { unreported: { busy: 1, hidden: 0 } })
    )
  )
})

/** Advances the clock until the effect ends: on a busy machine, promises may take longer than the clock. */
const turned = <A, E>(fiber: Fiber.RuntimeFiber<A, E>) =>
  Effect.gen(function* () {
    do yield* TestClock.adjust("10 seconds")
    while (Option.isNone(yield* Fiber.poll(fiber)))
    return yield* Fiber.join(fiber)
  })

const finished = <A>(program: Effect.Effect<A, unknown>) => Effect.flatMap(Effect.fork(program), turned)

describe("a session", () => {
  it.effect("measures a slice after its warm-up, which is not counted: 2 users, 50 ms, 20 batches each", () =>
    Effect.gen(function* () {
      const { slice, stats, lines } = yield* finished(
        studying(({ lines, measure }) =>
          Effect.gen(function* () {
            const before = yield* (yield* LocalDms).stats
            const measured = yield* measure(asked)
            const after = yield* (yield* LocalDms).stats
            return {
              slice: measured.slice,
              stats: [after.batches.committed - before.batches.committed, after.logins],
              lines
            }
          })
        )
      )
      assert.deepInclude(slice, { endedBy: "runTime", users: 2, limited: [], database: null })
      assert.deepInclude(slice.requests, { total: 40, failed: 0 })
      assert.deepInclude(slice.operations, { succeeded: 360 })
      assert.deepInclude(slice.latencyMs, { p50: 50, max: 50 })
      assert.closeTo(slice.elapsedSeconds, 1, 0.001)
      // In the warm-up each user has 10.
      assert.deepStrictEqual(stats, [60, 1])
      assert.isTrue(lines.every((line) => line.startsWith("slice 1 of 2")))
      assert.strictEqual(lines.filter((line) => line.startsWith("slice 1 of 2, warm-up")).length, 1)
    })
  )

  it.effect("warms up with another load if the slice has one: from 0 to 20 batches a second, in 2 s", () =>
    Effect.gen(function* () {
      const arrivals = { _tag: "Arrivals", perSecond: 20 } as const
      const committed = yield* finished(
        studying(
          ({ measure }) =>
            Effect.gen(function* () {
              const { slice } = yield* measure({
                ...asked,
                load: arrivals,
                warmUpLoad: { ...arrivals, from: 0 },
                warmUpSeconds: 2,
                seconds: 1
              })
              const { batches } = yield* (yield* LocalDms).stats
              return { measured: slice.requests.total, all: batches.committed }
            }),
          { texts: { ...batches, arrivalRate: "20" } }
        )
      )
      assert.deepStrictEqual(committed, { measured: 20, all: 40 })
    })
  )

  it.effect("reads no database for a probe", () =>
    Effect.gen(function* () {
      const { slice } = yield* finished(
        studying(({ measure }) => measure({ ...askedOf(1), isProbe: true }), {
          own: { database: slowDatabase }
        })
      )
      assert.isNull(slice.database)
    })
  )

  it.effect("has what watched processes used in the slice, without its warm-up", () =>
    Effect.gen(function* () {
      const source: ProcessSource = {
        label: "pid:7",
        intervalMillis: 200,
        // Three quarters of a core.
        read: Effect.map(Clock.currentTimeMillis, (millis) =>
          readingOf({ cpuMicros: 750 * millis, residentBytes: 1000 + millis, processors: 2 })
        )
      }
      const { slice, whole } = yield* finished(
        Effect.gen(function* () {
          const processes = yield* watchProcesses([source], { _tag: "FirstSlice" })
          const { slice } = yield* studying(({ measure }) => measure({ ...asked, warmUpSeconds: 0.5 }), {
            own: { processes }
          })
          return { slice, whole: processes.sofar() }
        }).pipe(Effect.scoped)
      )
      const [used] = slice.processes
      assert.closeTo(used?.cores?.mean ?? 0, 0.75, 0.01)
      assert.strictEqual(used?.processors, 2)
      assert.strictEqual(used && "timeline" in used, false)
      // A byte for each millisecond: nothing counts before the slice begins.
      const begun = 1000 + 1000 * slice.startedSeconds
      assert.isAtLeast(used?.memory?.first ?? 0, begun)
      assert.isAtLeast(whole[0]?.memory?.first ?? 0, begun)
    })
  )

  it.effect("ends a slice whose threshold of the server is not kept, and says what was measured", () =>
    Effect.gen(function* () {
      const threshold = Either.getOrThrow(parseThreshold("database.blockedSeconds < 4"))
      const locked = DatabaseReader.of({
        server,
        inspect: Effect.succeed(nothingInspected),
        read: Effect.map(Clock.currentTimeMillis, (millis) => steadyAt(millis / 1000, { blocked: 2 }))
      })
      const { slice } = yield* finished(
        studying(({ measure }) => measure({ ...asked, warmUpSeconds: 0, seconds: 60 }), {
          own: { database: locked },
          changed: (spec) => ({ ...spec, thresholds: [threshold], abortDelayMillis: 0 })
        })
      )
      assert.strictEqual(slice.endedBy, "threshold")
      assert.isBelow(slice.elapsedSeconds, 10)
      assert.deepStrictEqual(slice.missed, ["database.blockedSeconds < 4 was not kept: 5 s"])
    })
  )

  it.effect("has the rates of full load: a straggler of 10 s is counted, and its time is not", () =>
    Effect.gen(function* () {
      const { measurements, slice } = yield* finished(
        studying(({ measure }) => measure({ ...asked, warmUpSeconds: 0, seconds: 3 }), {
          server: {
            latency: { _tag: "fixed", millis: 70 },
            faults: { stall: { at: 61 }, stallSeconds: 10, on: "batch" }
          }
        })
      )
      // One user waits for the batch that it sends at 2.03 s, its 30th, until 12.1 s; the other has 42 by 3 s.
      assert.deepStrictEqual(slice.atFullLoad, { seconds: 3, requests: 71, operations: 639, rows: 0 })
      assert.deepStrictEqual([slice.requests.perSecond, slice.operations.perSecond], [23.667, 213])
      // Its 43rd was in flight at 3 s, like the straggler.
      assert.deepStrictEqual([slice.requests.total, slice.operations.succeeded], [73, 657])
      assert.closeTo(slice.elapsedSeconds, 12.1, 0.001)
      assert.closeTo(slice.latencyMs?.max ?? 0, 10_070, 50)
      assert.strictEqual(measurements.total.requests, 73)
    })
  )

  it.effect("repeats no key, and prepares once for all slices", () =>
    Effect.gen(function* () {
      const begun: Array<string> = []
      const { rows, stats, starts } = yield* finished(
        studying(
          ({ measure }) =>
            Effect.gen(function* () {
              const slices: Array<SliceMeasured["slice"]> = []
              for (let i = 0; i < 3; i++)
                slices.push((yield* measure({ ...asked, testType: "VOLUME" })).slice)
              const stats = yield* (yield* LocalDms).stats
              return {
                stats,
                rows: slices.reduce((sum, { operations }) => sum + operations.byOp.create, 0),
                starts: slices.map(({ startedSeconds }) => startedSeconds)
              }
            }),
          {
            texts: { testType: "VOLUME", testList: "StudentVolumeTest", deleteResources: "false" },
            own: { begin: Effect.sync(() => begun.push("begun")) }
          }
        )
      )
      assert.deepStrictEqual([begun, stats.logins], [["begun"], 1])
      // A repeated key would be an update of the first document.
      assert.deepStrictEqual(stats.upsertsOnCreate, {})
      assert.isAbove(stats.rows["students"] ?? 0, rows)
      for (const [i, start] of starts.entries()) assert.isAtLeast(start - (starts[i - 1] ?? -1), 1.48)
    })
  )

  it.effect("marks a slice that contains a suspension as limited, however short the suspension was", () =>
    Effect.gen(function* () {
      const suspensions = { count: 1, totalMicros: 3_150_000 }
      let asked = 0
      const take = () => second({ suspensions: asked++ === 1 ? suspensions : noSuspensions })
      const { slice } = yield* finished(
        studying(({ measure }) => measure({ ...askedOf(60), warmUpSeconds: 0 }), {
          server: { latency: { _tag: "fixed", millis: 1000 } }
        }).pipe(Effect.provideService(GeneratorProbe, { add: () => {}, addAgent: () => {}, take }))
      )
      assert.deepInclude(slice, { limited: ["it was suspended for 3.1 s"], limitedBy: "suspension" })
    })
  )

  it.effect("ends a slice that cannot begin, so that the earlier slices are not lost", () =>
    Effect.gen(function* () {
      let prepared = 0
      const measured = yield* finished(
        studying(
          ({ logged, measure }) =>
            Effect.gen(function* () {
              const [first, next] = [yield* measure(askedOf(1)), yield* measure(askedOf(1))]
              return { slices: [first.slice, next.slice], logged }
            }),
          {
            changed: (spec) => {
              // A warm-up and its slice are two loads.
              if (++prepared > 2) throw new Error("no thread is left")
              return spec
            }
          }
        )
      )
      const [first, next] = measured.slices
      assert.deepInclude(first, { endedBy: "runTime" })
      assert.deepInclude(next, { endedBy: "defect", elapsedSeconds: 0 })
      assert.include(measured.logged.join("\n"), "ERROR a slice could not start")
    })
  )

  it.effect(
    "ends with its local DMS, though that died between two slices and the next one cannot begin",
    () =>
      Effect.gen(function* () {
        let prepared = 0
        const isGone = () => prepared > 2
        const program = studying(
          ({ logged, measure }) =>
            Effect.map(versus(compared, measure), (document) => ({ document, logged })),
          {
            changed: (spec) => {
              prepared++
              if (isGone()) throw new Error("connection refused")
              return spec
            }
          }
        ).pipe(
          Effect.provideService(LocalDmsExit, {
            // Connections are refused before the exit is known.
            exited: Effect.suspend(() =>
              isGone() ? Effect.delay(Effect.succeed("signal SIGKILL"), "10 millis") : Effect.never
            ),
            sofar: Effect.succeedNone
          })
        )
        const { document, logged } = yield* finished(program)
        assert.strictEqual(document.endedBy, "localDmsExited")
        assert.match(document.verdict, /^Ended at slice 3 of 4: the local DMS exited\. Result until then: /)
        assert.strictEqual(document.pairs.length, 1)
        assert.deepStrictEqual(logged, ["ERROR the local DMS exited (signal SIGKILL)"])
      })
  )

  it.effect("logs the failures of a warm-up, and returns it as the slice if they ended it", () =>
    Effect.gen(function* () {
      const always = yield* finished(
        studying(({ measure }) => measure(asked), {
          server: { faults: { operationError: { probability: 1 } } }
        })
      )
      assert.deepInclude(always.slice, { endedBy: "failureRatio", isWarmUp: true, database: null })
      assert.isAtLeast(always.slice.requests.failed, 10)
      assert.isAbove(always.measurements.failures.length, 0)
      const once = yield* finished(
        studying(({ logged, measure }) => Effect.map(measure(asked), ({ slice }) => ({ logged, slice })), {
          server: { faults: { operationError: { every: 7 } } },
          texts: { ...batches, maxFailRatio: "1" }
        })
      )
      assert.deepInclude(once.slice, { endedBy: "runTime", isWarmUp: false })
      assert.include(
        once.logged.join("\n"),
        "WARN slice 1 of 2: 3 of 20 requests of its warm-up failed, most frequent: "
      )
    })
  )

  it.effect("ends the current slice at an interrupt, and a warm-up without figures", () =>
    Effect.gen(function* () {
      /** Interrupts after a number of batches, of which the warm-up sends 20. */
      const interruptedAt = (batches: number, own: Partial<SessionOptions<never, FixtureError>> = {}) =>
        Effect.gen(function* () {
          let committed: Effect.Effect<number> = Effect.succeed(0)
          const measured: Array<SliceMeasured["slice"]> = []
          const fiber = yield* Effect.fork(
            studying(
              ({ measure }) =>
                Effect.gen(function* () {
                  committed = Effect.map((yield* LocalDms).stats, (stats) => stats.batches.committed)
                  measured.push((yield* measure(asked)).slice)
                }),
              { own }
            )
          )
          while ((yield* Effect.suspend(() => committed)) < batches) yield* TestClock.adjust("10 millis")
          yield* Fiber.interruptFork(fiber)
          yield* Effect.exit(turned(fiber))
          return measured[0]
        })
      assert.deepInclude(yield* interruptedAt(5), { endedBy: "interrupt", elapsedSeconds: 0, users: 0 })
      const late = yield* interruptedAt(30)
      assert.strictEqual(late?.endedBy, "interrupt")
      assert.isAtLeast(late?.requests.total ?? 0, 10)
      assert.isBelow(late?.requests.total ?? 40, 40)
      const seen = yield* interruptedAt(30, { database: slowDatabase })
      assert.strictEqual(seen?.endedBy, "interrupt")
      assert.strictEqual(seen?.database?.operations, 180 + (seen?.operations.succeeded ?? 0))
      assert.deepStrictEqual(seen?.database?.missing, [
        "the last seconds of some sessions: the run was interrupted and did not wait until they had reported their counts"
      ])
    })
  )

  it.effect("ends a slice with a defect that came to light outside of it", () =>
    Effect.gen(function* () {
      const { logged, slice } = yield* finished(
        studying(({ logged, measure }) => Effect.map(measure(asked), ({ slice }) => ({ logged, slice })), {
          own: { defect: Effect.as(Effect.sleep("300 millis"), new Error("in a timer")) }
        })
      )
      assert.strictEqual(slice.endedBy, "defect")
      assert.include(logged.join("\n"), "ERROR in a timer")
    })
  )
})
