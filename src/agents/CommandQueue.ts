/** The commands for one agent, kept until it has received them: a connection may break with some of them on their way. */
import * as Effect from "effect/Effect"
import * as Mailbox from "effect/Mailbox"
import type { AgentCommand, NumberedCommand } from "./messages.ts"

export class CommandQueue {
  private last = 0
  private kept: ReadonlyArray<NumberedCommand> = []
  private connected: Mailbox.Mailbox<NumberedCommand> | undefined

  /** Sends a command, now or when the agent joins again. */
  add(command: AgentCommand): void {
    const numbered = { number: ++this.last, command }
    this.kept = [...this.kept, numbered]
    this.connected?.unsafeOffer(numbered)
  }

  /** The agent has received all commands up to this number. */
  received(number: number): void {
    this.kept = this.kept.filter((each) => each.number > number)
  }

  /** Whether the agent has received all commands. */
  get isEmpty(): boolean {
    return this.kept.length === 0
  }

  /** What a new connection sends; that of an earlier one ends. @param number of the last command that the agent has received */
  connect(number: number): Effect.Effect<Mailbox.ReadonlyMailbox<NumberedCommand>> {
    return Effect.gen(this, function* () {
      this.received(number)
      const before = this.connected
      const mailbox = yield* Mailbox.make<NumberedCommand>()
      this.connected = mailbox
      yield* mailbox.offerAll(this.kept)
      if (before !== undefined) yield* before.end
      return mailbox
    })
  }
}
