/** The settings of `compare`. */
import * as Arr from "effect/Array"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import { type FailOn, parseFailOn } from "../compare/failOn.ts"
import { pointAt } from "../domain/Threshold.ts"
import { oneOf, SomeText, Words } from "./flagSchemas.ts"
import { describeWay, type GivenSettings, readSettings, tableOf, unlessWrong } from "./readSettings.ts"
import { RunSettings } from "./RunSettings.ts"
import { setting } from "./Setting.ts"
import { SettingProblem, type WrongSettings } from "./WrongSettings.ts"

const formats = ["text", "markdown", "json", "csv"] as const

const CompareSettings = Schema.Struct({
  failOn: setting(Words, {
    group: "thresholds",
    kind: "list",
    accepts: 'limits such as "latency.p95 +10%" or "operations.perSecond -5%", repeated or comma-separated',
    fallback: "",
    defaultText: "none",
    help: 'Exit with 1 if worse than the baseline by more, such as "latency.p95 +10%"'
  }),
  failOnLimited: RunSettings.fields.failOnLimited,
  out: setting(oneOf(...formats), {
    group: "output",
    accepts: "text, markdown, json or csv",
    values: formats,
    fallback: "text",
    help: "Format of standard output: text, markdown, json or csv"
  }),
  page: setting(SomeText, {
    group: "output",
    accepts: "a file that can be written",
    fallback: "out/compare.html",
    help: "Self-contained page with tables and charts"
  }),
  logLevel: RunSettings.fields.logLevel
})
interface CompareSettings extends Schema.Schema.Type<typeof CompareSettings> {}

const table = tableOf(CompareSettings)

/** Every setting of `compare`, in the order of the table. */
export const compareSettings = table.settings

export interface CompareConfig extends Omit<CompareSettings, "failOn"> {
  /** Two or more; the first is the baseline. */
  readonly folders: ReadonlyArray<string>
  readonly failOn: ReadonlyArray<FailOn>
}

const givenText = (folders: ReadonlyArray<string>): string =>
  folders.length === 0 ? "no run is given" : `only one run, ${folders[0]}, is given`

/** Fails with every wrong setting. */
export const decodeCompare = (
  given: GivenSettings,
  folders: ReadonlyArray<string>
): Either.Either<CompareConfig, WrongSettings> => {
  const { problems, report, settings } = readSettings(table, given)
  const failOn = Arr.filterMap(settings.failOn, (text) =>
    Either.getRight(
      Either.mapLeft(parseFailOn(text), (mistake) =>
        report("failOn", `cannot be read\n${pointAt(text, mistake, "    ")}`, describeWay)
      )
    )
  )
  const tooFew = new SettingProblem({
    flag: "",
    given: givenText(folders),
    accepted: "compare needs two or more, the first as baseline"
  })
  return unlessWrong([...(folders.length < 2 ? [tooFew] : []), ...problems()], () => ({
    ...settings,
    failOn,
    folders
  }))
}
