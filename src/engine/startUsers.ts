/** Closed model: virtual users of this thread, one fiber each, that send again when they have their answer. */
import type * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { spawnOffsetMillis, waitMillis } from "../domain/LoadShape.ts"
import { SampleSink } from "../domain/Sample.ts"
import { type Stay, stays } from "../domain/Stages.ts"
import type { Recorder } from "../metrics/Recorder.ts"
import { shareOf, type StagedUsersPlan, type UsersPlan } from "./LoadPlan.ts"
import type { Workload } from "./Scenario.ts"
import type { StopRules } from "./StopRule.ts"
import type { StartGenerator } from "./supervise.ts"
import { LoopThrottle } from "./LoopThrottle.ts"
import { makeUserFibers, maxIterationsInARow } from "./UserFibers.ts"

/** A user that waits is woken when the run ends; one that is in an iteration may finish it. */
interface VirtualUser {
  readonly id: number
  /** Its next one; it goes on where a user comes back. */
  iteration: number
  /** When that is due, in milliseconds after the start of the run. */
  dueMillis: number
  /** From when on it begins no further one. */
  untilMillis: number
  waiting: boolean
  /** There while it runs. */
  fiber: Fiber.RuntimeFiber<void> | undefined
}

/** How many users are started before answers get their turn. */
const maxStartsInARow = 100

/** Who is started here, and when, in the order of time. */
function* staysIn(plan: UsersPlan | StagedUsersPlan): Iterable<Stay> {
  const share = shareOf(plan)
  if (plan._tag === "StagedUsers") return yield* stays(plan.users, share)
  for (let user = share.index; user < plan.users; user += share.of) {
    const fromMillis = spawnOffsetMillis(user, plan.spawnPerSecond)
    yield { user, fromMillis, untilMillis: Number.POSITIVE_INFINITY }
  }
}

/** Ids and start times are those of the whole run, so that its shares together are that run. */
export const startUsers = <R>(
  plan: UsersPlan | StagedUsersPlan,
  workloads: Arr.NonEmptyReadonlyArray<Workload<R>>,
  rules: StopRules
): StartGenerator<R | Recorder> =>
  Effect.fnUntraced(function* (run) {
    const { awaitEnd, fork, interrupt, iterate, maxRunning, recorder, running, sink, whyEnd } =
      yield* makeUserFibers(plan, run, workloads, rules)
    const users = new Map<number, VirtualUser>()
    const iterationTurns = new LoopThrottle(maxIterationsInARow)
    const startTurns = new LoopThrottle(maxStartsInARow)
    const iterations = plan._tag === "Users" ? plan.passes * workloads.length : Number.POSITIVE_INFINITY
    let allStarted = false

    /** Who makes passes ends by itself; others are told when to go. */
    const endPasses = Effect.suspend(() =>
      plan._tag === "Users" && allStarted && running() === 0 ? run.end("passes") : Effect.void
    )

    const leftMillis = ({ untilMillis }: VirtualUser): number =>
      untilMillis === Number.POSITIVE_INFINITY ? untilMillis : untilMillis - run.watch.elapsedMillis()

    const userLoop = Effect.fnUntraced(function* (user: VirtualUser) {
      yield* iterationTurns.take
      let timed = true
      while (user.iteration < iterations && !run.stopping() && leftMillis(user) > 0) {
        if (timed) recorder.unsafeRecordStart(run.watch.elapsedMillis() - user.dueMillis)
        const iteration = user.iteration++
        // User 1 begins with the second workload, so that all of them are under load from the start.
        yield* iterate(user.id + iteration, { user: user.id, iteration })
        const why = whyEnd()
        if (why !== undefined) yield* run.end(why)
        const wait = waitMillis(plan.waits, user.id, iteration)
        timed = wait > 0
        if (timed && !run.stopping()) {
          user.waiting = true
          user.dueMillis = run.watch.elapsedMillis() + wait
          yield* Effect.sleep(Math.max(0, Math.min(wait, leftMillis(user))))
          yield* iterationTurns.take
          user.waiting = false
        }
      }
    })

    const spawn = Effect.gen(function* () {
      for (const { fromMillis, untilMillis, user: id } of staysIn(plan)) {
        yield* run.watch.sleepUntil(fromMillis)
        yield* startTurns.take
        if (run.stopping()) return
        const known = users.get(id)
        if (known?.fiber !== undefined) {
          // Still at what it had to finish before it could go.
          known.untilMillis = untilMillis
          continue
        }
        const user: VirtualUser = {
          id,
          iteration: known?.iteration ?? 0,
          dueMillis: fromMillis,
          untilMillis,
          waiting: false,
          fiber: undefined
        }
        users.set(id, user)
        const ended = Effect.suspend(() => {
          user.fiber = undefined
          return endPasses
        })
        user.fiber = yield* fork(userLoop(user), ended)
      }
      allStarted = true
      yield* endPasses
    })
    // Users inherit it: provided to each, it would cost every one of them 3 KiB.
    yield* spawn.pipe(Effect.provideService(SampleSink, sink), Effect.interruptible, Effect.forkScoped)

    return {
      running,
      maxRunning,
      stop: Effect.gen(function* () {
        for (const { fiber, waiting } of users.values()) {
          if (waiting && fiber !== undefined) yield* Fiber.interruptFork(fiber)
        }
        yield* awaitEnd(Effect.void)
        yield* interrupt
      })
    }
  })
