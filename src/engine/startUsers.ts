/** Closed model: virtual users of this thread, one fiber each, that send again after they have received a response. */
import type * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { spawnOffsetMillis, waitMillis } from "../domain/LoadShape.ts"
import { type Sample, SampleSink } from "../domain/Sample.ts"
import { type Stay, stays } from "../domain/Stages.ts"
import type { Recorder } from "../metrics/Recorder.ts"
import { recordsOfShare, shareOf, type StagedUsersPlan, type UsersPlan } from "./LoadPlan.ts"
import { LoopThrottle } from "./LoopThrottle.ts"
import { RecordBudget } from "./RecordBudget.ts"
import type { Workload } from "./Scenario.ts"
import type { StopRules } from "./StopRule.ts"
import type { LoadGenerator, RunContext, StartGenerator } from "./supervise.ts"
import { makeUserFibers, maxIterationsInARow, type UserFibers, workloadAt } from "./UserFibers.ts"

type ClosedPlan = UsersPlan | StagedUsersPlan

/** A user that waits is woken when the run ends; one in an iteration may finish it. */
interface VirtualUser {
  readonly id: number
  /** The next iteration; a user that returns continues with it. */
  iteration: number
  /** When that iteration is due, by the stopwatch of the run; `undefined` if it follows the one before it at once. */
  dueMillis: number | undefined
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
            isWarmUp(watch.millisAt(sample.sentNanos)) ? { inWarmUp: true, ...sample } : sample
          )
      }

/** Sets the user to wait during an effect. */
const waitingIn = <A>(user: VirtualUser, wait: Effect.Effect<A>): Effect.Effect<A> =>
  Effect.suspend(() => {
    user.waiting = true
    return Effect.map(wait, (value) => {
      user.waiting = false
      return value
    })
  })

/** What the users of a thread have in common. */
interface SharedLoad<R> {
  readonly plan: ClosedPlan
  readonly run: RunContext
  readonly fibers: UserFibers<R>
  readonly workloads: Arr.NonEmptyReadonlyArray<Workload<R>>
  /** Iterations of each user. */
  readonly maxIterations: number
  /** `undefined` in a load without a number of records. */
  readonly budget: RecordBudget | undefined
}

/** What a user does from its start until its stay, its passes, the records or the run are over. */
const makeUserLoop = <R>({ budget, fibers, maxIterations, plan, run, workloads }: SharedLoad<R>) => {
  const { iterate, recorder, endReason } = fibers
  const { watch } = run
  const throttle = new LoopThrottle(maxIterationsInARow)

  const leftMillis = ({ untilMillis }: VirtualUser): number =>
    untilMillis === Number.POSITIVE_INFINITY ? untilMillis : untilMillis - watch.elapsedMillis()

  // User 1 begins with the second workload, so that all workloads are under load from the start.
  const turnOf = ({ id, iteration }: VirtualUser): number => id + iteration

  const mayBegin = (user: VirtualUser): boolean =>
    user.iteration < maxIterations && !run.stopping() && leftMillis(user) > 0

  const recordStart = ({ dueMillis }: VirtualUser): void => {
    if (dueMillis === undefined) return
    recorder.unsafeRecordStart(watch.elapsedMillis() - dueMillis, run.isWarmUp(dueMillis))
  }

  /** The records of the next iteration, 0 when all are done. Waits while the last ones are in flight. */
  const takeRecords = (from: RecordBudget, user: VirtualUser): Effect.Effect<number> =>
    Effect.suspend(() => {
      const { recordsPerIteration = 1 } = workloadAt(workloads, turnOf(user))
      const taken = from.take(recordsPerIteration)
      if (taken !== undefined) return Effect.succeed(taken)
      user.dueMillis = undefined
      return waitingIn(user, from.await(recordsPerIteration))
    })

  /** Counts the records of an iteration that had a verdict; the last ones end the run. */
  const settle = (of: RecordBudget, records: number, isJudged: boolean) =>
    Effect.suspend(() => {
      of.settle(records, isJudged)
      if (isJudged) recorder.unsafeRecordJudged(records)
      return of.isSpent ? run.end("recordCount") : Effect.void
    })

  return Effect.fnUntraced(function* (user: VirtualUser) {
    yield* throttle.take
    while (mayBegin(user)) {
      const isCounted = budget !== undefined && !run.isWarmUp(watch.elapsedMillis())
      const records = isCounted ? yield* takeRecords(budget, user) : undefined
      if (records === 0 || run.stopping()) return
      recordStart(user)
      const turn = turnOf(user)
      const iteration = user.iteration++
      const isJudged = yield* iterate(turn, { user: user.id, iteration, records })
      const reason = endReason()
      if (reason !== undefined) yield* run.end(reason)
      if (budget !== undefined && records !== undefined) yield* settle(budget, records, isJudged)
      const wait = waitMillis(plan.waits, user.id, iteration)
      user.dueMillis = wait > 0 ? watch.elapsedMillis() + wait : undefined
      if (wait > 0 && !run.stopping()) {
        const sleep = Effect.sleep(Math.max(0, Math.min(wait, leftMillis(user))))
        yield* waitingIn(user, Effect.zipRight(sleep, throttle.take))
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
const spawnUsers = <R>(load: SharedLoad<R>, users: Map<number, VirtualUser>) =>
  Effect.gen(function* () {
    const { budget, fibers, plan, run } = load
    const userLoop = makeUserLoop(load)
    const throttle = new LoopThrottle(maxStartsInARow)
    let allStarted = false
    if (budget?.isSpent === true) return yield* run.end("recordCount")

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
    const records = recordsOfShare(plan)
    const load = {
      plan,
      run,
      fibers,
      workloads,
      maxIterations: plan._tag === "Users" ? plan.passes * workloads.length : Number.POSITIVE_INFINITY,
      budget: records === undefined ? undefined : new RecordBudget(records)
    }
    yield* spawnUsers(load, users).pipe(
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
