/** A connection of an agent to its coordinator. */
import * as Data from "effect/Data"
import type * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type * as Stream from "effect/Stream"
import type { AgentMessage, AgentRefused, CommandsRequest, JoinRequest, NumberedCommand } from "./messages.ts"

/** The connection is broken, or could not be made. */
export class LinkDown extends Data.TaggedError("LinkDown")<{
  readonly reason: string
  /** Whether another attempt would fail as well, as with a wrong token or certificate. */
  readonly isLasting?: boolean
}> {}

export interface CoordinatorLink {
  readonly join: (request: JoinRequest) => Effect.Effect<void, AgentRefused | LinkDown>
  /** They end with the connection. */
  readonly commands: (request: CommandsRequest) => Stream.Stream<NumberedCommand, AgentRefused | LinkDown>
  /** Success is the acknowledgement. */
  readonly tell: (message: AgentMessage) => Effect.Effect<void, AgentRefused | LinkDown>
  /** The coordinator's time in milliseconds. */
  readonly readClock: Effect.Effect<number, LinkDown>
}

/** Connects; the connection ends with the scope. */
export type Dial = Effect.Effect<CoordinatorLink, LinkDown, Scope.Scope>
