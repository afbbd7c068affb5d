/** Loads a run of READ: which resources it reads, which of them have rows, and what `--populate` creates. */
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import { makeKeySpace } from "../documents/generatedKeys.ts"
import { loadOf, type LoadWithFixtures } from "../documents/GeneratedLoad.ts"
import { planDocuments } from "../documents/planDocuments.ts"
import { readRequests, sizesRead } from "../domain/ReadMix.ts"
import type { ScenarioInfo } from "../engine/Scenario.ts"
import { ReadNotReady } from "../fixtures/FixtureError.ts"
import { findServerFacts } from "../fixtures/findServerFacts.ts"
import type { ReadPlan } from "../fixtures/ReadSamples.ts"
import { concurrency, countRows } from "../fixtures/sampleReads.ts"
import { openConnection } from "../run/Connection.ts"
import { readApi } from "../run/readApi.ts"
import { randomSeed, type RunSpec, serverOf } from "../run/RunSpec.ts"
import { scenarios as builtIn } from "../scenarios/index.ts"
import type { RunnableScenario } from "../scenarios/loadModules.ts"
import { readScenario } from "../scenarios/readScenario.ts"
import { scenarioNameOf } from "../scenarios/resourceScenarios.ts"
import { chooseResources } from "../schema/chooseResources.ts"
import { neededDescriptors } from "../schema/neededDescriptors.ts"
import { type ReadableResource, readableOf } from "../schema/readable.ts"
import type { ApiModel } from "../schema/ResourceSchema.ts"
import { sameWord } from "../settings/chooseScenarios.ts"
import type { GivenSettings } from "../settings/readSettings.ts"
import { besidesScenarios } from "../settings/ResourceChoice.ts"
import { decodeRunConfig, type ReadChoice } from "../settings/RunConfig.ts"
import { wrongSetting } from "../settings/WrongSettings.ts"
import { resourcesNamed } from "./resourcesNamed.ts"
import { logLevels } from "./settingsCommand.ts"

/** Read unless others are chosen. @see api-facts section 7, R2 */
const defaultResources = ["students", "sections", "studentSchoolAssociations"]

/** The record of `--populate`: with a new student each. */
const populated = "ed-fi/studentSchoolAssociations"

/** The chosen resources: by `--resources`, else by the names of their scenarios, else those that are read by default. */
const chooseReadable = (model: ApiModel, choice: ReadChoice) =>
  Effect.gen(function* () {
    const { exclude, resources, testList } = choice
    const excluded = yield* resourcesNamed(model, "--exclude", exclude)
    const inTestList = model.resources.filter(({ name }) =>
      testList.some((given) => sameWord(given, scenarioNameOf("READ", name)))
    )
    const named = yield* resourcesNamed(model, "--resources", resources)
    const chosen =
      resources.length > 0
        ? named
        : inTestList.length > 0
          ? inTestList
          : chooseResources(model, defaultResources).chosen
    const left = chosen.filter((resource) => !excluded.includes(resource))
    // Scenarios need names of their own: of two resources of a name the first is read.
    return Arr.dedupeWith(left, (one, other) => sameWord(one.name, other.name))
  })

/** What `--populate` creates, and the resources that have rows then. */
interface PlannedPopulation {
  readonly generated: LoadWithFixtures
  readonly paths: ReadonlySet<string>
}

/** Plans enrolled students with the values that the server has. */
const planPopulation = (model: ApiModel, records: number, spec: RunSpec) =>
  Effect.gen(function* () {
    const flag = `--populate ${records}`
    const enrollment = model.resources.find(({ path }) => path === populated)
    if (enrollment === undefined)
      return yield* wrongSetting("--populate", flag, `the API has no ${populated}`)
    const descriptors = neededDescriptors(model, [enrollment], "minimal")
    const facts = yield* findServerFacts(descriptors, spec.fixtures)
    const plan = planDocuments(model, [enrollment], { extent: "minimal", facts })
    const [leftOut] = plan.leftOut
    if (leftOut !== undefined)
      return yield* wrongSetting("--populate", flag, `${leftOut.path} cannot be generated: ${leftOut.reason}`)
    const parents = plan.records.flatMap((record) => record.parents)
    const demand = { users: 1, perIteration: 1, loads: 1, fixtureSeed: spec.seed }
    const planned: PlannedPopulation = {
      generated: loadOf(plan, new Set([populated]), yield* makeKeySpace(demand, plan.keyUse)),
      paths: new Set([populated, ...[...plan.fixtures, ...parents].map(({ resource }) => resource.path)])
    }
    return planned
  })

/** Those that have rows; the others are named. */
const withRows = (resources: ReadonlyArray<ReadableResource>, populatedPaths: ReadonlySet<string>) =>
  Effect.gen(function* () {
    const reasons = yield* Effect.forEach(
      resources,
      (resource) =>
        populatedPaths.has(resource.path)
          ? Effect.succeed(undefined)
          : Effect.match(countRows(resource), {
              onFailure: ({ message }) => message,
              onSuccess: (rows) => (rows === 0 ? "it has no rows" : undefined)
            }),
      { concurrency }
    )
    for (const [index, { path }] of resources.entries()) {
      const reason = reasons[index]
      if (reason !== undefined) yield* Effect.logWarning(`left out ${path}: ${reason}`)
    }
    const read = resources.filter((_, index) => reasons[index] === undefined)
    const leftOut = resources.filter((_, index) => reasons[index] !== undefined)
    if (read.length > 0) return { resources: read, leftOut }
    return yield* new ReadNotReady({
      detail:
        `none of ${resources.map(({ path }) => path).join(", ")} has a row that can be read; ` +
        "--populate 10000 creates enrolled students before the load"
    })
  })

/** The resources of a run of READ, and what is created before. */
export interface PlannedReads {
  readonly resources: ReadonlyArray<ReadableResource>
  /** Chosen, but without rows. */
  readonly leftOut: ReadonlyArray<ReadableResource>
  readonly population: LoadWithFixtures | undefined
}

/** Reads what the server describes and has; nothing is written. @param spec of the run, apart from its scenarios */
export const planReads = (choice: ReadChoice, spec: RunSpec) =>
  Effect.gen(function* () {
    const { model } = yield* readApi(choice.spec)
    const chosen = yield* chooseReadable(model, choice)
    if (chosen.length === 0)
      return yield* wrongSetting("--resources", "--resources", "leaves no resource to read")
    const { populate } = choice
    const population = populate === undefined ? undefined : yield* planPopulation(model, populate, spec)
    const chosenByRows = yield* withRows(chosen.map(readableOf), population?.paths ?? new Set())
    const planned: PlannedReads = { ...chosenByRows, population: population?.generated }
    return planned
  })

/** Plans the reads over the connection that the load will use. */
export const connectAndPlanReads = (choice: ReadChoice, spec: RunSpec) =>
  Effect.gen(function* () {
    const connection = yield* openConnection(serverOf(spec.target), spec.dms)
    const planned = yield* Effect.provide(planReads(choice, spec), connection.services)
    return { connection, planned }
  })

/** The scenarios of the resources: the built-in ones where there are. */
const scenariosToRead = ({ resources }: PlannedReads): ReadonlyArray<RunnableScenario> =>
  resources.map((resource) => {
    const name = scenarioNameOf("READ", resource.name)
    return builtIn.find((known) => known.name === name) ?? readScenario(resource)
  })

/** The given settings with the scenarios that run: those of `--testList` that have rows, or all. */
const withoutEmpty = (
  given: GivenSettings,
  { testList }: ReadChoice,
  { leftOut }: PlannedReads,
  scenarios: ReadonlyArray<RunnableScenario>
): GivenSettings => {
  const empty = leftOut.map(({ name }) => scenarioNameOf("READ", name))
  const names =
    testList.length > 0
      ? testList.filter((word) => !empty.some((name) => sameWord(name, word)))
      : scenarios.map(({ name }) => name)
  return { ...given, testList: { value: names.join(","), from: "flag" } }
}

/** What the loads of a command send to read, and the known scenarios. */
export const readsOf = (given: GivenSettings, choice: ReadChoice, planned: PlannedReads) => {
  const scenarios = scenariosToRead(planned)
  const own = scenarios.filter((scenario) => !builtIn.some(({ name }) => name === scenario.name))
  return {
    given: withoutEmpty(given, choice, planned, scenarios),
    known: { scenarios: Arr.appendAll(builtIn, own) }
  }
}

/** The spec of a load with what it reads. @param loads of the same command: the largest page of all has to be possible */
export const withReads = <S extends ScenarioInfo>(
  spec: RunSpec<S>,
  loads: ReadonlyArray<RunSpec<S>>,
  { maxBatchOperations, populate }: ReadChoice,
  { population, resources }: PlannedReads
): RunSpec<S> => {
  const mixes = loads.flatMap(({ scenarios }) => scenarios.flatMap(({ reads }) => reads ?? []))
  const reads: ReadPlan = {
    resources,
    kinds: Arr.dedupe(mixes.flatMap(readRequests).map(({ kind }) => kind)),
    maxPageSize: Math.max(1, ...mixes.flatMap(sizesRead)),
    population:
      population === undefined || populate === undefined
        ? undefined
        : { records: populate, maxBatchOperations, seed: spec.seed }
  }
  return { ...spec, generated: population, reads }
}

/** A load of reads sends no records; a variable may be meant for other runs. */
const withoutRecordCount = (given: GivenSettings): GivenSettings =>
  given["recordCount"]?.from === "variable" ? { ...given, recordCount: undefined } : given

/** Checks the settings of a run of READ, reads the server, and plans what is created before the load. */
export const loadWithReads = (givenInAll: GivenSettings, choice: ReadChoice) =>
  Effect.gen(function* () {
    const given = withoutRecordCount(givenInAll)
    const seed = yield* randomSeed
    const first = yield* decodeRunConfig(
      besidesScenarios(given),
      { scenarios: builtIn, isPartial: true },
      seed
    )
    const { connection, planned } = yield* Logger.withMinimumLogLevel(
      connectAndPlanReads(choice, first.spec),
      logLevels[first.settings.logLevel]
    )
    const { given: chosen, known } = readsOf(given, choice, planned)
    const config = yield* decodeRunConfig(chosen, known, seed)
    const { files } = config.spec
    const spec = withReads(config.spec, [config.spec], choice, planned)
    return { ...config, spec: { ...spec, files, target: { _tag: "Connected", connection } as const } }
  })
