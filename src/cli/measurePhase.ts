/** Measures one phase of a plan as its command does, and says how it ended. */
import * as Cause from "effect/Cause"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import { excerpt } from "../domain/excerpt.ts"
import type { GivenSettings } from "../settings/readSettings.ts"
import type { PhaseCommand } from "../settings/PlanFile.ts"
import type { CommandEnded } from "./CommandEnded.ts"
import { exitCodes } from "./exitCodes.ts"
import { failureCodes } from "./failureCodes.ts"
import { measuringCommands } from "./measuringCommands.ts"

const measured = (command: PhaseCommand, given: GivenSettings) =>
  Effect.flatMap(measuringCommands[command].load, ({ measure }) => measure(given))

/** The end of a phase: the exit code of its command, and why it did not measure. */
interface Ended {
  readonly exitCode: number
  /** `null` where its result says it. */
  readonly reason: string | null
}

type PhaseFailure = CommandEnded | { readonly _tag: keyof typeof failureCodes; readonly message: string }

const endOfFailure = (error: PhaseFailure): Effect.Effect<Ended> =>
  error._tag === "CommandEnded"
    ? Effect.succeed({ exitCode: error.exitCode, reason: null })
    : Effect.as(Console.error(`edfi-perf: ${error.message}`), {
        exitCode: failureCodes[error._tag],
        reason: excerpt(error.message, 1000)
      })

const endOfDefect = (cause: Cause.Cause<unknown>): Effect.Effect<Ended> =>
  Effect.as(Console.error(`edfi-perf: a defect of this program; please report it\n${Cause.pretty(cause)}`), {
    exitCode: exitCodes.defect,
    reason: excerpt(Cause.pretty(cause), 1000)
  })

/**
 * Never fails. An interrupt ends the phase, which writes its figures until then.
 *
 * @param restore of the uninterruptible region in which the caller keeps its journal
 */
export const measurePhase = (
  command: PhaseCommand,
  given: GivenSettings,
  restore: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
) =>
  Effect.flatMap(Effect.exit(restore(measured(command, given))), (exit): Effect.Effect<Ended> => {
    if (Exit.isSuccess(exit)) return Effect.succeed({ exitCode: exitCodes.done, reason: null })
    if (Cause.isInterrupted(exit.cause))
      return Effect.succeed({ exitCode: exitCodes.interrupted, reason: null })
    return Option.match(Cause.failureOption(exit.cause), {
      onNone: () => endOfDefect(exit.cause),
      onSome: endOfFailure
    })
  })
