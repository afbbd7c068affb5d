/** Loads the scenarios of `--resources`: reads what the server describes and has, and plans documents of it. */
import type { NonEmptyReadonlyArray } from "effect/Array"
import * as Effect from "effect/Effect"
import type * as Either from "effect/Either"
import * as Logger from "effect/Logger"
import { openConnection } from "../run/Connection.ts"
import { generatedFor, type PlannedResources, planResources } from "../run/planResources.ts"
import { readApiFiles, readServerApi } from "../run/readApi.ts"
import { randomSeed, type RunSpec, serverOf } from "../run/RunSpec.ts"
import { scenarios as builtIn } from "../scenarios/index.ts"
import type { RunnableScenario } from "../scenarios/loadModules.ts"
import { scenarioNamesOf } from "../scenarios/resourceScenarios.ts"
import { chooseResources } from "../schema/chooseResources.ts"
import type { ApiModel, ResourceSchema } from "../schema/ResourceSchema.ts"
import { type KnownScenarios, sameWord } from "../settings/chooseScenarios.ts"
import type { GivenSettings } from "../settings/readSettings.ts"
import { besidesScenarios, type ResourceChoice } from "../settings/ResourceChoice.ts"
import type { RunSettings } from "../settings/RunSettings.ts"
import { SettingProblem, WrongSettings } from "../settings/WrongSettings.ts"
import { resourcesNamed } from "./resourcesNamed.ts"
import { logLevels } from "./settingsCommand.ts"

type Spec = RunSpec<RunnableScenario>

/** A command whose loads send the chosen resources. */
export interface ResourceCommand<C> {
  /** Checks the settings against the scenarios that are known. */
  readonly decode: (
    given: GivenSettings,
    known: KnownScenarios<RunnableScenario>,
    seed: number
  ) => Either.Either<C, WrongSettings>
  /** Its loads; the seed of the command is that of the first. */
  readonly specsOf: (config: C) => NonEmptyReadonlyArray<Spec>
  readonly withSpecs: (config: C, change: (spec: Spec) => Spec) => C
  /** The highest number of loads, which have consecutive seeds. */
  readonly seedsOf: (config: C) => number
  readonly logLevelOf: (config: C) => RunSettings["logLevel"]
}

/** A resource that was chosen by its name has to run; one of `all` is left out with a warning. */
const tellLeftOut = (
  model: ApiModel,
  { resources }: ResourceChoice,
  { leftOut }: Pick<PlannedResources, "leftOut">
) =>
  Effect.gen(function* () {
    const isAll = (name: string) => sameWord(name, "all")
    const named = chooseResources(
      model,
      resources.filter((name) => !isAll(name))
    ).chosen
    const [head, ...tail] = leftOut
      .filter(({ path }) => named.some((resource) => resource.path === path))
      .map(
        ({ path, reason }) =>
          new SettingProblem({
            flag: "--resources",
            given: `--resources ${path}`,
            accepted: `cannot be generated: ${reason}`
          })
      )
    if (head !== undefined) return yield* new WrongSettings({ problems: [head, ...tail] })
    const unread = resources.some(isAll)
      ? model.unreadable.map(({ detail, path }) => ({ path, reason: detail }))
      : []
    for (const { path, reason } of [...unread, ...leftOut]) {
      yield* Effect.logWarning(`left out ${path}: ${reason}`)
    }
  })

/** The resources whose scenarios `--testList` names; names that are left are reported with the other settings. */
const ofTestList = ({ resources }: ApiModel, choice: ResourceChoice): ReadonlyArray<ResourceSchema> =>
  resources.filter(({ name }) =>
    scenarioNamesOf(name).some((own) => choice.scenarios.some((given) => sameWord(given, own)))
  )

/** Connects to the server, and plans the chosen resources. @param spec of a load, apart from its scenarios */
const connectAndPlan = (choice: ResourceChoice, spec: RunSpec) =>
  Effect.gen(function* () {
    const connection = yield* openConnection(serverOf(spec.target), spec.dms)
    const planned = yield* Effect.gen(function* () {
      const { model } = yield* choice.spec.length > 0 ? readApiFiles(choice.spec) : readServerApi
      const excluded = yield* resourcesNamed(model, "--exclude", choice.exclude)
      const named = yield* resourcesNamed(model, "--resources", choice.resources)
      const chosen = [...new Set([...named, ...ofTestList(model, choice)])].filter(
        (resource) => !excluded.includes(resource)
      )
      const { document } = choice
      const planned = yield* planResources(model, chosen, { document, fixtures: spec.fixtures })
      yield* tellLeftOut(model, choice, planned)
      return planned
    }).pipe(Effect.provide(connection.services))
    return { connection, planned }
  })

const noneChosen = (detail: string) =>
  new WrongSettings({
    problems: [new SettingProblem({ flag: "--resources", given: "--resources", accepted: detail })]
  })

/**
 * Checks the settings of a command with chosen resources. Everything that needs no scenarios is checked before the server
 * is asked; nothing is written before all is known. The loads use the connection over which they were planned.
 */
export const loadWithResources = <C>(
  given: GivenSettings,
  choice: ResourceChoice,
  command: ResourceCommand<C>
) =>
  Effect.gen(function* () {
    const { decode, logLevelOf, seedsOf, specsOf, withSpecs } = command
    const randomly = yield* randomSeed
    const first = yield* decode(besidesScenarios(given), { scenarios: builtIn, isPartial: true }, randomly)
    const { connection, planned } = yield* Logger.withMinimumLogLevel(
      connectAndPlan(choice, specsOf(first)[0]),
      logLevels[logLevelOf(first)]
    )
    // A variable may be meant for another run.
    const isChosen = given["resources"]?.from === "flag"
    if (isChosen && planned.scenarios.length === 0) return yield* noneChosen("leaves no resource to send")
    const known: NonEmptyReadonlyArray<RunnableScenario> = [
      ...builtIn,
      ...planned.scenarios.filter(({ name }) => planned.pathOf.has(name))
    ]
    const chosen = planned.scenarios.length === 0 ? undefined : planned.scenarios
    const config = yield* decode(given, { scenarios: known, chosen }, randomly)
    const specs = specsOf(config)
    const sent = new Set(specs.flatMap(({ scenarios }) => scenarios.map(({ scenario }) => scenario.name)))
    if (isChosen && !planned.scenarios.some(({ name }) => sent.has(name)))
      return yield* noneChosen("none of its scenarios is in --testList")
    const generated = yield* generatedFor(planned, specs, { seed: specs[0].seed, seeds: seedsOf(config) })
    return withSpecs(config, (spec) => ({ ...spec, target: { _tag: "Connected", connection }, generated }))
  })
