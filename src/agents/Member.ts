/** An agent that has joined, as the coordinator sees it. */
import type * as Mailbox from "effect/Mailbox"
import type { WorkerEvent } from "../workers/messages.ts"
import type { ClockQuality } from "./ClockOffset.ts"
import { CommandQueue } from "./CommandQueue.ts"
import { coordinatorLeaseMillis, Lease } from "./Lease.ts"
import type { AgentEvent, JoinRequest } from "./messages.ts"
import { ReportInbox } from "./ReportInbox.ts"

/** What an agent tells of one load. */
export type LoadEvent = Exclude<AgentEvent, { readonly _tag: "Leaving" }>

/** Receives what an agent tells of one load. */
export interface LoadListener {
  readonly receive: (event: LoadEvent) => void
  /** The agent is lost. @param isComplete whether everything that its users did has been reported */
  readonly lose: (isComplete: boolean) => void
  /** The agent does what it must not. */
  readonly fail: (reason: string) => void
}

export class Member {
  readonly name: string
  readonly incarnation: string
  readonly slots: number
  readonly commands = new CommandQueue()
  readonly loads = new Map<number, LoadListener>()
  readonly lease: Lease
  clock: ClockQuality
  /** How many times it joined again. */
  reconnects = 0
  /** Why it is lost; `undefined` while it is not. */
  lost: string | undefined
  private readonly inbox = new ReportInbox()

  /** @param nowMillis by the coordinator's clock */
  constructor({ clock, incarnation, name, slots }: JoinRequest, nowMillis: number) {
    this.name = name
    this.incarnation = incarnation
    this.slots = slots
    this.clock = clock
    this.lease = new Lease(coordinatorLeaseMillis, nowMillis)
  }

  /** @param sequence of a message that has arrived */
  arrive(sequence: number, nowMillis: number): ReturnType<ReportInbox["receive"]> {
    this.lease.renew(nowMillis)
    return this.inbox.receive(sequence)
  }

  /** No figure includes what it sends later. */
  lose(reason: string, isComplete: boolean): void {
    this.lost = reason
    for (const load of this.loads.values()) load.lose(isComplete)
  }
}

/** The events of a load on one agent, for the coordinator of its users. */
export type LoadMailbox = Mailbox.Mailbox<WorkerEvent, unknown>
