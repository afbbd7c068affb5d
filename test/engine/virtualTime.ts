/**
 * A test clock whose steps take microseconds. Effect's own polls every fiber between two steps, with timers of the
 * machine, about 5 ms a step; this one knows from its scheduler when no fiber can run.
 */
import { it as vitest } from "@effect/vitest"
import * as Chunk from "effect/Chunk"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { RuntimeFiber } from "effect/Fiber"
import { MixedScheduler, type Scheduler, type Task } from "effect/Scheduler"
import type { Scope } from "effect/Scope"
import type { TestClock } from "effect/TestClock"
import type { TestServices } from "effect/TestServices"

/** Counts the tasks that wait to run, to distinguish an idle program from one that waits for the event loop. */
class CountingScheduler implements Scheduler {
  private readonly inner = new MixedScheduler(2048)
  private pending = 0
  private scheduled = 0

  /** Changes with every task; `undefined` while tasks wait. */
  get idleSince(): number | undefined {
    return this.pending === 0 ? this.scheduled : undefined
  }

  shouldYield(fiber: RuntimeFiber<unknown, unknown>): number | false {
    return this.inner.shouldYield(fiber)
  }

  scheduleTask(task: Task, priority: number, fiber?: RuntimeFiber<unknown, unknown>): void {
    this.pending++
    this.scheduled++
    const counted = () => {
      this.pending--
      task()
    }
    this.inner.scheduleTask(counted, priority, fiber)
  }
}

/** Rounds of the event loop without a task after which a program is idle: promises and immediates have run by then. */
const idleRounds = 3

/** Whether a file is being read or written: how long that takes depends on the machine. */
const isUsingFiles = (): boolean =>
  process.getActiveResourcesInfo().some((resource) => resource.startsWith("FSReq"))

interface Sleeper {
  readonly untilMillis: number
  readonly wake: () => void
}

/** The functions of `TestClock` work on it. As there, the last of several sleepers that end together wakes first. */
class VirtualClock implements TestClock {
  readonly [Clock.ClockTypeId]: typeof Clock.ClockTypeId = Clock.ClockTypeId
  private nowMillis = 0
  private readonly sleepers = new Set<Sleeper>()

  constructor(private readonly scheduler: CountingScheduler) {}

  unsafeCurrentTimeMillis(): number {
    return this.nowMillis
  }

  unsafeCurrentTimeNanos(): bigint {
    return BigInt(Math.floor(this.nowMillis * 1e6))
  }

  readonly currentTimeMillis = Effect.sync(() => this.unsafeCurrentTimeMillis())
  readonly currentTimeNanos = Effect.sync(() => this.unsafeCurrentTimeNanos())
  readonly sleeps = Effect.sync(() =>
    Chunk.fromIterable([...this.sleepers].map(({ untilMillis }) => untilMillis))
  )
  readonly save = Effect.sync(() => {
    const { nowMillis } = this
    return Effect.sync(() => void (this.nowMillis = nowMillis))
  })

  sleep(duration: Duration.Duration): Effect.Effect<void> {
    return Effect.async<void>((resume) => {
      const untilMillis = this.nowMillis + Duration.toMillis(duration)
      if (!(untilMillis > this.nowMillis)) return resume(Effect.void)
      const sleeper = { untilMillis, wake: () => resume(Effect.void) }
      this.sleepers.add(sleeper)
      return Effect.sync(() => void this.sleepers.delete(sleeper))
    })
  }

  setTime(millis: number): Effect.Effect<void> {
    return this.run(() => millis)
  }

  adjust(duration: Duration.DurationInput): Effect.Effect<void> {
    return this.run((now) => now + Duration.toMillis(duration))
  }

  adjustWith(duration: Duration.DurationInput) {
    return <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
      Effect.zipLeft(effect, this.adjust(duration), { concurrent: true })
  }

  private run(endOf: (nowMillis: number) => number): Effect.Effect<void> {
    return Effect.async<void>((resume) => {
      const step = (untilMillis: number) => {
        const next = this.firstSleeper()
        if (next === undefined || next.untilMillis > untilMillis) {
          this.nowMillis = Math.max(this.nowMillis, untilMillis)
          return resume(Effect.void)
        }
        this.sleepers.delete(next)
        this.nowMillis = Math.max(this.nowMillis, next.untilMillis)
        next.wake()
        this.whenIdle(() => step(untilMillis))
      }
      this.whenIdle(() => step(endOf(this.nowMillis)))
    })
  }

  private firstSleeper(): Sleeper | undefined {
    let first: Sleeper | undefined
    for (const each of this.sleepers) {
      if (first === undefined || each.untilMillis <= first.untilMillis) first = each
    }
    return first
  }

  private whenIdle(goOn: () => void): void {
    let rounds = 0
    let before: number | undefined
    const look = () => {
      const now = this.scheduler.idleSince
      rounds = now !== undefined && now === before ? rounds + 1 : 0
      before = now
      if (rounds >= idleRounds && !isUsingFiles()) goOn()
      else setImmediate(look)
    }
    look()
  }
}

/** Runs an effect on a clock that starts at 0 and moves only with `TestClock.adjust`. */
const inVirtualTime = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.suspend(() => {
    const scheduler = new CountingScheduler()
    return effect.pipe(Effect.withClock(new VirtualClock(scheduler)), Effect.withScheduler(scheduler))
  })

type Program<A, E, R, Args extends ReadonlyArray<unknown>> = (...args: Args) => Effect.Effect<A, E, R>

/** `it` of `@effect/vitest` with this clock. */
export const it = Object.assign(vitest.bind({}), vitest, {
  effect: Object.assign(
    <A, E>(name: string, program: Program<A, E, TestServices, []>) =>
      vitest.effect(name, () => inVirtualTime(program())),
    {
      each:
        <T>(cases: ReadonlyArray<T>) =>
        <A, E>(name: string, program: Program<A, E, TestServices, [T]>) =>
          vitest.effect.each(cases)(name, (each) => inVirtualTime(program(each)))
    }
  ),
  scoped: <A, E>(name: string, program: Program<A, E, TestServices | Scope, []>) =>
    vitest.scoped(name, () => inVirtualTime(program()))
})
