/** Which scenarios run and with how many triples per batch, from the settings and the scenarios there are. */
import type { ReportProblem } from "./readSettings.ts"
import type { RunSettings } from "./RunSettings.ts"

/** What the configuration has to know of a scenario; the scenarios themselves live elsewhere. */
export interface KnownScenario {
  readonly name: string
  readonly testType: string
  /** Runs when no `--testList` is given. */
  readonly byDefault: boolean
  /** Of a batch: `configured` where `batchTripleCount` decides, a number where it is always that many. */
  readonly tripleCount: "configured" | "none" | number
  /** How its requests are named, as reports and thresholds do. */
  readonly requestNames: (options: NamingOptions) => ReadonlyArray<string>
}

/** The settings that decide which requests a scenario sends. */
interface NamingOptions {
  readonly batchTripleCount?: number | undefined
  readonly deleteResources: boolean
  readonly failDeliberately: boolean
}

/** A scenario that was chosen, and how many triples its batches have, if it sends batches. */
export interface ChosenScenario {
  readonly name: string
  readonly batchTripleCount?: number
}

export const sendsBatches = ({ batchTripleCount }: ChosenScenario): boolean => batchTripleCount !== undefined

const sameWord = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()

/** The test type as the scenarios spell it. */
export const chooseTestType = (
  { testType }: RunSettings,
  known: ReadonlyArray<KnownScenario>,
  report: ReportProblem<RunSettings>
): string => {
  const types = [...new Set(known.map((scenario) => scenario.testType))]
  const found = types.find((type) => sameWord(type, testType))
  if (found === undefined) report("testType", `accepts ${types.join(", ")}`)
  return found ?? testType
}

export const chooseScenarios = (
  settings: RunSettings,
  testType: string,
  known: ReadonlyArray<KnownScenario>,
  report: ReportProblem<RunSettings>
): ReadonlyArray<ChosenScenario> => {
  const { batchTripleCount, batchTripleCountFor, maxBatchOperations, testList } = settings
  const ofType = known.filter((scenario) => scenario.testType === testType)
  // Where the test type itself is wrong, names are still checked, against all that there are.
  const available = ofType.length > 0 ? ofType : known
  const names = available.map((scenario) => scenario.name).join(", ")
  const find = (name: string) => available.find((scenario) => sameWord(scenario.name, name))

  const strange = testList.filter((name) => find(name) === undefined)
  const others = known.filter(({ name }) => strange.some((word) => sameWord(word, name)))
  const unknown = strange.filter((word) => !others.some(({ name }) => sameWord(word, name)))
  if (unknown.length > 0) {
    report(
      "testList",
      `${unknown.join(", ")} ${unknown.length === 1 ? "is" : "are"} not known; accepts ${names}`
    )
  }
  for (const { name, testType: own } of others) {
    report("testList", `${name} belongs to --testType ${own}; of ${testType} there are ${names}`)
  }
  const chosen =
    testList.length === 0
      ? available.filter((scenario) => scenario.byDefault)
      : [...new Set(testList.flatMap((name) => find(name) ?? []))]

  const most = Math.floor(maxBatchOperations / 3)
  const tooMany = (what: string, count: number) =>
    `${what}${3 * count} operations per batch are above --maxBatchOperations ${maxBatchOperations}; accepts at most ${most}`

  const counts = new Map<string, number>()
  for (const [name, count] of Object.entries(batchTripleCountFor)) {
    const scenario = find(name)
    if (scenario === undefined) report("batchTripleCountFor", `${name} is not known; accepts ${names}`)
    else if (scenario.tripleCount === "none") {
      report("batchTripleCountFor", `${scenario.name} sends no batches`)
    } else if (typeof scenario.tripleCount === "number") {
      report("batchTripleCountFor", `${scenario.name} always sends ${scenario.tripleCount} triples per batch`)
    } else {
      counts.set(scenario.name, count)
      if (count > most) report("batchTripleCountFor", tooMany(`${scenario.name}: `, count))
    }
  }
  const ownCount = ({ name, tripleCount }: KnownScenario) => tripleCount !== "configured" || counts.has(name)
  const neverUsed = chosen.length > 0 && chosen.every(ownCount)
  if (!neverUsed && batchTripleCount > most) report("batchTripleCount", tooMany("", batchTripleCount))
  for (const { name, tripleCount } of chosen) {
    if (typeof tripleCount === "number" && tripleCount > most) {
      report("maxBatchOperations", `accepts at least ${3 * tripleCount}, which ${name} sends`)
    }
  }
  return chosen.map(({ name, tripleCount }) => {
    if (tripleCount === "none") return { name }
    const count = tripleCount === "configured" ? (counts.get(name) ?? batchTripleCount) : tripleCount
    return { name, batchTripleCount: count }
  })
}

/** Refuses flags that the chosen scenarios do not know. */
export const refuseUnused = (
  testType: string,
  chosen: ReadonlyArray<ChosenScenario>,
  refuseFlag: ReportProblem<RunSettings>
): void => {
  if (chosen.length === 0) return
  if (!chosen.some(sendsBatches)) refuseFlag("batchTripleCount", `${testType} sends no batches`)
  if (chosen.every(sendsBatches)) {
    refuseFlag("deleteResources", `${testType} sends no single requests`)
    refuseFlag("failDeliberately", `${testType} sends no single requests`)
  }
}

/** How the requests of a run are named. */
export const requestNamesOf = (
  { deleteResources, failDeliberately }: Pick<RunSettings, "deleteResources" | "failDeliberately">,
  chosen: ReadonlyArray<ChosenScenario>,
  known: ReadonlyArray<KnownScenario>
): ReadonlyArray<string> =>
  chosen.flatMap(
    ({ batchTripleCount, name }) =>
      known
        .find((scenario) => scenario.name === name)
        ?.requestNames({ batchTripleCount, deleteResources, failDeliberately }) ?? []
  )
