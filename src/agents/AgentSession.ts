/** The work of an agent for one coordinator: from joining to the end of the coordinator's command. */
import type * as Worker from "@effect/platform/Worker"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Queue from "effect/Queue"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { version } from "../domain/version.ts"
import { awaitAtMost } from "../engine/awaitAtMost.ts"
import { type ClockOffset, measureEveryMillis, offsetAfter } from "./ClockOffset.ts"
import { type CoordinatorLink, type Dial, LinkDown } from "./CoordinatorLink.ts"
import { agentLeaseMillis, coordinatorLeaseMillis, Lease } from "./Lease.ts"
import { makeLoads } from "./LoadsOfAgent.ts"
import { measureClock } from "./measureClock.ts"
import { type AgentEvent, Leaving, messagesHash, type NumberedCommand } from "./messages.ts"
import { ReportOutbox } from "./ReportOutbox.ts"
import { steadyMillis } from "./steadyMillis.ts"

export interface AgentOptions {
  readonly name: string
  /** Number of threads that send load, >= 1. */
  readonly slots: number
  /** Maximum number of threads that start at the same time. */
  readonly concurrency: number
}

/** Why an agent has ended its work for a coordinator. */
export type SessionEnd =
  /** The command of the coordinator has ended. */
  | { readonly _tag: "Dismissed" }
  /** The coordinator does not accept the agent, or no longer. */
  | { readonly _tag: "Refused"; readonly reason: string }
  /** There is no coordinator at the address, or it cannot be reached; the agent had not joined. */
  | { readonly _tag: "NotReached"; readonly reason: string; readonly isLasting: boolean }
  /** The coordinator did not reply for longer than it waits for the agent. */
  | { readonly _tag: "Silent" }

export interface AgentSession {
  /** Joins, and works until the end. */
  readonly run: Effect.Effect<SessionEnd>
  /** Stops the users, sends their last reports, and tells the coordinator that the agent ends. */
  readonly leave: Effect.Effect<void>
}

/** Interval of the messages while no users run, which only say that the agent is there. */
const idleMillis = 1000

/** A message that is not acknowledged within this is sent again, over a new connection. */
const replyMillis = 5000

/** Delay before the next attempt to connect. */
const redialMillis = 500

/** How long the end of the users may take at most: the longest `--gracefulStop` is an hour. */
const leaveMillis = 3_700_000

const dismissed: SessionEnd = { _tag: "Dismissed" }

/** What an agent keeps while connections come and go. */
const makeState = (options: AgentOptions, incarnation: string) =>
  Effect.gen(function* () {
    const time = yield* Effect.clock
    const now = () => steadyMillis(time)
    const wakeUp = yield* Queue.sliding<void>(1)
    const outbox = new ReportOutbox<AgentEvent>()
    let offset: ClockOffset | undefined
    const wake = Effect.asVoid(Queue.offer(wakeUp, undefined))
    const add = (event: AgentEvent) =>
      Effect.suspend(() => {
        outbox.add(event)
        return wake
      })
    const loads = yield* makeLoads({ ...options, add, ended: wake }, (coordinatorMillis) =>
      Math.max(0, coordinatorMillis - (offset?.offsetMillis ?? 0) - now())
    )
    return {
      now,
      incarnation,
      outbox,
      loads,
      add,
      lease: new Lease(agentLeaseMillis, now()),
      /** Until there is something to send at once, or a report is due. */
      untilDue: Effect.suspend(() =>
        Effect.raceFirst(Queue.take(wakeUp), Effect.sleep(loads.reportMillis() ?? idleMillis))
      ),
      /** Number of the last command that was received. */
      received: 0,
      /** Whether a message was acknowledged. */
      hasJoined: false,
      clock: () => offset,
      setClock: (measured: ClockOffset) => {
        offset = offsetAfter(offset, measured)
      }
    }
  })
type SessionState = Effect.Effect.Success<ReturnType<typeof makeState>>

const noReply = () => new LinkDown({ reason: `the coordinator did not reply within ${replyMillis / 1000} s` })

const replied = <A, E>(reply: Effect.Effect<A, E>): Effect.Effect<A, E | LinkDown> =>
  Effect.timeoutFail(reply, { duration: replyMillis, onTimeout: noReply })

/** Sends reports and events, one message at a time; never ends. */
const sendAll = (state: SessionState, link: CoordinatorLink, clock: ClockOffset) =>
  Effect.gen(function* () {
    const { incarnation, lease, loads, now, outbox, untilDue } = state
    const { roundTripMillis, uncertaintyMillis } = state.clock() ?? clock
    const message = outbox.next(loads.take)
    const { received } = state
    yield* replied(
      link.tell({ incarnation, received, clock: { roundTripMillis, uncertaintyMillis }, ...message })
    )
    outbox.acknowledge(message.sequence)
    lease.renew(now())
    state.hasJoined = true
    yield* untilDue
  }).pipe(Effect.forever)

/** Receives commands; ends when the coordinator's command has ended. */
const receiveAll = (state: SessionState, link: CoordinatorLink) => {
  const { incarnation, loads, received } = state
  const handle = ({ command, number }: NumberedCommand) =>
    Effect.suspend(() => {
      if (number <= state.received) return Effect.void
      state.received = number
      return command._tag === "Leave" ? Effect.void : loads.handle(command)
    })
  return link.commands({ incarnation, received }).pipe(
    Stream.takeUntil(({ command }) => command._tag === "Leave"),
    Stream.tap(handle),
    Stream.runLast,
    Effect.flatMap((last) =>
      last._tag === "Some" && last.value.command._tag === "Leave"
        ? Effect.succeed(dismissed)
        : new LinkDown({ reason: "the coordinator has closed the connection" })
    )
  )
}

/** Says that the last command was received, which the coordinator waits for. */
const confirm = ({ clock, incarnation, outbox, received }: SessionState, link: CoordinatorLink) => {
  const { roundTripMillis = 0, uncertaintyMillis = 0 } = clock() ?? {}
  const message = outbox.next(() => [])
  return Effect.ignore(
    replied(link.tell({ incarnation, received, clock: { roundTripMillis, uncertaintyMillis }, ...message }))
  )
}

/** Works over one connection, to its end. */
const overOneLink = (state: SessionState, { name, slots }: AgentOptions, dial: Dial) =>
  Effect.gen(function* () {
    const link = yield* Effect.timeoutFail(dial, { duration: 2 * replyMillis, onTimeout: noReply })
    const clock = state.clock() ?? (yield* measureClock(link))
    if (state.clock() === undefined) state.setClock(clock)
    const { roundTripMillis, uncertaintyMillis } = clock
    yield* replied(
      link.join({
        name,
        incarnation: state.incarnation,
        version,
        messages: messagesHash,
        slots,
        clock: { roundTripMillis, uncertaintyMillis }
      })
    )
    const measuring = Effect.sleep(measureEveryMillis).pipe(
      Effect.zipRight(measureClock(link)),
      Effect.map(state.setClock),
      Effect.forever
    )
    const end = yield* receiveAll(state, link).pipe(
      Effect.raceFirst(sendAll(state, link, clock)),
      Effect.raceFirst(measuring)
    )
    yield* confirm(state, link)
    return end
  }).pipe(Effect.scoped)

/** Stops the users when no message was acknowledged for too long; never ends. */
const watchLease = ({ lease, loads, now }: SessionState) =>
  Effect.suspend(() => {
    const left = lease.leftMillis(now())
    if (left > 0) return Effect.sleep(left)
    const stopped = loads.reportMillis() === undefined ? Effect.void : loads.cutShort
    return Effect.zipRight(stopped, Effect.sleep(redialMillis))
  }).pipe(Effect.forever)

const runOver = (state: SessionState, options: AgentOptions, dial: Dial): Effect.Effect<SessionEnd> =>
  Effect.gen(function* () {
    let isOutageKnown = false
    for (;;) {
      const acknowledgedMillis = state.lease.lastMillis
      const ended = yield* Effect.either(overOneLink(state, options, dial))
      if (Either.isRight(ended)) return ended.right
      const { reason } = ended.left
      if (ended.left._tag === "AgentRefused") return { _tag: "Refused", reason }
      if (!state.hasJoined) return { _tag: "NotReached", reason, isLasting: ended.left.isLasting ?? false }
      const { lastMillis } = state.lease
      if (state.now() - lastMillis > coordinatorLeaseMillis) return { _tag: "Silent" }
      // Once per outage.
      if (!isOutageKnown || lastMillis > acknowledgedMillis)
        yield* Effect.logWarning(`the connection to the coordinator is lost: ${reason}; connecting again`)
      isOutageKnown = true
      yield* Effect.sleep(redialMillis)
    }
  })

/** Waits until it is true; looks every 50 ms. */
const until = (isTrue: () => boolean) => Effect.sleep("50 millis").pipe(Effect.repeat({ until: isTrue }))

const leaveOver = ({ add, loads, outbox }: SessionState): Effect.Effect<void> =>
  Effect.gen(function* () {
    yield* loads.cutShort
    yield* awaitAtMost(
      until(() => loads.reportMillis() === undefined),
      leaveMillis
    )
    yield* add(new Leaving())
    yield* awaitAtMost(
      until(() => outbox.isIdle),
      replyMillis
    )
  })

/**
 * @param incarnation random hexadecimal digits, which no other session has
 * @param dial connects to the coordinator
 */
export const makeAgentSession = (
  options: AgentOptions,
  incarnation: string,
  dial: Dial
): Effect.Effect<AgentSession, never, Worker.WorkerManager | Worker.Spawner | Scope.Scope> =>
  Effect.gen(function* () {
    const state = yield* makeState(options, incarnation)
    yield* Effect.forkScoped(Effect.interruptible(watchLease(state)))
    return {
      run: runOver(state, options, dial),
      leave: Effect.suspend(() => (state.hasJoined ? leaveOver(state) : Effect.void))
    }
  })
