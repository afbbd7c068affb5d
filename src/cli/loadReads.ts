/** Loads a run of READ: which resources it reads, which of them have rows, and what `--populate` creates. */
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import type * as Either from "effect/Either"
import * as Logger from "effect/Logger"
import type { ScenarioInfo } from "../engine/Scenario.ts"
import { openConnection } from "../run/Connection.ts"
import { type PlannedReads, planReads, readPlanOf, readScenariosOf } from "../run/planReads.ts"
import { readApi } from "../run/readApi.ts"
import { randomSeed, type RunSpec, serverOf } from "../run/RunSpec.ts"
import { scenarios as builtIn } from "../scenarios/index.ts"
import type { RunnableScenario } from "../scenarios/loadModules.ts"
import { scenarioNameOf } from "../scenarios/resourceScenarios.ts"
import { chooseResources } from "../schema/chooseResources.ts"
import type { ApiModel } from "../schema/ResourceSchema.ts"
import { type KnownScenarios, sameWord } from "../settings/chooseScenarios.ts"
import type { GivenSettings } from "../settings/readSettings.ts"
import { besidesScenarios } from "../settings/ResourceChoice.ts"
import { decodeRunConfig, type ReadChoice } from "../settings/RunConfig.ts"
import type { StudyConfig, StudySettings } from "../settings/StudySettings.ts"
import { wrongSetting, type WrongSettings } from "../settings/WrongSettings.ts"
import { resourcesNamed } from "./resourcesNamed.ts"
import { logLevels } from "./settingsCommand.ts"

/** Read unless others are chosen. @see api-facts section 7, R2 */
const defaultResources = ["students", "sections", "studentSchoolAssociations"]

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

/** Reads what the server describes and has; nothing is written. @param spec of the run, apart from its scenarios */
const planChosen = (choice: ReadChoice, { fixtures, seed }: RunSpec) =>
  Effect.gen(function* () {
    const { model } = yield* readApi(choice.spec)
    const chosen = yield* chooseReadable(model, choice)
    if (chosen.length === 0)
      return yield* wrongSetting("--resources", "--resources", "leaves no resource to read")
    const { populate } = choice
    return yield* planReads(model, chosen, { populate, fixtures, seed })
  }).pipe(
    Effect.catchTag("CannotPopulate", ({ detail }) =>
      wrongSetting("--populate", `--populate ${choice.populate}`, detail)
    )
  )

/** Plans the reads over the connection that the load will use. */
export const connectAndPlanReads = (choice: ReadChoice, spec: RunSpec) =>
  Effect.gen(function* () {
    const connection = yield* openConnection(serverOf(spec.target), spec.dms)
    const planned = yield* Effect.provide(planChosen(choice, spec), connection.services)
    return { connection, planned }
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
  const scenarios = readScenariosOf(planned)
  const own = scenarios.filter((scenario) => !builtIn.some(({ name }) => name === scenario.name))
  return {
    given: withoutEmpty(given, choice, planned, scenarios),
    known: { scenarios: Arr.appendAll(builtIn, own) }
  }
}

/** The spec of a load with what it reads. @param loads of the same command */
export const withReads = <S extends ScenarioInfo>(
  spec: RunSpec<S>,
  loads: ReadonlyArray<RunSpec<S>>,
  { deletesPopulation, maxBatchOperations }: ReadChoice,
  planned: PlannedReads
): RunSpec<S> => {
  const mixes = loads.flatMap(({ scenarios }) => scenarios.flatMap(({ reads }) => reads ?? []))
  const population = { maxBatchOperations, seed: spec.seed, deletesAtEnd: deletesPopulation }
  return { ...spec, ...readPlanOf(planned, mixes, population) }
}

/**
 * The loads of a study of READ: the server says what they read, over the connection that they use.
 *
 * @param decode of the study's settings
 */
export const loadStudyOfReads = <A extends Pick<StudySettings, "logLevel">>(
  given: GivenSettings,
  choice: ReadChoice,
  decode: (
    given: GivenSettings,
    known: KnownScenarios<RunnableScenario>,
    seed: number
  ) => Either.Either<StudyConfig<A, RunnableScenario>, WrongSettings>
) =>
  Effect.gen(function* () {
    const seed = yield* randomSeed
    const first = yield* decode(besidesScenarios(given), { scenarios: builtIn, isPartial: true }, seed)
    const { connection, planned } = yield* Logger.withMinimumLogLevel(
      connectAndPlanReads(choice, first.loads[0]),
      logLevels[first.settings.logLevel]
    )
    const { given: chosen, known } = readsOf(given, choice, planned)
    const { loads, settings } = yield* decode(chosen, known, seed)
    const target: RunSpec["target"] = { _tag: "Connected", connection }
    return {
      settings,
      loads: Arr.map(loads, (load) => ({ ...withReads(load, loads, choice, planned), target }))
    }
  })

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
