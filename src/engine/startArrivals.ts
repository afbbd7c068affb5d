/**
 * Open model: iterations begin when they are due, whether earlier ones have ended or not, as long as a virtual user is
 * free. A server that stalls receives the same load, and the wait that it causes is part of the latencies.
 */
import type * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { SampleSink } from "../domain/Sample.ts"
import type { Recorder } from "../metrics/Recorder.ts"
import { type Arrival, ArrivalQueue } from "./ArrivalQueue.ts"
import { ArrivalUser, FreeUsers } from "./ArrivalUsers.ts"
import type { ArrivalsPlan } from "./LoadPlan.ts"
import { LoopThrottle } from "./LoopThrottle.ts"
import type { Workload } from "./Scenario.ts"
import type { StopRules } from "./StopRule.ts"
import type { LoadGenerator, RunContext, StartGenerator } from "./supervise.ts"
import { makeUserFibers, maxIterationsInARow, type UserFibers } from "./UserFibers.ts"

/** How long after a deadline the queue is looked at, so that timers that ignore fractions find it passed. */
const wakeMarginMillis = 1

/**
 * An arrival that is due within this time begins now. A timer of a millisecond, the shortest that there is, takes 1.1 ms, so
 * that an iteration begins at most 0.6 ms before and, on an idle machine, 0.5 ms after it is due.
 */
const earlyMillis = 0.6

/** Gives arrivals to free users. */
const makeDispatcher = <R>(plan: ArrivalsPlan, run: RunContext, fibers: UserFibers<R>) => {
  const { fork, iterate, recorder, sink, endReason } = fibers
  const { watch } = run
  const queue = new ArrivalQueue(plan, recorder.unsafeRecordDropped)
  const users = new FreeUsers(plan, (id) => new ArrivalUser(id, sink, run))
  let closed = false

  /**
   * Whether no more iterations begin. The end of the time alone does not close the queue: a timer or a message may
   * report it before the last arrivals have joined, and arrivals in the queue keep their full `startWithinMillis`.
   */
  const isClosed = (): boolean => closed || (run.stopping() && !run.timeIsOver())

  const take = (): Arrival | undefined => (isClosed() ? undefined : queue.take(watch.elapsedMillis()))

  /** Runs an arrival, and then others for as long as some wait in the queue. */
  const runArrivals = Effect.fnUntraced(function* (user: ArrivalUser, first: Arrival) {
    for (let arrival: Arrival | undefined = first; arrival !== undefined; arrival = take()) {
      const { dueMillis } = arrival
      recorder.unsafeRecordStart(watch.elapsedMillis() - dueMillis, run.isWarmUp(dueMillis))
      const iteration = user.begin(dueMillis)
      yield* iterate(arrival.nth, { user: user.id, iteration })
      const reason = endReason()
      if (reason !== undefined) yield* run.end(reason)
    }
    users.release(user)
  })

  return {
    queue,
    isClosed,
    close: (untilMillis: number): void => {
      closed = true
      queue.dropAll(untilMillis)
    },
    /** Starts the first arrival in the queue if a user is free; otherwise the next user to become free takes it. */
    startFirst: Effect.suspend(() => {
      const user = users.take()
      if (user === undefined) return Effect.void
      const arrival = take()
      if (arrival === undefined) return Effect.sync(() => users.release(user))
      return Effect.asVoid(fork(Effect.provideService(runArrivals(user, arrival), SampleSink, user.sink)))
    })
  }
}

type Dispatcher<R> = ReturnType<typeof makeDispatcher<R>>

/** Sleeps until a time, and drops arrivals that become too late during the wait. */
const sleepDropping = Effect.fnUntraced(function* (
  { isClosed, queue }: Pick<Dispatcher<never>, "isClosed" | "queue">,
  { watch }: RunContext,
  millis: number
) {
  for (
    let deadline = queue.deadlineMillis;
    deadline !== undefined && !isClosed();
    deadline = queue.deadlineMillis
  ) {
    const tooLate = deadline + wakeMarginMillis
    if (tooLate >= millis) break
    yield* watch.sleepUntil(tooLate)
    if (!isClosed()) queue.dropLate(watch.elapsedMillis())
  }
  yield* watch.sleepUntil(millis)
})

/** Lets each arrival join the queue when it is due, until all have joined or the queue is closed. */
const joinWhenDue = <R>(dispatcher: Dispatcher<R>, run: RunContext) =>
  Effect.gen(function* () {
    const { isClosed, queue, startFirst } = dispatcher
    const throttle = new LoopThrottle(maxIterationsInARow)
    for (let due = queue.nextDueMillis; due !== undefined; due = queue.nextDueMillis) {
      if (due > run.watch.elapsedMillis() + earlyMillis) {
        yield* sleepDropping(dispatcher, run, due)
        if (isClosed()) return
        // Timers ignore fractions and may end too early.
        continue
      }
      if (queue.skipLate(run.watch.elapsedMillis())) continue
      yield* throttle.take
      if (isClosed()) return
      queue.join()
      yield* startFirst
    }
  })

/** Arrivals, their times and the ids of users are those of the whole run, so that its shares add up to it. */
export const startArrivals = <R>(
  plan: ArrivalsPlan,
  workloads: Arr.NonEmptyReadonlyArray<Workload<R>>,
  rules: StopRules
): StartGenerator<R | Recorder> =>
  Effect.fnUntraced(function* (run) {
    const fibers = yield* makeUserFibers(plan, run, workloads, rules)
    const dispatcher = makeDispatcher(plan, run, fibers)
    const joining = yield* Effect.forkScoped(Effect.interruptible(joinWhenDue(dispatcher, run)))
    yield* Fiber.await(joining).pipe(
      Effect.zipRight(sleepDropping(dispatcher, run, Number.POSITIVE_INFINITY)),
      Effect.interruptible,
      Effect.forkScoped
    )
    return {
      running: fibers.running,
      maxRunning: fibers.maxRunning,
      stop: Effect.gen(function* () {
        const timeIsOver = run.timeIsOver()
        // After the full time, every arrival that did not begin is dropped, whatever the clock shows.
        const untilMillis = timeIsOver ? plan.runMillis : run.watch.elapsedMillis()
        if (!timeIsOver) dispatcher.close(untilMillis)
        yield* fibers.awaitEnd(timeIsOver ? Fiber.await(joining) : Effect.void)
        dispatcher.close(untilMillis)
        yield* fibers.interrupt
      })
    } satisfies LoadGenerator
  })
