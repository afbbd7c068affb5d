/** Chooses the scenarios and their triples per batch. */
import * as Arr from "effect/Array"
import { defaultReadMix, type ReadMix } from "../domain/ReadMix.ts"
import { countOf } from "../domain/Sample.ts"
import type { PlannedScenario, ScenarioInfo } from "../engine/Scenario.ts"
import { operationsPerRecord, sendsBatches } from "../run/RunSpec.ts"
import { onePassTypeOf } from "./onePass.ts"
import { describeWay, type ReportProblem } from "./readSettings.ts"
import type { RunSettings } from "./RunSettings.ts"

/** The settings that choose scenarios. */
export type ScenarioSettings = Pick<
  RunSettings,
  | "batchTripleCount"
  | "batchTripleCountFor"
  | "maxBatchOperations"
  | "testList"
  | "deleteResources"
  | "failDeliberately"
> & {
  /** Whether `batchTripleCount` may be lowered to the largest batch that fits; it is the default then. */
  readonly fitsBatches?: boolean
  /** Of scenarios of READ. */
  readonly reads?: ReadMix
}

/** The scenarios that a command knows, and the modules that some of them come from. */
export interface KnownScenarios<S extends ScenarioInfo> {
  readonly scenarios: Arr.NonEmptyReadonlyArray<S>
  /** Of these, the ones of the chosen resources, in their order: they run unless others are named. */
  readonly chosen?: ReadonlyArray<S> | undefined
  /** Whether the scenarios of chosen resources are missing, because the server has yet to be asked for them. */
  readonly isPartial?: boolean
  /** File URLs. */
  readonly modules?: ReadonlyArray<string>
}
/** The test type that only reads. */
export const readType = "READ"

export const sameWord = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()

/** The test type as the scenarios spell it. @param further types, whose scenarios are not known yet */
export const chooseTestType = (
  testType: string,
  known: ReadonlyArray<ScenarioInfo>,
  report: ReportProblem,
  further: ReadonlyArray<string> = []
): string => {
  const types = [...new Set([...known.map((scenario) => scenario.testType), ...further])]
  const found = types.find((type) => sameWord(type, testType))
  if (found === undefined) report("testType", `accepts ${types.join(", ")}`)
  return found ?? testType
}

/** The named scenarios, or those that run by default; reports names that are unknown or of another test type. */
const findScenarios = <S extends ScenarioInfo>(
  { testList }: Pick<ScenarioSettings, "testList">,
  testType: string,
  { chosen: preferred, isPartial = false, scenarios: known }: KnownScenarios<S>,
  available: Arr.NonEmptyReadonlyArray<S>,
  report: ReportProblem
): Arr.NonEmptyReadonlyArray<S> => {
  const names = available.map((scenario) => scenario.name).join(", ")
  const find = (name: string) => available.find((scenario) => sameWord(scenario.name, name))
  const unknownOrForeign = testList.filter((name) => find(name) === undefined)
  const others = known.filter(({ name }) => unknownOrForeign.some((word) => sameWord(word, name)))
  const neither = unknownOrForeign.filter((word) => !others.some(({ name }) => sameWord(word, name)))
  for (const name of neither) {
    const own = onePassTypeOf(name)
    if (own !== undefined && own !== testType) report("testList", `${name} belongs to --testType ${own}`)
  }
  const unknown = neither.filter((name) => [undefined, testType].includes(onePassTypeOf(name)))
  if (unknown.length > 0) {
    report("testList", `unknown: ${unknown.join(", ")}; accepts ${names}`)
  }
  for (const { name, testType: own } of others) {
    report("testList", `${name} belongs to --testType ${own}; ${testType} has ${names}`)
  }
  const byDefault =
    preferred?.filter((scenario) => available.includes(scenario)) ??
    available.filter((scenario) => scenario.byDefault)
  const chosen = testList.length === 0 ? byDefault : Arr.dedupe(testList.flatMap((name) => find(name) ?? []))
  if (Arr.isNonEmptyReadonlyArray(chosen)) return chosen
  if (testList.length === 0 && !isPartial)
    report("testList", `is required, because ${testType} has no default scenario; accepts ${names}`)
  return [available[0]] // Never runs: the reason has been reported.
}

/** The number of operations that a record takes in a batch. */
export const operationsEach = (
  scenario: ScenarioInfo,
  options: Pick<ScenarioSettings, "deleteResources">
): number => countOf(operationsPerRecord({ scenario, ...options }))

/**
 * The problem of a batch that is too large; `undefined` if it fits.
 *
 * @param records in the batch
 * @param each operations of a record
 * @param prefix `StudentBatchVolumeTest: `
 */
export const tooManyOperations = (
  records: number,
  each: number,
  maxBatchOperations: number,
  prefix = ""
): string | undefined =>
  each * records <= maxBatchOperations
    ? undefined
    : `${prefix}${each * records} operations per batch${each > 3 ? ` (${each} per record)` : ""} exceed ` +
      `--maxBatchOperations ${maxBatchOperations}; ` +
      (each <= maxBatchOperations
        ? `accepts at most ${Math.floor(maxBatchOperations / each)}`
        : "no record fits")

/** Triples per batch that are set for single scenarios, by name; reports invalid ones. */
const ownTripleCounts = (
  { batchTripleCountFor, deleteResources, maxBatchOperations }: ScenarioSettings,
  available: ReadonlyArray<ScenarioInfo>,
  report: ReportProblem
): ReadonlyMap<string, number> => {
  const refuse = (reason: string) => report("batchTripleCountFor", reason)
  const counts = new Map<string, number>()
  for (const [given, count] of Object.entries(batchTripleCountFor)) {
    const scenario = available.find(({ name }) => sameWord(name, given))
    if (scenario === undefined) {
      refuse(`unknown: ${given}; accepts ${available.map(({ name }) => name).join(", ")}`)
    } else if (scenario.tripleCount === "none") {
      refuse(`${scenario.name} sends no batches`)
    } else if (typeof scenario.tripleCount === "number") {
      refuse(`${scenario.name} always sends ${scenario.tripleCount} triples per batch`)
    } else {
      counts.set(scenario.name, count)
      const each = operationsEach(scenario, { deleteResources })
      const problem = tooManyOperations(count, each, maxBatchOperations, `${scenario.name}: `)
      if (problem !== undefined) refuse(problem)
    }
  }
  return counts
}

/** The problem of the largest batch, where it is too large; it names the scenario if others have smaller batches. */
const largestProblem = <S extends ScenarioInfo>(
  { deleteResources, maxBatchOperations }: ScenarioSettings,
  chosen: ReadonlyArray<S>,
  counts: ReadonlyMap<string, number>,
  countOfScenario: (scenario: S) => number
): ReadonlyArray<string> => {
  const sizes = chosen
    .filter(({ name, tripleCount }) => tripleCount === "configured" && !counts.has(name))
    .map((scenario) => ({
      scenario,
      records: countOfScenario(scenario),
      each: operationsEach(scenario, { deleteResources })
    }))
    .toSorted((one, other) => other.each * other.records - one.each * one.records)
  const [largest] = sizes
  if (largest === undefined) return []
  const { each, records, scenario } = largest
  const prefix = sizes.some((size) => size.each < each) ? `${scenario.name}: ` : ""
  return Arr.fromNullable(tooManyOperations(records, each, maxBatchOperations, prefix))
}

export const chooseScenarios = <S extends ScenarioInfo>(
  settings: ScenarioSettings,
  testType: string,
  known: KnownScenarios<S>,
  report: ReportProblem
): Arr.NonEmptyReadonlyArray<PlannedScenario<S>> => {
  const {
    batchTripleCount,
    deleteResources,
    failDeliberately,
    fitsBatches = false,
    maxBatchOperations,
    reads
  } = settings
  const ofType = known.scenarios.filter((scenario) => scenario.testType === testType)
  // With an unknown test type, names are checked against all scenarios.
  const available = Arr.isNonEmptyReadonlyArray(ofType) ? ofType : known.scenarios
  const chosen = findScenarios(settings, testType, known, available, report)
  const counts = ownTripleCounts(settings, available, report)

  /** The common number of records, or the largest that fits if nobody set it. */
  const commonCount = (scenario: S): number => {
    const fitting = Math.floor(maxBatchOperations / operationsEach(scenario, { deleteResources }))
    return fitsBatches ? Math.max(1, Math.min(batchTripleCount, fitting)) : batchTripleCount
  }
  for (const problem of largestProblem(settings, chosen, counts, commonCount)) {
    report("batchTripleCount", problem)
  }
  for (const scenario of chosen) {
    const { name, tripleCount } = scenario
    if (typeof tripleCount !== "number") continue
    const size = tripleCount * operationsEach(scenario, { deleteResources })
    if (size > maxBatchOperations) {
      report("maxBatchOperations", `accepts at least ${size}, the batch size of ${name}`)
    }
  }
  return Arr.map(chosen, (scenario) => {
    const { name, tripleCount } = scenario
    if (scenario.testType === readType) return { scenario, reads: reads ?? defaultReadMix }
    if (tripleCount === "none") return { scenario, deleteResources, failDeliberately }
    const count = tripleCount === "configured" ? (counts.get(name) ?? commonCount(scenario)) : tripleCount
    return { scenario, batchTripleCount: count, deleteResources, hasOwnTripleCount: counts.has(name) }
  })
}

/** Flags of READ alone, and those that mean nothing there. */
const readFlags = ["readMix", "pageSize", "populate"] as const
const writeFlags = [
  "companions",
  "deleteResources",
  "document",
  "failDeliberately",
  "parents",
  "recordCount"
] as const

/** Reports flags without effect on the chosen scenarios. @param populates whether READ creates records before its load */
export const refuseUnused = (
  testType: string,
  chosen: ReadonlyArray<PlannedScenario<ScenarioInfo>>,
  refuseFlag: ReportProblem,
  populates = false
): void => {
  if (testType === readType) {
    for (const name of writeFlags)
      if (name !== "deleteResources" || !populates)
        refuseFlag(name, `${testType} writes nothing in its load`, describeWay)
    refuseFlag("batchTripleCount", `${testType} sends no batches in its load`)
    return
  }
  for (const name of readFlags) refuseFlag(name, `requires --testType ${readType}`, describeWay)
  if (!chosen.some(sendsBatches)) refuseFlag("batchTripleCount", `${testType} sends no batches`)
  if (chosen.every(sendsBatches)) refuseFlag("failDeliberately", `${testType} sends no single requests`)
}
