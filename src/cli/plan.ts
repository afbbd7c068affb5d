/** `edfi-perf plan`: carries out the phases of a file, and prints the answer. */
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import { planText, previewText } from "../output/planText.ts"
import { planExitCode } from "../plans/journal.ts"
import { workOf } from "../plans/phaseReport.ts"
import type { PlanJournal } from "../result/PlanJournal.ts"
import { withOneLocalDms } from "../run/localDmsProcess.ts"
import { decodePlanConfig, planSettings } from "../settings/PlanConfig.ts"
import { givenOf } from "../settings/readSettings.ts"
import { carryOutPlan, type LoadedPlan } from "./carryOutPlan.ts"
import { CommandEnded } from "./CommandEnded.ts"
import { type ExitCode, exitCodes } from "./exitCodes.ts"
import { readPlan } from "./readPlan.ts"
import { settingsCommand } from "./settingsCommand.ts"

const exitCodeOf = (journal: PlanJournal): ExitCode => {
  const code = planExitCode(journal)
  return Object.values(exitCodes).find((each) => each === code) ?? exitCodes.limitCrossed
}

const measurePlan = (loaded: LoadedPlan) =>
  carryOutPlan(loaded, ({ journal, report }) =>
    Effect.gen(function* () {
      yield* Console.log(`\n${planText(report)}\n\nfiles in ${loaded.config.settings.output}`)
      const exitCode = exitCodeOf(journal)
      if (exitCode !== exitCodes.done) yield* new CommandEnded({ exitCode })
    })
  )

const printPreview = ({ plan }: LoadedPlan) =>
  Console.log(
    previewText(
      plan.name,
      plan.phases.map(({ command, name, preview, texts }) => ({
        name,
        command,
        work: workOf({ command, settings: texts }),
        ...preview
      }))
    )
  )

const command = settingsCommand({
  name: "plan",
  settings: planSettings,
  load: (flags, operands) =>
    Effect.gen(function* () {
      const given = yield* givenOf(planSettings, flags)
      const config = yield* decodePlanConfig(given, operands)
      return { config, plan: yield* readPlan(config) }
    }),
  logLevelOf: ({ config }) => config.settings.logLevel,
  program: (loaded) =>
    loaded.config.settings.dryRun ? printPreview(loaded) : Effect.asVoid(measurePlan(loaded))
})

/** A local DMS starts once, for all phases. */
export const planCommand = (words: ReadonlyArray<string>) => withOneLocalDms(command(words))
