/** Loads the scenarios of `--resources`: reads what the server describes and has, and plans documents of it. */
import type { NonEmptyReadonlyArray } from "effect/Array"
import * as Effect from "effect/Effect"
import type * as Either from "effect/Either"
import * as Logger from "effect/Logger"
import { pooledCount } from "../documents/GeneratedLoad.ts"
import { type LeftOut, planDocuments } from "../documents/planDocuments.ts"
import type { ServerFacts } from "../documents/ServerFacts.ts"
import { type Connection, openConnection } from "../run/Connection.ts"
import {
  pipecleanOf,
  planChangeQueries,
  type PlannedPass,
  planWritten,
  type WrittenPlan
} from "../run/planOnePass.ts"
import { generatedFor, nothingPlanned, type PlannedResources, withScenarios } from "../run/planResources.ts"
import { readApi } from "../run/readApi.ts"
import { type ChangeReading, randomSeed, type RunSpec, serverOf } from "../run/RunSpec.ts"
import { openCompanions, planWithCompanions, withoutForbidden } from "../run/tryBeforeLoad.ts"
import { scenarios as builtIn } from "../scenarios/index.ts"
import type { RunnableScenario } from "../scenarios/loadModules.ts"
import { isHandMade, scenarioNamesOf } from "../scenarios/resourceScenarios.ts"
import { chooseResources } from "../schema/chooseResources.ts"
import { peopleIn } from "../schema/neededResources.ts"
import type { ApiModel, ResourceSchema } from "../schema/ResourceSchema.ts"
import { type KnownScenarios, sameWord } from "../settings/chooseScenarios.ts"
import type { GivenSettings } from "../settings/readSettings.ts"
import { besidesScenarios, type ResourceChoice } from "../settings/ResourceChoice.ts"
import type { RunSettings } from "../settings/RunSettings.ts"
import type { OnePassType } from "../settings/onePass.ts"
import { SettingProblem, wrongSetting, WrongSettings } from "../settings/WrongSettings.ts"
import { isAll, resourcesNamed } from "./resourcesNamed.ts"
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

/** What a load of chosen resources sends. */
interface PlannedLoad extends PlannedResources {
  /** Set in CHANGE_QUERY. */
  readonly changes?: ChangeReading | undefined
}

/** The chosen resources of an API. */
interface Chosen {
  readonly model: ApiModel
  readonly resources: ReadonlyArray<ResourceSchema>
  /** Those whose documents are generated. */
  readonly generated: ReadonlyArray<ResourceSchema>
  /** The people that their loads create, students first. */
  readonly people: ReadonlyArray<ResourceSchema>
}

/** A resource that was chosen by its name has to run. */
const refuseLeftOut = (
  model: ApiModel,
  { resources }: ResourceChoice,
  leftOut: ReadonlyArray<LeftOut>
): Effect.Effect<void, WrongSettings> => {
  const named = chooseResources(
    model,
    resources.filter((name) => !isAll(name))
  ).chosen
  const isNamed = ({ path }: LeftOut) => named.some((resource) => resource.path === path)
  const [head, ...tail] = leftOut.filter(isNamed).map(
    ({ path, reason }) =>
      new SettingProblem({
        flag: "--resources",
        given: `--resources ${path}`,
        accepted: `cannot be generated: ${reason}`
      })
  )
  return head === undefined ? Effect.void : new WrongSettings({ problems: [head, ...tail] })
}

/** One of `all` is left out with a warning. */
const tellLeftOut = (model: ApiModel, { resources }: ResourceChoice, leftOut: ReadonlyArray<LeftOut>) => {
  const unread = resources.some(isAll)
    ? model.unreadable.map(({ detail, path }) => ({ path, reason: detail }))
    : []
  return Effect.forEach(
    [...unread, ...leftOut],
    ({ path, reason }) => Effect.logWarning(`left out ${path}: ${reason}`),
    { discard: true }
  )
}

/** The resources whose scenarios `--testList` names; names that are left are reported with the other settings. */
const ofTestList = (
  { descriptors, resources }: ApiModel,
  choice: ResourceChoice
): ReadonlyArray<ResourceSchema> =>
  [...resources, ...descriptors].filter(({ name }) =>
    scenarioNamesOf(name).some((own) => choice.scenarios.some((given) => sameWord(given, own)))
  )

/** The resources of a run that names none: those that the server has. */
const defaultsIn = (model: ApiModel, { resources }: ResourceChoice) => {
  const { chosen, unknown } = chooseResources(model, resources)
  const told =
    unknown.length === 0
      ? Effect.void
      : Effect.logWarning(`left out, because the server does not have them: ${unknown.join(", ")}`)
  return Effect.as(told, chosen)
}

/** Reads the API, and finds the resources that it has of those that were chosen. */
const readChosen = (choice: ResourceChoice) =>
  Effect.gen(function* () {
    const { model } = yield* readApi(choice.spec)
    const excluded = yield* resourcesNamed(model, "--exclude", choice.exclude)
    const named = yield* choice.isDefault
      ? defaultsIn(model, choice)
      : resourcesNamed(model, "--resources", choice.resources)
    const resources = [...new Set([...named, ...ofTestList(model, choice)])].filter(
      (resource) => !excluded.includes(resource)
    )
    const chosen: Chosen = {
      model,
      resources,
      generated: resources.filter(({ path }) => !isHandMade(path)),
      people: peopleIn(model, resources, { extent: choice.document })
    }
    return chosen
  })

/** Plans the chosen resources with the values that the server has. @param check of the settings with the scenarios of a plan */
const planWithServer = <A, E>(
  chosen: Chosen,
  choice: ResourceChoice,
  spec: RunSpec,
  check: (planned: PlannedResources) => Effect.Effect<A, E>
) =>
  Effect.gen(function* () {
    const { generated, model, resources } = chosen
    const { document: extent, parents } = choice
    const planOf = (companions: boolean, facts: ServerFacts) =>
      withScenarios(
        resources,
        planDocuments(model, generated, { extent, facts, companions, parents }),
        companions
      )
    const { companions, plan } = yield* planWithCompanions(chosen, choice, spec, planOf, check)
    // Resources that were named run as they are.
    const allowed = choice.resources.some(isAll)
      ? yield* withoutForbidden(plan, spec.testType, spec.seed)
      : plan
    const planned = withScenarios(resources, allowed, companions)
    yield* tellLeftOut(model, choice, planned.leftOut)
    return yield* check(planned)
  })

/** A load of one pass, whose documents are part of its scenarios. */
const inOnePass = (pass: PlannedPass, companions: boolean): PlannedLoad => ({
  plan: nothingPlanned,
  pathOf: new Map(),
  companions,
  ...pass
})

/** Plans the test types whose run is one pass: PIPECLEAN generates every chosen resource, CHANGE_QUERY none. */
const planOnePass = <A, E>(
  { model, resources }: Chosen,
  choice: ResourceChoice,
  { fixtures, seed }: RunSpec,
  onePass: OnePassType,
  check: (planned: PlannedLoad) => Effect.Effect<A, E>
) =>
  Effect.gen(function* () {
    if (onePass === "CHANGE_QUERY") {
      const pass = yield* planChangeQueries(resources, choice.changeState)
      yield* tellLeftOut(model, choice, pass.leftOut)
      return yield* check(inOnePass(pass, false))
    }
    const { companions, document } = choice
    const planOf = (written: WrittenPlan) =>
      Effect.map(pipecleanOf(resources, written.plan, seed), (pass) => inOnePass(pass, written.companions))
    const options = { companions, document, fixtures, seed }
    const written = yield* planWritten(model, resources, options, (plan) =>
      Effect.flatMap(planOf(plan), check)
    )
    const planned = yield* planOf(written)
    yield* tellLeftOut(model, choice, planned.leftOut)
    return yield* check(planned)
  })

const noneChosen = (detail: string) => wrongSetting("--resources", "--resources", detail)

/** They are created before the load, and stay on the server. */
const maxPooled = 100_000

const tooManyPooled = (count: number) =>
  wrongSetting(
    "--parents",
    "--parents pooled",
    `needs ${count} parents before the load, one of each kind for each user and record of a batch; ` +
      `accepts at most ${maxPooled}: use fewer users, smaller batches or fewer resources`
  )

const isBuiltIn = (scenario: RunnableScenario): boolean => builtIn.some((known) => known === scenario)

/** Checks the settings of a command with the scenarios of its chosen resources, and makes the documents of its loads. */
const configOf = <C>(
  given: GivenSettings,
  { decode, seedsOf, specsOf, withSpecs }: ResourceCommand<C>,
  choice: ResourceChoice,
  planned: PlannedLoad,
  connection: Connection,
  randomly: number
) =>
  Effect.gen(function* () {
    const { changes, companions, scenarios } = planned
    // A variable may be meant for another run.
    const isChosen = given["resources"]?.from === "flag" || choice.onePass !== undefined
    if (isChosen && scenarios.length === 0) return yield* noneChosen("leaves no resource to send")
    const known: NonEmptyReadonlyArray<RunnableScenario> = [
      ...builtIn,
      ...scenarios.filter((scenario) => !isBuiltIn(scenario))
    ]
    const chosen = scenarios.length === 0 ? undefined : scenarios
    const config = yield* decode(given, { scenarios: known, chosen }, randomly)
    const specs = specsOf(config)
    const sent = new Set(specs.flatMap((spec) => spec.scenarios.map(({ scenario }) => scenario.name)))
    if (isChosen && !scenarios.some(({ name }) => sent.has(name)))
      return yield* noneChosen("none of its scenarios is in --testList")
    const generated = yield* generatedFor(planned, specs, { seed: specs[0].seed, seeds: seedsOf(config) })
    const pooled = generated === undefined ? 0 : pooledCount(generated.load)
    if (pooled > maxPooled) return yield* tooManyPooled(pooled)
    return withSpecs(config, (spec) => ({
      ...spec,
      target: { _tag: "Connected", connection },
      reported: { ...spec.reported, companionsUsed: companions },
      generated: generated && { ...generated, maxBatchOperations: choice.maxBatchOperations },
      changes
    }))
  })

/**
 * Checks the settings of a command with chosen resources. Everything that needs no scenarios is checked before the server
 * is asked; no file is written before all is known. The loads use the connection over which they were planned.
 */
export const loadWithResources = <C>(
  given: GivenSettings,
  choice: ResourceChoice,
  command: ResourceCommand<C>
) =>
  Effect.gen(function* () {
    const seed = yield* randomSeed
    const first = yield* command.decode(
      besidesScenarios(given),
      { scenarios: builtIn, isPartial: true },
      seed
    )
    const [spec] = command.specsOf(first)
    const loaded = Effect.gen(function* () {
      const connection = yield* openConnection(serverOf(spec.target), spec.dms)
      return yield* Effect.gen(function* () {
        const chosen = yield* readChosen(choice)
        const { generated, model, people, resources } = chosen
        const check = (planned: PlannedLoad) =>
          Effect.zipRight(
            refuseLeftOut(model, choice, planned.leftOut),
            configOf(given, command, choice, planned, connection, seed)
          )
        const { onePass } = choice
        if (onePass !== undefined) return yield* planOnePass(chosen, choice, spec, onePass, check)
        const open = openCompanions(choice.companions, people, spec.testType)
        return generated.length === 0 && open.length === 1
          ? yield* check(withScenarios(resources, nothingPlanned, open[0]))
          : yield* planWithServer(chosen, choice, spec, check)
      }).pipe(Effect.provide(connection.services))
    })
    return yield* Logger.withMinimumLogLevel(loaded, logLevels[command.logLevelOf(first)])
  })
