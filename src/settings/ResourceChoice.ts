/** The settings that choose resources, which have to be read before the others can be checked. */
import * as Schema from "effect/Schema"
import * as Struct from "effect/Struct"
import { weightsText } from "../domain/ReadMix.ts"
import { readType, sameWord } from "./chooseScenarios.ts"
import { nearest } from "./nearest.ts"
import { onePassType, type OnePassType } from "./onePass.ts"
import { describeWay, type GivenSettings, readSettings, type ReportProblem, tableOf } from "./readSettings.ts"
import { RunSettings } from "./RunSettings.ts"

/** The settings of `run` that choose resources, for other commands with a load. */
export const resourceSettings = Struct.pick(
  RunSettings.fields,
  "resources",
  "exclude",
  "document",
  "companions",
  "parents",
  "spec",
  "mixture"
)

/** Made when it is needed, because most commands need none. */
const choiceTable = () =>
  tableOf(
    Schema.Struct({
      ...resourceSettings,
      testList: RunSettings.fields.testList,
      maxBatchOperations: RunSettings.fields.maxBatchOperations
    })
  )

/** What `--resources` and the flags that go with it say. */
export interface ResourceChoice extends Pick<
  RunSettings,
  "companions" | "document" | "exclude" | "maxBatchOperations" | "parents" | "resources" | "spec"
> {
  /** The test type, if its run is one pass. */
  readonly onePass: OnePassType | undefined
  /** Whether `resources` are those of the test type, because the run names none. */
  readonly isDefault: boolean
  /** The file of CHANGE_QUERY. */
  readonly changeState: string
  /** Names of `--testList` that only the server can explain: `CourseVolumeTest`. */
  readonly scenarios: ReadonlyArray<string>
}

/**
 * The names that may be those of a resource and a test type: no built-in scenario, and not one misspelt by a letter.
 *
 * @param builtIn names of scenarios
 */
export const namesOfResources = (
  testList: ReadonlyArray<string>,
  builtIn: ReadonlyArray<string>
): ReadonlyArray<string> =>
  testList.filter(
    (name) =>
      /^\w+(?:Volume|Read|Pipeclean|ChangeQuery)Test$/i.test(name) && nearest(name, builtIn, 1) === undefined
  )

/** Whether a run needs what the server describes. */
export const needsServer = ({ resources, scenarios }: ResourceChoice): boolean =>
  resources.length > 0 || scenarios.length > 0

/** A load of the built-in scenarios alone. */
export const nothingChosen: ResourceChoice = {
  changeState: "",
  companions: "auto",
  document: "minimal",
  exclude: [],
  isDefault: false,
  maxBatchOperations: 100,
  onePass: undefined,
  parents: "new",
  resources: [],
  scenarios: [],
  spec: []
}

const mixtureTable = tableOf(Schema.Struct({ mixture: RunSettings.fields.mixture }))

/** The mixture of a command: the name of a file or of one that comes with the program. */
export const chosenMixture = (given: GivenSettings): string | undefined => {
  const { mixture } = withoutOverruledChoice(given)
  return readSettings(mixtureTable, { mixture }).settings.mixture
}

/**
 * The chosen resources of a command, which the server has to describe before the other settings can be checked.
 *
 * @param builtIn names of scenarios
 */
export const readChoice = (given: GivenSettings, builtIn: ReadonlyArray<string>): ResourceChoice => {
  const { companions, document, exclude, maxBatchOperations, parents, resources, spec, testList } =
    withoutOverruledChoice(given)
  const { settings } = readSettings(choiceTable(), {
    companions,
    document,
    exclude,
    maxBatchOperations,
    parents,
    resources,
    spec,
    testList
  })
  return { ...nothingChosen, ...settings, scenarios: namesOfResources(settings.testList, builtIn) }
}

/** The choice as reports show it. */
export const reportedChoice = ({
  companions,
  document,
  exclude,
  mixture,
  parents,
  resources
}: Pick<RunSettings, "companions" | "document" | "exclude" | "mixture" | "parents" | "resources">) => {
  if (mixture !== undefined) return { mixture, document, companions }
  return resources.length === 0 ? {} : { resources, exclude, document, companions, parents }
}

/** The choices of READ. */
export interface ReadSettings extends Pick<
  RunSettings,
  "exclude" | "pageSize" | "populate" | "readMix" | "resources"
> {}

/** The same of READ, which writes no documents. */
export const reportedReads = ({ exclude, pageSize, populate, readMix, resources }: ReadSettings) => ({
  ...(resources.length === 0 ? {} : { resources, exclude }),
  readMix: weightsText(readMix),
  pageSize: pageSize.map(String),
  ...(populate === undefined ? {} : { populate })
})

/** Flags that only mean something with `--resources`. */
const dependentFlags = ["companions", "document", "exclude", "parents", "spec"] as const

/** Reports combinations of `--resources` and `--mixture` that mean nothing. @param refuseFlag reports a flag without effect */
export const checkResourceChoice = (
  {
    deleteResources = true,
    mixture,
    parents,
    resources,
    scenario = [],
    testType = ""
  }: Pick<RunSettings, "parents" | "resources"> &
    Partial<Pick<RunSettings, "deleteResources" | "mixture" | "scenario" | "testType">>,
  report: ReportProblem,
  refuseFlag: ReportProblem
): void => {
  if (resources.length > 0 && scenario.length > 0)
    report("resources", "cannot be combined with --scenario", describeWay)
  if (parents === "pooled" && !deleteResources)
    report(
      "parents",
      "cannot be combined with --deleteResources false: records with the same parents may have the same key",
      describeWay
    )
  const isMixture = mixture !== undefined
  const hasDefaults = onePassType(testType) !== undefined || sameWord(testType, readType)
  if (isMixture && hasDefaults)
    report("mixture", `cannot be combined with --testType ${testType}`, describeWay)
  if (isMixture && resources.length > 0) report("mixture", "cannot be combined with --resources", describeWay)
  if (isMixture && scenario.length > 0) report("mixture", "cannot be combined with --scenario", describeWay)
  if (isMixture) refuseFlag("failDeliberately", "cannot be combined with --mixture", describeWay)
  if (resources.length > 0 || hasDefaults) return
  for (const name of dependentFlags) {
    if (!isMixture) refuseFlag(name, "requires --resources", describeWay)
    else if (name === "exclude" || name === "parents")
      refuseFlag(name, "cannot be combined with --mixture", describeWay)
  }
}

/** What a flag, by its name, chooses instead of variables that choose scenarios in another way. */
const overruledBy: Readonly<Record<string, ReadonlyArray<string>>> = {
  mixture: ["resources", "scenario", "testList"],
  resources: ["mixture", "scenario", "testList"],
  scenario: ["mixture", "resources"],
  testList: ["mixture"]
}

/**
 * A flag takes precedence over variables that choose scenarios in another way: `--resources` over `PERF_SCENARIO` and
 * `PERF_TEST_LIST`, `--scenario` over `PERF_RESOURCES`, each of them over `PERF_MIXTURE`, `--mixture` over all.
 */
export const withoutOverruledChoice = (given: GivenSettings): GivenSettings => {
  const flag = Object.keys(overruledBy).find((name) => given[name]?.from === "flag")
  const overruled = flag === undefined ? [] : (overruledBy[flag] ?? [])
  return Object.fromEntries(
    Object.entries(given).filter(
      ([name, setting]) => !overruled.includes(name) || setting?.from !== "variable"
    )
  )
}

/** Settings whose check depends on the scenarios that there are. */
const ofScenarios: ReadonlySet<string> = new Set([
  "testList",
  "threshold",
  "batchTripleCount",
  "batchTripleCountFor",
  "maxBatchOperations"
])

/** What can be checked before the scenarios of the chosen resources are known. */
export const besidesScenarios = (given: GivenSettings): GivenSettings =>
  Object.fromEntries(Object.entries(given).filter(([name]) => !ofScenarios.has(name)))
