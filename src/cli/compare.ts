/** `edfi-perf compare`: runs side by side, the first as baseline. */
import * as Args from "@effect/cli/Args"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import { compareRuns } from "../compare/compareRuns.ts"
import { type FailOn, parseFailOn } from "../compare/failOn.ts"
import { readRuns } from "../compare/readRun.ts"
import { csvOf, markdownOf, textOf } from "../output/comparisonText.ts"
import { pointAt } from "../domain/Threshold.ts"
import { type Comparison, ComparisonJson } from "../result/Comparison.ts"
import { warningsOf } from "../result/comparisonTable.ts"
import { makeFolder } from "../output/makeFolder.ts"
import { pageHtml } from "../output/pageHtml.ts"
import { CommandEnded } from "./CommandEnded.ts"
import { exitCodes } from "./exitCodes.ts"

/** What was asked for cannot be compared; exit code 2. */
export class WrongComparison extends Schema.TaggedError<WrongComparison>()("WrongComparison", {
  detail: Schema.String
}) {
  override get message(): string {
    return this.detail
  }
}

/** The comparison was printed, but its page could not be written; exit code 1. */
export class PageNotWritable extends Schema.TaggedError<PageNotWritable>()("PageNotWritable", {
  file: Schema.String,
  detail: Schema.String
}) {
  override get message(): string {
    return `the page ${this.file} cannot be written: ${this.detail}; --page names another file`
  }
}

const folders = Args.text({ name: "DIR" }).pipe(
  Args.withDescription(
    "Two or more runs, the first is the baseline: a folder with summary.json, or with *_stats.csv and *_stats_history.csv of Locust (the Python suite); or one of these files"
  ),
  Args.repeated
)
const out = Options.choice("out", ["text", "markdown", "json", "csv"]).pipe(
  Options.withDescription("What is printed (default text)"),
  Options.withDefault("text" as const)
)
const failOn = Options.text("failOn").pipe(
  Options.withDescription(
    'Ends with 1 when a run is worse than the baseline by more than this; may be given several times. "latency.p95 +10%", "operations.perSecond -5%", "students-batch-10.latency.p99 +20ms", "failures.count +0"; for failures.ratio, "+1%" is one percentage point'
  ),
  Options.repeated
)

const page = Options.text("page").pipe(
  Options.withDescription(
    "The page with the same tables and with charts laid over each other, one self-contained file (default out/compare.html)"
  ),
  Options.withDefault("out/compare.html")
)

const readFailOn = (text: string): Effect.Effect<FailOn, WrongComparison> =>
  Either.match(parseFailOn(text), {
    onRight: Effect.succeed,
    onLeft: (mistake) =>
      Effect.fail(
        new WrongComparison({
          detail: `--failOn cannot be read\n${pointAt(text, mistake, "    ")}`
        })
      )
  })

const encodeComparison = Schema.encode(ComparisonJson)

const printed: Record<
  "text" | "markdown" | "json" | "csv",
  (comparison: Comparison) => Effect.Effect<string>
> = {
  text: (comparison) => Effect.succeed(textOf(comparison)),
  markdown: (comparison) => Effect.succeed(markdownOf(comparison)),
  json: (comparison) => Effect.orDie(encodeComparison(comparison)),
  // A line more would be one row too many.
  csv: (comparison) => Effect.succeed(csvOf(comparison).trimEnd())
}

const writePage = (file: string, comparison: Comparison) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    yield* makeFolder(path.dirname(file))
    yield* fs.writeFileString(file, yield* pageHtml({ _tag: "Compared", comparison }))
  }).pipe(Effect.mapError(({ message }) => new PageNotWritable({ file, detail: message })))

export const compareCommand = Command.make("compare", { folders, out, failOn, page }, (given) =>
  Effect.gen(function* () {
    if (given.folders.length < 2) {
      const has = given.folders.length === 0 ? "no run" : `one run, ${given.folders[0]}`
      return yield* new WrongComparison({
        detail: `compare needs two or more runs, the first as baseline; given was ${has}`
      })
    }
    const failOns = yield* Effect.forEach(given.failOn, readFailOn)
    const comparison = compareRuns(yield* readRuns(given.folders), failOns)
    yield* Effect.flatMap(printed[given.out](comparison), Console.log)
    if (given.out === "csv" || given.out === "json") {
      // For whoever watches the job; programs read the other stream.
      const aside = [...warningsOf(comparison), ...comparison.verdicts.map(({ sentence }) => sentence)]
      yield* Effect.forEach(aside, (line) => Console.error(line), { discard: true })
    }
    yield* writePage(given.page, comparison)
    // Not among what programs read.
    yield* Console.error(`page in ${given.page}`)
    if (comparison.verdicts.some(({ passed }) => !passed)) {
      yield* new CommandEnded({ exitCode: exitCodes.limitCrossed })
    }
  })
).pipe(
  Command.withDescription(
    "Put runs side by side, the first as baseline: operations and requests per second, latency and failures, in total and by request name, with the change. Reads what run left in its --output, and the CSV files of the Python suite."
  )
)
