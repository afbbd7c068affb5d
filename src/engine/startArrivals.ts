/**
 * Open model: iterations begin when they are due, whether those before them have been answered or not, as long as one
 * of the virtual users is free. A server that stalls is sent what it would have been sent, and what had to wait for it
 * shows in the response times.
 */
import type * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { type Sample, SampleSink } from "../domain/Sample.ts"
import { dueMillis } from "../domain/Stages.ts"
import type { Recorder } from "../metrics/Recorder.ts"
import { type ArrivalsPlan, shareOf } from "./LoadPlan.ts"
import type { Workload } from "./Scenario.ts"
import type { StopRules } from "./StopRule.ts"
import type { StartGenerator } from "./supervise.ts"
import { LoopThrottle } from "./LoopThrottle.ts"
import { makeUserFibers, maxIterationsInARow } from "./UserFibers.ts"

/** An iteration that is due. */
interface Arrival {
  readonly nth: number
  readonly dueMillis: number
}

/** One of those who can be at an iteration; it has one at a time. */
interface VirtualUser {
  readonly id: number
  iteration: number
  /** Of the iteration whose first request has not ended yet. */
  dueMillis: number | undefined
  /** From when on the last request counted: a retry of it counts from there as well. */
  countedMillis: number | undefined
  readonly sink: SampleSink["Type"]
}

/** A wait for something that must have happened then: by so much longer, in milliseconds. */
const wakeMarginMillis = 1

/** Arrivals, their times and the ids of users are those of the whole run, so that its shares together are that run. */
export const startArrivals = <R>(
  plan: ArrivalsPlan,
  workloads: Arr.NonEmptyReadonlyArray<Workload<R>>,
  rules: StopRules
): StartGenerator<R | Recorder> =>
  Effect.fnUntraced(function* (run) {
    const { watch } = run
    const { awaitEnd, fork, interrupt, iterate, maxRunning, recorder, running, sink, whyEnd } =
      yield* makeUserFibers(plan, run, workloads, rules)
    const { index, of } = shareOf(plan)
    const turns = new LoopThrottle(maxIterationsInARow)
    const free: Array<VirtualUser> = []
    let nextUser = index
    /** The first arrival that was neither started nor dropped, and the first that has not come yet: the line. */
    const line = { head: index, next: index }
    let closed = false

    /** Of an arrival; `undefined` when the run is to end before it. */
    const dueOf = (nth: number): number | undefined => {
      const due = dueMillis(plan.arrivals, nth)
      return due !== undefined && due < plan.runMillis ? due : undefined
    }

    /**
     * Whether nothing more begins. The end of the time alone does not close the line: timers and messages may tell of
     * it before the last arrivals have come, and those that stand in line have as long as all others.
     */
    const isClosed = (): boolean => closed || (run.stopping() && !run.timeIsOver())

    /** Responses are measured from the due time; what an iteration sends after its first request is due at once. */
    const makeUser = (id: number): VirtualUser => {
      const user: VirtualUser = {
        id,
        iteration: 0,
        dueMillis: undefined,
        countedMillis: undefined,
        sink: {
          unsafeRecord: (sample: Sample): void => {
            if (sample.again !== true) {
              user.countedMillis = user.dueMillis
              user.dueMillis = undefined
            }
            const due = user.countedMillis
            const waitedMicros =
              due === undefined ? 0 : Math.max(0, (watch.millisAt(sample.sentNanos) - due) * 1000)
            sink.unsafeRecord({ ...sample, waitedMicros })
          }
        }
      }
      return user
    }

    /** Who was free last is first, so that no more are made than are needed. */
    const takeUser = (): VirtualUser | undefined => {
      const known = free.pop()
      if (known !== undefined || nextUser >= plan.maxUsers) return known
      const id = nextUser
      nextUser += of
      return makeUser(id)
    }

    /** Drops the first in line, after a pause of the generator also such as have not come yet. */
    const dropWhile = (isLost: (due: number) => boolean): void => {
      let dropped = 0
      for (; ; line.head += of, dropped++) {
        const due = dueOf(line.head)
        if (due === undefined || !isLost(due)) break
      }
      if (dropped > 0) recorder.unsafeRecordDropped(dropped)
    }
    const dropLate = (): void => {
      const latest = watch.elapsedMillis() - plan.startWithinMillis
      dropWhile((due) => due < latest)
    }

    /** The first in line that can still be started. */
    const takeDue = (): Arrival | undefined => {
      if (isClosed()) return undefined
      dropLate()
      const nth = line.head
      const due = dueOf(nth)
      if (due === undefined || nth >= line.next) return undefined
      line.head += of
      return { nth, dueMillis: due }
    }

    /** Begins with an arrival, and goes on as long as somebody stands in line. */
    const work = Effect.fnUntraced(function* (user: VirtualUser, first: Arrival) {
      for (let arrival: Arrival | undefined = first; arrival !== undefined; arrival = takeDue()) {
        recorder.unsafeRecordStart(watch.elapsedMillis() - arrival.dueMillis)
        user.dueMillis = arrival.dueMillis
        yield* iterate(arrival.nth, { user: user.id, iteration: user.iteration++ })
        const why = whyEnd()
        if (why !== undefined) yield* run.end(why)
      }
      free.push(user)
    })

    /** Starts the first in line where a user is free; whoever becomes free later takes it otherwise. */
    const startDue = Effect.suspend(() => {
      const user = takeUser()
      if (user === undefined) return Effect.void
      const arrival = takeDue()
      if (arrival === undefined) {
        free.push(user)
        return Effect.void
      }
      return Effect.asVoid(fork(Effect.provideService(work(user, arrival), SampleSink, user.sink)))
    })

    /** Sleeps until a time, and meanwhile drops who stands in line for too long. */
    const awaitDropping = Effect.fnUntraced(function* (millis: number) {
      while (line.head < line.next && !isClosed()) {
        const tooLate = (dueOf(line.head) ?? millis) + plan.startWithinMillis + wakeMarginMillis
        if (tooLate >= millis) break
        yield* watch.sleepUntil(tooLate)
        if (!isClosed()) dropLate()
      }
      yield* watch.sleepUntil(millis)
    })

    const coming = yield* Effect.gen(function* () {
      for (;;) {
        const due = dueOf(line.next)
        if (due === undefined) return
        yield* awaitDropping(due)
        if (isClosed()) return
        dropLate()
        if (line.head > line.next) line.next = line.head
        else {
          yield* turns.take
          if (isClosed()) return
          line.next += of
          yield* startDue
        }
      }
    }).pipe(Effect.interruptible, Effect.forkScoped)
    yield* Effect.zipRight(Fiber.await(coming), awaitDropping(Number.POSITIVE_INFINITY)).pipe(
      Effect.interruptible,
      Effect.forkScoped
    )

    return {
      running,
      maxRunning,
      stop: Effect.gen(function* () {
        const lasted = run.timeIsOver()
        const untilMillis = lasted ? plan.runMillis : watch.elapsedMillis()
        /** What was due and did not begin is dropped: of a run that lasted its time all of it, whatever time it is. */
        const close = () => {
          closed = true
          dropWhile((due) => line.head < line.next || due < untilMillis)
        }
        if (!lasted) close()
        yield* awaitEnd(lasted ? Fiber.await(coming) : Effect.void)
        close()
        yield* interrupt
      })
    }
  })
