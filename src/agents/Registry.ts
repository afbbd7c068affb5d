/** The coordinator's side of the messages: who has joined, and what happens to what they tell. */
import type * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Mailbox from "effect/Mailbox"
import * as Stream from "effect/Stream"
import { excerpt } from "../domain/excerpt.ts"
import { version } from "../domain/version.ts"
import { maxUncertaintyMillis } from "./ClockOffset.ts"
import { coordinatorLeaseMillis } from "./Lease.ts"
import { Member } from "./Member.ts"
import {
  type AgentMessage,
  AgentRefused,
  type CommandsRequest,
  type JoinRequest,
  messagesHash,
  type NumberedCommand
} from "./messages.ts"
import { steadyMillis } from "./steadyMillis.ts"

/** How often it looks for agents that do not report. */
const lookMillis = 500

/** Why a program cannot be an agent of this coordinator, whoever has joined. */
const mismatchOf = ({ clock, messages, version: theirs }: JoinRequest): string | undefined => {
  if (theirs !== version) return `this agent is version ${excerpt(theirs)}, and the coordinator is ${version}`
  if (messages !== messagesHash)
    return `agent and coordinator are both version ${version}, but builds with different messages`
  if (clock.uncertaintyMillis > maxUncertaintyMillis)
    return (
      `its shortest round trip to the coordinator took ${Math.round(clock.roundTripMillis)} ms, so that its start would be ` +
      `uncertain by more than ${maxUncertaintyMillis} ms`
    )
  return undefined
}

const givenUp = (lost: string) => new AgentRefused({ reason: `the coordinator has given it up: ${lost}` })

/** Accepts agents until as many as it needs have joined; then only those again. */
export class Registry {
  private readonly members = new Map<string, Member>()
  private isComplete = false
  private loads = 0

  private constructor(
    private readonly count: number,
    private readonly beforeLog: Effect.Effect<void>,
    private readonly complete: Deferred.Deferred<void>,
    private readonly clock: Clock.Clock
  ) {}

  /**
   * @param count number of agents that it needs
   * @param beforeLog runs before each line that it logs; it clears a line of progress
   */
  static make(count: number, beforeLog: Effect.Effect<void> = Effect.void): Effect.Effect<Registry> {
    return Effect.zipWith(
      Deferred.make<void>(),
      Effect.clock,
      (complete, clock) => new Registry(count, beforeLog, complete, clock)
    )
  }

  /** Completes when all agents have joined. */
  get allJoined(): Effect.Effect<void> {
    return Deferred.await(this.complete)
  }

  private byName(): ReadonlyArray<Member> {
    return [...this.members.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1))
  }

  /** Those that have joined and are not lost, by name. */
  present(): ReadonlyArray<Member> {
    return this.byName().filter(({ lost }) => lost === undefined)
  }

  /** Those that were lost after all had joined, by name. */
  lost(): ReadonlyArray<Member> {
    return this.byName().filter(({ lost }) => lost !== undefined)
  }

  /** The number of the next load. */
  nextLoad(): number {
    return this.loads++
  }

  private log(line: Effect.Effect<void>): Effect.Effect<void> {
    return Effect.zipRight(this.beforeLog, line)
  }

  private now(): number {
    return steadyMillis(this.clock)
  }

  /** Why this agent may not join, or the member that it is. */
  private admit(request: JoinRequest): AgentRefused | Member {
    const known = this.members.get(request.name)
    if (known !== undefined) {
      if (known.incarnation !== request.incarnation)
        return new AgentRefused({
          reason: `an agent named ${known.name} has joined already; give this one another --name`
        })
      if (known.lost !== undefined) return givenUp(known.lost)
      known.reconnects++
      return known
    }
    const mismatch = mismatchOf(request)
    if (mismatch !== undefined) return new AgentRefused({ reason: mismatch })
    if (this.isComplete)
      return new AgentRefused({
        reason: `the coordinator has all of its ${this.count} agents, and takes no other`
      })
    const member = new Member(request, this.now())
    this.members.set(member.name, member)
    return member
  }

  join(request: JoinRequest): Effect.Effect<void, AgentRefused> {
    return Effect.suspend(() => {
      const admitted = this.admit(request)
      if (admitted instanceof AgentRefused) {
        const refused = `agent ${request.name} was refused: ${admitted.reason}`
        return Effect.zipRight(this.log(Effect.logWarning(refused)), admitted)
      }
      admitted.lease.renew(this.now())
      return admitted.reconnects > 0
        ? this.log(Effect.logInfo(`agent ${admitted.name} has connected again`))
        : this.welcome(admitted)
    })
  }

  /** The member with this incarnation, unless it is lost. */
  private memberOf(incarnation: string): Effect.Effect<Member, AgentRefused> {
    const member = [...this.members.values()].find((each) => each.incarnation === incarnation)
    if (member === undefined) return new AgentRefused({ reason: "it has not joined" })
    return member.lost === undefined ? Effect.succeed(member) : givenUp(member.lost)
  }

  commands({ incarnation, received }: CommandsRequest): Stream.Stream<NumberedCommand, AgentRefused> {
    return this.memberOf(incarnation).pipe(
      Effect.flatMap(({ commands }) => commands.connect(received)),
      Effect.map(Mailbox.toStream),
      Stream.unwrap
    )
  }

  private welcome({ name, slots }: Member): Effect.Effect<void> {
    return Effect.gen(this, function* () {
      const threads = slots === 1 ? "1 thread" : `${slots} threads`
      yield* this.log(
        Effect.logInfo(`agent ${name} has joined (${threads}): ${this.members.size} of ${this.count}`)
      )
      if (this.members.size < this.count) return
      this.isComplete = true
      yield* Deferred.succeed(this.complete, undefined)
    })
  }

  /** Success is the acknowledgement: everything in the message is counted. */
  tell(message: AgentMessage): Effect.Effect<void, AgentRefused> {
    return Effect.gen(this, function* () {
      const member = yield* this.memberOf(message.incarnation)
      member.clock = message.clock
      member.commands.received(message.received)
      const arrival = member.arrive(message.sequence, this.now())
      if (arrival === "repeated") return
      if (arrival === "new") return yield* this.dispatch(member, message)
      const reason = `agent ${member.name} has left out a message before number ${message.sequence}`
      for (const load of member.loads.values()) load.fail(reason)
      return yield* new AgentRefused({ reason })
    })
  }

  private dispatch(member: Member, { events }: AgentMessage): Effect.Effect<void> {
    return Effect.gen(this, function* () {
      for (const event of events) {
        if (event._tag === "Leaving") yield* this.lose(member, "it was stopped", true)
        else member.loads.get(event.load)?.receive(event)
      }
    })
  }

  /** An agent that leaves before all have joined may join again, or another one. */
  lose(member: Member, reason: string, isComplete: boolean): Effect.Effect<void> {
    return Effect.suspend(() => {
      if (member.lost !== undefined) return Effect.void
      member.lose(reason, isComplete)
      if (!this.isComplete) this.members.delete(member.name)
      return this.log(Effect.logError(`agent ${member.name} is lost: ${reason}`))
    })
  }

  /** Gives up agents that do not report; never ends. */
  get watch(): Effect.Effect<never> {
    return Effect.forever(
      Effect.zipRight(
        Effect.sleep(lookMillis),
        Effect.suspend(() => {
          const now = this.now()
          return Effect.forEach(this.present(), (member) =>
            member.lease.leftMillis(now) > 0
              ? Effect.void
              : this.lose(member, `no report for ${coordinatorLeaseMillis / 1000} s`, false)
          )
        })
      )
    )
  }
}
