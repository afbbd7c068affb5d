/** One agent in a load: to the coordinator of the users, a worker with several shares. */
import type * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Mailbox from "effect/Mailbox"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { AgentOfRun, LostAgent, OnAgentLost } from "../domain/AgentsOfRun.ts"
import { excerpt } from "../domain/excerpt.ts"
import { nothingObserved } from "../metrics/GeneratorHealth.ts"
import { GeneratorProbe } from "../metrics/GeneratorProbe.ts"
import { rounded } from "../metrics/rounded.ts"
import { type RunShare, Setup, type Stop, type TakeToken, type WorkerEvent } from "../workers/messages.ts"
import { type ReadyWorker, WorkerLost } from "../workers/RunningWorker.ts"
import { AgentNotReady } from "./Agents.ts"
import { agentLeaseMillis } from "./Lease.ts"
import type { LoadEvent, LoadMailbox, Member } from "./Member.ts"
import { Begin, Discard, Prepare, StopUsers, UseToken } from "./messages.ts"
import { steadyMillis } from "./steadyMillis.ts"

/** How long the threads of an agent may take to start. */
const prepareMillis = 120_000

/** Neither the login nor a secret in its address leaves the coordinator. */
export const withoutLogin = (setup: Setup): Setup => {
  const oauth = new URL(setup.urls.oauth)
  oauth.search = ""
  oauth.username = ""
  oauth.password = ""
  return new Setup({ ...setup, login: undefined, urls: { ...setup.urls, oauth } })
}

/** The times of a load, by the coordinator's clock. */
export interface LoadTimes {
  /** The instant of the start; `undefined` before the agents have agreed on one. */
  startedMillis: number | undefined
}

interface MemberLoadOptions {
  readonly load: number
  readonly member: Member
  /** Threads that take part. */
  readonly slots: number
  readonly onLost: OnAgentLost
  readonly times: LoadTimes
  /** Interval of the reports. */
  readonly reportMillis: number
}

/** One agent in one load. */
export class MemberLoad {
  private reports = 0
  private startSkewMillis: number | null = null
  private lastReportMillis: number | undefined
  private lost: LostAgent | null = null
  /** Of the run; `undefined` before it. */
  private probe: GeneratorProbe["Type"] | undefined
  private readonly reconnectsBefore: number

  private constructor(
    private readonly options: MemberLoadOptions,
    private readonly events: LoadMailbox,
    private readonly prepared: Deferred.Deferred<void, AgentNotReady>,
    private readonly clock: Clock.Clock
  ) {
    this.reconnectsBefore = options.member.reconnects
  }

  /** Takes part in the load until the scope ends. */
  static make(options: MemberLoadOptions): Effect.Effect<MemberLoad, never, Scope.Scope> {
    return Effect.gen(function* () {
      const { load, member } = options
      const events: LoadMailbox = yield* Mailbox.make<WorkerEvent, unknown>()
      const prepared = yield* Deferred.make<void, AgentNotReady>()
      const part = new MemberLoad(options, events, prepared, yield* Effect.clock)
      member.loads.set(load, part)
      yield* Effect.addFinalizer(() =>
        Effect.sync(() => {
          member.loads.delete(load)
          member.commands.add(new Discard({ load }))
        })
      )
      return part
    })
  }

  /** Lets the agent start its threads, and waits for them. @param connections of each thread */
  prepare(setup: Setup, connections: Prepare["connections"]): Effect.Effect<void, AgentNotReady> {
    const { load, member } = this.options
    return Effect.suspend(() => {
      member.commands.add(new Prepare({ load, setup, connections }))
      return Effect.timeoutFail(Deferred.await(this.prepared), {
        duration: prepareMillis,
        onTimeout: () => this.notReady(`its threads did not start within ${prepareMillis / 1000} s`)
      })
    })
  }

  private notReady(reason: string): AgentNotReady {
    return new AgentNotReady({ message: `agent ${this.options.member.name}: ${reason}` })
  }

  /** As the coordinator of the users sees it. */
  worker({ bearer, scenarios }: Setup): ReadyWorker {
    const { load, member, slots } = this.options
    return {
      name: `agent ${member.name}`,
      slots,
      bearer,
      scenarios: scenarios.map(({ name }) => name),
      run: (share) => this.run(share),
      tell: (message: Stop | TakeToken) =>
        Effect.sync(() =>
          member.commands.add(
            message._tag === "Stop"
              ? new StopUsers({ load, timeIsOver: message.timeIsOver })
              : new UseToken({ load, bearer: message.bearer })
          )
        )
    }
  }

  private run({ plan }: RunShare) {
    const { load, member, reportMillis } = this.options
    return Stream.unwrap(
      Effect.map(GeneratorProbe, (probe) => {
        this.probe = probe
        // Every second of the run has every agent, also the one that has not reported yet.
        probe.addAgent(member.name, nothingObserved)
        if (member.lost === undefined) member.commands.add(new Begin({ load, plan, reportMillis }))
        return Mailbox.toStream(this.events)
      })
    )
  }

  receive(event: LoadEvent): void {
    switch (event._tag) {
      case "Ready":
        return Deferred.unsafeDone(this.prepared, Effect.void)
      case "NotReady": {
        const reason = excerpt(event.reason, 1000)
        Deferred.unsafeDone(this.prepared, this.notReady(reason))
        return this.fail(reason)
      }
      case "Counts":
        this.reports++
        this.lastReportMillis = steadyMillis(this.clock)
        this.startSkewMillis = event.report.startSkewMillis ?? this.startSkewMillis
        if (event.health !== undefined) this.probe?.addAgent(this.options.member.name, event.health)
        this.events.unsafeOffer(event.report)
        return
      case "Refused":
        this.events.unsafeOffer(event.refused)
        return
      case "Ended":
        if (event.isCutShort) this.lose(true)
        else this.events.unsafeDone(Exit.void)
    }
  }

  /** @param isComplete whether every request of its users was reported */
  lose(isComplete: boolean): void {
    const { onLost, times } = this.options
    const now = steadyMillis(this.clock)
    const started = times.startedMillis ?? now
    const secondsAt = (millis: number) => rounded((millis - started) / 1000, 3)
    const silentSince = Math.max(started, this.lastReportMillis ?? started)
    this.lost ??= {
      atSeconds: secondsAt(now),
      lastReportSeconds: this.lastReportMillis === undefined ? null : secondsAt(this.lastReportMillis),
      uncountedSeconds: isComplete
        ? 0
        : rounded(Math.max(0, Math.min(now - silentSince, agentLeaseMillis)) / 1000, 3)
    }
    Deferred.unsafeDone(
      this.prepared,
      this.notReady(`it is lost: ${this.options.member.lost ?? "it ended its work"}`)
    )
    this.events.unsafeDone(
      Exit.fail(new WorkerLost({ endReason: onLost === "stop" ? "agentLost" : undefined }))
    )
  }

  fail(reason: string): void {
    Deferred.unsafeDone(this.prepared, this.notReady(reason))
    this.events.unsafeDone(Exit.die(new Error(reason)))
  }

  get inRun(): AgentOfRun {
    const { member, slots } = this.options
    return {
      name: member.name,
      slots,
      clockUncertaintyMillis: rounded(member.clock.uncertaintyMillis, 3),
      startSkewMillis: this.startSkewMillis === null ? null : rounded(this.startSkewMillis, 3),
      reports: this.reports,
      reconnects: member.reconnects - this.reconnectsBefore,
      lost: this.lost
    }
  }
}
