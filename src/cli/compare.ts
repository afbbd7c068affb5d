/** `edfi-perf compare`: runs side by side, the first as baseline. */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { comparePlans, readPlans } from "../compare/comparePlans.ts"
import { compareRuns } from "../compare/compareRuns.ts"
import { readRuns } from "../compare/readRun.ts"
import { csvOf, markdownOf, textOf } from "../output/comparisonText.ts"
import {
  planComparisonCsv,
  planComparisonMarkdown,
  planComparisonText
} from "../output/planComparisonText.ts"
import { makeFolder } from "../output/makeFolder.ts"
import { pageHtml } from "../output/pageHtml.ts"
import { type Comparison, ComparisonJson, verdictsOf } from "../result/Comparison.ts"
import { phaseVerdicts, type PlanComparison, PlanComparisonJson } from "../result/PlanComparison.ts"
import { warningsOf } from "../result/comparisonTable.ts"
import { givenOf } from "../settings/readSettings.ts"
import { CommandEnded } from "./CommandEnded.ts"
import { type CompareConfig, compareSettings, decodeCompare } from "../settings/CompareConfig.ts"
import { exitCodes } from "./exitCodes.ts"
import { settingsCommand } from "./settingsCommand.ts"

/** The comparison was printed, but its page could not be written; exit code 1. */
export class PageNotWritable extends Schema.TaggedError<PageNotWritable>()("PageNotWritable", {
  file: Schema.String,
  detail: Schema.String
}) {
  override get message(): string {
    return `the page ${this.file} cannot be written: ${this.detail}; --page names another file`
  }
}

const encodeComparison = Schema.encode(ComparisonJson)

const formatted: Record<CompareConfig["out"], (comparison: Comparison) => Effect.Effect<string>> = {
  text: (comparison) => Effect.succeed(textOf(comparison)),
  markdown: (comparison) => Effect.succeed(markdownOf(comparison)),
  json: (comparison) => Effect.orDie(encodeComparison(comparison)),
  // Console.log adds the last line break.
  csv: (comparison) => Effect.succeed(csvOf(comparison).trimEnd())
}

const encodePlans = Schema.encode(PlanComparisonJson)

const formattedPlans: Record<CompareConfig["out"], (comparison: PlanComparison) => Effect.Effect<string>> = {
  text: (comparison) => Effect.succeed(planComparisonText(comparison)),
  markdown: (comparison) => Effect.succeed(planComparisonMarkdown(comparison)),
  json: (comparison) => Effect.orDie(encodePlans(comparison)),
  csv: (comparison) => Effect.succeed(planComparisonCsv(comparison))
}

const writePage = (file: string, comparison: Comparison) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    yield* makeFolder(path.dirname(file))
    yield* fs.writeFileString(file, yield* pageHtml({ _tag: "Compared", comparison }))
  }).pipe(Effect.mapError(({ message }) => new PageNotWritable({ file, detail: message })))

/** Two plans: each phase is compared, and has a page of its own. */
const compareTwoPlans = (
  { failOn, failOnLimited, out, page }: CompareConfig,
  plans: NonNullable<Effect.Effect.Success<ReturnType<typeof readPlans>>>
) =>
  Effect.gen(function* () {
    const path = yield* Path.Path
    const comparison = yield* comparePlans(plans, failOn, failOnLimited)
    yield* Effect.flatMap(formattedPlans[out](comparison), Console.log)
    const verdicts = phaseVerdicts(comparison)
    if (out === "csv" || out === "json") {
      yield* Effect.forEach(verdicts, ({ sentence }) => Console.error(sentence), { discard: true })
    }
    for (const { comparison: of, name } of comparison.phases) {
      const { dir, ext, name: base } = path.parse(page)
      const file = path.join(dir, `${base}-${name}${ext}`)
      yield* writePage(file, of)
      yield* Console.error(`page: ${file}`)
    }
    if (verdicts.some(({ passed }) => !passed)) {
      yield* new CommandEnded({ exitCode: exitCodes.limitCrossed })
    }
  })

const compare = (config: CompareConfig) =>
  Effect.gen(function* () {
    const { failOn, failOnLimited, folders, out, page } = config
    const plans = yield* readPlans(folders)
    if (plans !== undefined) return yield* compareTwoPlans(config, plans)
    const comparison = compareRuns(yield* readRuns(folders), failOn, failOnLimited)
    yield* Effect.flatMap(formatted[out](comparison), Console.log)
    if (out === "csv" || out === "json") {
      // Standard output is for programs; people read these on standard error.
      const notes = [...warningsOf(comparison), ...verdictsOf(comparison).map(({ sentence }) => sentence)]
      yield* Effect.forEach(notes, (line) => Console.error(line), { discard: true })
    }
    yield* writePage(page, comparison)
    yield* Console.error(`page: ${page}`)
    if (verdictsOf(comparison).some(({ passed }) => !passed)) {
      yield* new CommandEnded({ exitCode: exitCodes.limitCrossed })
    }
  })

export const compareCommand = settingsCommand({
  name: "compare",
  settings: compareSettings,
  load: (flags, folders) =>
    Effect.flatMap(givenOf(compareSettings, flags), (given) => decodeCompare(given, folders)),
  logLevelOf: ({ logLevel }) => logLevel,
  program: compare
})
