/** Closed model: virtual users of this thread, one fiber each, that send again after they have received a response. */
import type * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { spawnOffsetMillis, waitMillis } from "../domain/LoadShape.ts"
import { type Sample, SampleSink } from "../domain/Sample.ts"
import { type Stay, stays } from "../domain/Stages.ts"
import type { Recorder } from "../metrics/Recorder.ts"
import { shareOf, type StagedUsersPlan, type UsersPlan } from "./LoadPlan.ts"
import { LoopThrottle } from "./LoopThrottle.ts"
import type { Workload } from "./Scenario.ts"
import type { StopRules } from "./StopRule.ts"
import type { LoadGenerator, RunContext, StartGenerator } from "./supervise.ts"
import { makeUserFibers, maxIterationsInARow, type UserFibers } from "./UserFibers.ts"

type ClosedPlan = UsersPlan | StagedUsersPlan

/** A user that waits is woken when the run ends; one in an iteration may finish it. */
interface VirtualUser {
  readonly id: number
  /** The next iteration; a user that returns continues with it. */
  iteration: number
  /** When that iteration is due, by the stopwatch of the run. */
  dueMillis: number
  /** From then on the user begins no iteration. */
  untilMillis: number
  waiting: boolean
  /** Set while the user runs. */
  fiber: Fiber.RuntimeFiber<void> | undefined
}

/** How many users start before responses are read. */
const maxStartsInARow = 100

/** The users of this share and their times, in the order of their starts. */
function* staysIn(plan: ClosedPlan): Iterable<Stay> {
  const share = shareOf(plan)
  const { warmUpMillis = 0 } = plan
  if (plan._tag === "StagedUsers") {
    for (const { fromMillis, untilMillis, user } of stays(plan.users, share)) {
      yield { user, fromMillis: fromMillis - warmUpMillis, untilMillis: untilMillis - warmUpMillis }
    }
    return
  }
  for (let user = share.index; user < plan.users; user += share.of) {
    const fromMillis = spawnOffsetMillis(user, plan.spawnPerSecond) - warmUpMillis
    yield { user, fromMillis, untilMillis: Number.POSITIVE_INFINITY }
  }
}

/** Marks the requests that were sent in the warm-up; without one, a request costs nothing more. */
const markWarmUp = (
  { warmUpMillis = 0 }: ClosedPlan,
  { isWarmUp, watch }: RunContext,
  sink: SampleSink["Type"]
): SampleSink["Type"] =>
  warmUpMillis === 0
    ? sink
    : {
        unsafeRecord: (sample: Sample): void =>
          sink.unsafeRecord(
            isWarmUp(watch.millisAt(sample.sentNanos)) ? { ...sample, inWarmUp: true } : sample
          )
      }

/** What a user does from its start until its stay, its passes or the run are over. */
const makeUserLoop = <R>(plan: ClosedPlan, run: RunContext, fibers: UserFibers<R>, maxIterations: number) => {
  const { iterate, recorder, endReason } = fibers
  const { watch } = run
  const throttle = new LoopThrottle(maxIterationsInARow)

  const leftMillis = ({ untilMillis }: VirtualUser): number =>
    untilMillis === Number.POSITIVE_INFINITY ? untilMillis : untilMillis - watch.elapsedMillis()

  return Effect.fnUntraced(function* (user: VirtualUser) {
    yield* throttle.take
    let timed = true
    while (user.iteration < maxIterations && !run.stopping() && leftMillis(user) > 0) {
      if (timed) {
        recorder.unsafeRecordStart(watch.elapsedMillis() - user.dueMillis, run.isWarmUp(user.dueMillis))
      }
      const iteration = user.iteration++
      // User 1 begins with the second workload, so that all workloads are under load from the start.
      yield* iterate(user.id + iteration, { user: user.id, iteration })
      const reason = endReason()
      if (reason !== undefined) yield* run.end(reason)
      const wait = waitMillis(plan.waits, user.id, iteration)
      timed = wait > 0
      if (timed && !run.stopping()) {
        user.waiting = true
        user.dueMillis = watch.elapsedMillis() + wait
        yield* Effect.sleep(Math.max(0, Math.min(wait, leftMillis(user))))
        yield* throttle.take
        user.waiting = false
      }
    }
  })
}

/** The next stay of a user; `undefined` if the user is still running, with its stay extended. */
const userOf = (users: Map<number, VirtualUser>, stay: Stay): VirtualUser | undefined => {
  const { fromMillis, untilMillis, user: id } = stay
  const known = users.get(id)
  if (known?.fiber !== undefined) {
    // It has not finished the last iteration of its previous stay.
    known.untilMillis = untilMillis
    return undefined
  }
  const iteration = known?.iteration ?? 0
  const user = { id, iteration, dueMillis: fromMillis, untilMillis, waiting: false, fiber: undefined }
  users.set(id, user)
  return user
}

/** Starts each user at its time, until all have started or the run is stopping. */
const spawnUsers = <R>(
  plan: ClosedPlan,
  run: RunContext,
  fibers: UserFibers<R>,
  users: Map<number, VirtualUser>,
  maxIterations: number
) =>
  Effect.gen(function* () {
    const userLoop = makeUserLoop(plan, run, fibers, maxIterations)
    const throttle = new LoopThrottle(maxStartsInARow)
    let allStarted = false

    /** Users that make passes end by themselves; staged users end when their stay is over. */
    const endPasses = Effect.suspend(() =>
      plan._tag === "Users" && allStarted && fibers.running() === 0 ? run.end("passes") : Effect.void
    )

    for (const stay of staysIn(plan)) {
      yield* run.watch.sleepUntil(stay.fromMillis)
      yield* throttle.take
      if (run.stopping()) return
      const user = userOf(users, stay)
      if (user === undefined) continue
      const ended = Effect.suspend(() => {
        user.fiber = undefined
        return endPasses
      })
      user.fiber = yield* fibers.fork(userLoop(user), ended)
    }
    allStarted = true
    yield* endPasses
  })

/** Ids and start times are those of the whole run, so that its shares add up to it. */
export const startUsers = <R>(
  plan: ClosedPlan,
  workloads: Arr.NonEmptyReadonlyArray<Workload<R>>,
  rules: StopRules
): StartGenerator<R | Recorder> =>
  Effect.fnUntraced(function* (run) {
    const fibers = yield* makeUserFibers(plan, run, workloads, rules)
    const users = new Map<number, VirtualUser>()
    const maxIterations = plan._tag === "Users" ? plan.passes * workloads.length : Number.POSITIVE_INFINITY
    yield* spawnUsers(plan, run, fibers, users, maxIterations).pipe(
      // Users inherit the sink: provided to each, it would cost 3 KiB per user.
      Effect.provideService(SampleSink, markWarmUp(plan, run, fibers.sink)),
      Effect.interruptible,
      Effect.forkScoped
    )
    return {
      running: fibers.running,
      maxRunning: fibers.maxRunning,
      stop: Effect.gen(function* () {
        for (const { fiber, waiting } of users.values()) {
          if (waiting && fiber !== undefined) yield* Fiber.interruptFork(fiber)
        }
        yield* fibers.awaitEnd(Effect.void)
        yield* fibers.interrupt
      })
    } satisfies LoadGenerator
  })
