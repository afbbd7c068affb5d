/** What all benches have in common: flags with help, an exit code, and an end in order on Ctrl-C. */
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as ValidationError from "@effect/cli/ValidationError"
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import type { Teardown } from "@effect/platform/Runtime"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import { realpathSync } from "node:fs"
import type { BenchFailed } from "./children.ts"
import { findNode, runAgainOn } from "./otherNode.ts"
import { out } from "./report.ts"

/** A whole number from `least` on. */
export const whole = (name: string, fallback: number, what: string, least = 1) =>
  Options.integer(name).pipe(
    Options.filterMap(
      (value) => (value >= least ? Option.some(value) : Option.none()),
      `--${name} takes a whole number from ${least} on`
    ),
    Options.withDefault(fallback),
    Options.withDescription(`${what} (default ${fallback})`)
  )

/** A percentage >= 0 and < 100. */
export const percent = (name: string, fallback: number, what: string) =>
  Options.float(name).pipe(
    Options.filterMap(
      (value) => (value >= 0 && value < 100 ? Option.some(value) : Option.none()),
      `--${name} takes a percentage from 0 to less than 100`
    ),
    Options.withDefault(fallback),
    Options.withDescription(`${what}, in percent (default ${fallback})`)
  )

/** How a bench may end: done, or with what it measured being wrong or worse, or unable to tell. */
export const exitCodes = { bad: 1, wrongInput: 2, cannotTell: 3, interrupted: 130 }

const teardown: Teardown = (exit, onExit) =>
  onExit(
    Exit.match(exit, {
      onSuccess: () => Number(process.exitCode ?? 0),
      onFailure: (cause) => (Cause.isInterruptedOnly(cause) ? exitCodes.interrupted : exitCodes.bad)
    })
  )

const onItsNode = (
  bench: Effect.Effect<void, BenchFailed, NodeContext.NodeContext>,
  wanted: Option.Option<string>
) =>
  Effect.gen(function* () {
    if (Option.isNone(wanted)) return yield* bench
    const node = yield* findNode(wanted.value)
    yield* node === realpathSync(process.execPath) ? bench : runAgainOn(node)
  })

/** Runs a bench as a command; what it started and made is in scopes, which Ctrl-C closes. */
export const runBench = <Name extends string, A extends { readonly node: Option.Option<string> }>(
  command: Command.Command<Name, NodeContext.NodeContext, BenchFailed, A>
): void =>
  Command.run(
    Command.transformHandler(command, (bench, { node }) => onItsNode(bench, node)),
    { name: "edfi-perf benches", version: "of this checkout" }
  )(process.argv).pipe(
    Effect.catchAll((error) =>
      Effect.sync(() => {
        // The option parser has told what is wrong with the flags.
        if (!ValidationError.isValidationError(error)) out(`\n${error.message}`)
        process.exitCode = ValidationError.isValidationError(error) ? exitCodes.wrongInput : exitCodes.bad
      })
    ),
    Effect.provide(NodeContext.layer),
    NodeRuntime.runMain({ teardown })
  )
