/** The messages between coordinator and agents: RPCs, called by the agent, which connects; both check them by schema. */
import * as Rpc from "@effect/rpc/Rpc"
import * as RpcGroup from "@effect/rpc/RpcGroup"
import * as Schema from "effect/Schema"
import { createHash } from "node:crypto"
import { AgentName } from "../domain/AgentsOfRun.ts"
import { LoadPlan } from "../engine/LoadPlan.ts"
import { ProcessHealth } from "../metrics/GeneratorHealth.ts"
import { Setup, TokenRefused, WorkerReport } from "../workers/messages.ts"
import { ClockQuality } from "./ClockOffset.ts"
import { schemaText } from "./schemaText.ts"

/** Numbers the loads of a command. */
const LoadId = Schema.NonNegativeInt

/** Start threads for a load; the agent replies with `Ready` or `NotReady`. */
export class Prepare extends Schema.TaggedClass<Prepare>()("Prepare", {
  load: LoadId,
  /** Without the login and without connections. */
  setup: Setup,
  /** The maximum number of connections of each thread, `null` without a limit; it starts one thread for each. */
  connections: Schema.Array(Schema.NullOr(Schema.Int)).pipe(Schema.minItems(1), Schema.maxItems(1024))
}) {}

/** Start the users of a load. */
export class Begin extends Schema.TaggedClass<Begin>()("Begin", {
  load: LoadId,
  /** Its share is that of the first thread; `startedAtMillis` is the instant of the start by the coordinator's clock. */
  plan: LoadPlan,
  /** Interval of the reports. */
  reportMillis: Schema.Positive
}) {}

/** Stop the users of a load; their iterations may finish. */
export class StopUsers extends Schema.TaggedClass<StopUsers>()("StopUsers", {
  load: LoadId,
  timeIsOver: Schema.Boolean
}) {}

/** Send this token from now on. */
export class UseToken extends Schema.TaggedClass<UseToken>()("UseToken", {
  load: LoadId,
  bearer: Schema.Redacted(Schema.NonEmptyString)
}) {}

/** End the threads of a load. */
export class Discard extends Schema.TaggedClass<Discard>()("Discard", { load: LoadId }) {}

/** The command of the coordinator has ended. */
export class Leave extends Schema.TaggedClass<Leave>()("Leave", {}) {}

export const AgentCommand = Schema.Union(Prepare, Begin, StopUsers, UseToken, Discard, Leave)
export type AgentCommand = typeof AgentCommand.Type

/** From 1 on, so that an agent that joins again receives what it has missed, and nothing twice. */
export const NumberedCommand = Schema.Struct({
  number: Schema.Int.pipe(Schema.positive()),
  command: AgentCommand
})
export type NumberedCommand = typeof NumberedCommand.Type

/** The longest reason that one side sends to the other. */
const Reason = Schema.String.pipe(Schema.maxLength(4000))

/** The threads of a load have started. */
export class Ready extends Schema.TaggedClass<Ready>()("Ready", { load: LoadId }) {}

/** The threads of a load could not start, or all of them died. */
export class NotReady extends Schema.TaggedClass<NotReady>()("NotReady", { load: LoadId, reason: Reason }) {}

/** Everything that the threads of an agent have counted for a load since the last one. */
export class Counts extends Schema.TaggedClass<Counts>()("Counts", {
  load: LoadId,
  report: WorkerReport,
  /** Of the process of the agent, in the same time; absent before the start, and if it is not measured. */
  health: Schema.optional(ProcessHealth)
}) {}

/** The server refused this token. */
export class Refused extends Schema.TaggedClass<Refused>()("Refused", {
  load: LoadId,
  refused: TokenRefused
}) {}

/** All users of a load have ended; every count of them was sent before. */
export class Ended extends Schema.TaggedClass<Ended>()("Ended", {
  load: LoadId,
  /** Whether the agent stopped them: the coordinator did not reply (`agentLeaseMillis`), or the agent itself is ending. */
  isCutShort: Schema.Boolean
}) {}

/** The agent was stopped and ends; it has stopped its users. */
export class Leaving extends Schema.TaggedClass<Leaving>()("Leaving", {}) {}

export const AgentEvent = Schema.Union(Ready, NotReady, Counts, Refused, Ended, Leaving)
export type AgentEvent = typeof AgentEvent.Type

/** A coordinator does not accept an agent, or no longer. */
export class AgentRefused extends Schema.TaggedError<AgentRefused>()("AgentRefused", { reason: Reason }) {
  override get message(): string {
    return this.reason
  }
}

/** Chosen at random by an agent for its work for one coordinator: after a restart it is another agent. */
const Incarnation = Schema.String.pipe(Schema.pattern(/^[\da-f]{16,64}$/))

export const JoinRequest = Schema.Struct({
  name: AgentName,
  incarnation: Incarnation,
  /** Of the package. */
  version: Schema.String.pipe(Schema.maxLength(100)),
  /** `messagesHash`. */
  messages: Schema.String.pipe(Schema.maxLength(100)),
  /** Number of threads that send load. */
  slots: Schema.Int.pipe(Schema.between(1, 1024)),
  clock: ClockQuality
})
export type JoinRequest = typeof JoinRequest.Type

/** Joins, or joins again after a lost connection. */
export const Join = Rpc.make("Join", { payload: JoinRequest, error: AgentRefused })

export const CommandsRequest = Schema.Struct({
  incarnation: Incarnation,
  /** Number of the last command that the agent has received; the later ones follow. */
  received: Schema.NonNegativeInt
})
export type CommandsRequest = typeof CommandsRequest.Type

/** The commands for an agent that has joined, as long as the connection lasts. */
export const Commands = Rpc.make("Commands", {
  payload: CommandsRequest,
  success: NumberedCommand,
  error: AgentRefused,
  stream: true
})

/** The coordinator's time, in milliseconds by a clock that is never set. */
export const ReadClock = Rpc.make("ReadClock", { success: Schema.Struct({ atMillis: Schema.Number }) })

export const AgentMessage = Schema.Struct({
  incarnation: Incarnation,
  /** From 1 on; a message is sent again until it is acknowledged, and the next one only then. */
  sequence: Schema.Int.pipe(Schema.positive()),
  /** Number of the last command that it has received. */
  received: Schema.NonNegativeInt,
  clock: ClockQuality,
  /** Empty if it only says that the agent is there. */
  events: Schema.Array(AgentEvent).pipe(Schema.maxItems(1000))
})
export type AgentMessage = typeof AgentMessage.Type

/** Tells what has happened; success is the acknowledgement. */
export const Tell = Rpc.make("Tell", { payload: AgentMessage, error: AgentRefused })

export class AgentRpcs extends RpcGroup.make(Join, Commands, ReadClock, Tell) {}

const schemas = [JoinRequest, CommandsRequest, NumberedCommand, AgentMessage, AgentRefused] as const

/** Differs between programs whose messages differ: 16 hexadecimal digits. */
export const messagesHash: string = createHash("sha256")
  .update(schemas.map(({ ast }) => schemaText(ast)).join("\n"))
  .digest("hex")
  .slice(0, 16)

/** The header that carries the join token. */
export const tokenHeader = "authorization"
