/** Loads the scenarios of `--resources`: reads what the server describes and has, and plans documents of it. */
import type { NonEmptyReadonlyArray } from "effect/Array"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import { clientLayerLive } from "../dms/clientLayer.ts"
import { type DmsAddress, DmsConfig } from "../dms/DmsConfig.ts"
import { makeKeySpace } from "../documents/generatedKeys.ts"
import { loadOf } from "../documents/GeneratedLoad.ts"
import { type DocumentsPlan, type LeftOut, planDocuments } from "../documents/planDocuments.ts"
import { findServerFacts } from "../fixtures/findServerFacts.ts"
import { EmbeddedDms } from "../run/localDmsProcess.ts"
import { maxUsersOf, randomSeed, type RunSpec } from "../run/RunSpec.ts"
import { scenarios as builtIn } from "../scenarios/index.ts"
import type { RunnableScenario } from "../scenarios/loadModules.ts"
import { handMade, isHandMade, resourceScenarios, scenarioNamesOf } from "../scenarios/resourceScenarios.ts"
import { chooseResources } from "../schema/chooseResources.ts"
import { neededDescriptors } from "../schema/neededDescriptors.ts"
import type { ApiModel, ResourceSchema } from "../schema/ResourceSchema.ts"
import { sameWord } from "../settings/chooseScenarios.ts"
import type { GivenSettings } from "../settings/readSettings.ts"
import { besidesScenarios, type ResourceChoice, withoutOverruledChoice } from "../settings/ResourceChoice.ts"
import { decodeRunConfig } from "../settings/RunConfig.ts"
import { SettingProblem, WrongSettings } from "../settings/WrongSettings.ts"
import { readApi } from "./readApi.ts"
import { resourcesNamed } from "./resourcesNamed.ts"
import { logLevels } from "./settingsCommand.ts"

/** The scenarios of the chosen resources, in the order in which these were chosen. */
interface PlannedResources {
  readonly plan: DocumentsPlan
  readonly scenarios: ReadonlyArray<RunnableScenario>
  /** The paths of generated resources by the names of their scenarios. */
  readonly pathOf: ReadonlyMap<string, string>
}

const nothingPlanned: DocumentsPlan = {
  fixtures: [],
  records: [],
  leftOut: [],
  keyUse: { forms: new Set(), slots: 1 }
}

/** Plans documents with the values that the server has. */
const planWithValues = (
  model: ApiModel,
  chosen: ReadonlyArray<ResourceSchema>,
  extent: ResourceChoice["document"],
  { dms, fixtures }: RunSpec,
  address: DmsAddress
) =>
  Effect.gen(function* () {
    const facts = yield* findServerFacts(neededDescriptors(model, chosen, extent), fixtures)
    return planDocuments(model, chosen, { extent, facts })
  }).pipe(
    Effect.provide(
      // No batch is sent yet, so that their naming need not be detected.
      Layer.provide(clientLayerLive, DmsConfig.layer({ ...dms, ...address, resourceNaming: "endpoint" }))
    )
  )

/** Scenarios need names of their own: the second resource of a name is left out. */
const scenariosOf = (chosen: ReadonlyArray<ResourceSchema>, plan: DocumentsPlan) => {
  const scenarios: Array<RunnableScenario> = []
  const owners = new Map<string, string>(builtIn.map(({ name }) => [name, "a built-in one"]))
  const pathOf = new Map<string, string>()
  const leftOut: Array<LeftOut> = [...plan.leftOut]
  for (const { path } of chosen) {
    if (isHandMade(path)) {
      scenarios.push(...handMade[path])
      continue
    }
    const own = plan.records.filter((record) => record.path === path).flatMap(resourceScenarios)
    const taken = own.find(({ name }) => owners.has(name))
    if (taken !== undefined) {
      leftOut.push({
        path,
        reason: `its scenario ${taken.name} has the name of ${owners.get(taken.name)}`
      })
      continue
    }
    scenarios.push(...own)
    for (const { name } of own) {
      owners.set(name, `one of ${path}`)
      pathOf.set(name, path)
    }
  }
  return { leftOut, pathOf, scenarios }
}

/** A resource that was chosen by its name has to run; one of `all` is left out with a warning. */
const tellLeftOut = (model: ApiModel, { resources }: ResourceChoice, leftOut: ReadonlyArray<LeftOut>) =>
  Effect.gen(function* () {
    const isAll = (name: string) => sameWord(name, "all")
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

/** Reads the server, and plans the chosen resources. @param spec of the run, apart from its scenarios */
const planResources = (choice: ResourceChoice, spec: RunSpec) =>
  Effect.gen(function* () {
    const { target } = spec
    const address = target._tag === "Dms" ? target.address : (yield* Effect.flatten(EmbeddedDms)).address
    const from =
      choice.spec.length > 0
        ? ({ _tag: "Files", paths: choice.spec } as const)
        : ({ _tag: "Server", baseUrl: address.baseUrl } as const)
    const { model } = yield* readApi(from, spec.dms.ignoreCertificateErrors)
    const excluded = yield* resourcesNamed(model, "--exclude", choice.exclude)
    const named = yield* resourcesNamed(model, "--resources", choice.resources)
    const chosen = [...new Set([...named, ...ofTestList(model, choice)])].filter(
      (resource) => !excluded.includes(resource)
    )
    const generated = chosen.filter(({ path }) => !isHandMade(path))
    const plan =
      generated.length === 0
        ? nothingPlanned
        : yield* planWithValues(model, generated, choice.document, spec, address)
    const { leftOut, pathOf, scenarios } = scenariosOf(chosen, plan)
    yield* tellLeftOut(model, choice, leftOut)
    const planned: PlannedResources = { plan, scenarios, pathOf }
    return planned
  })

/** Without a test list, the scenarios of the chosen resources run. */
const onlyChosen = (givenInAll: GivenSettings, scenarios: ReadonlyArray<RunnableScenario>): GivenSettings => {
  const given = withoutOverruledChoice(givenInAll)
  if (given["testList"] !== undefined) return given
  const testType = String(given["testType"]?.value ?? "BATCH_VOLUME").trim()
  const names = scenarios.filter((scenario) => sameWord(scenario.testType, testType)).map(({ name }) => name)
  // As a flag, because a variable would be overruled by `--resources`.
  return names.length === 0 ? given : { ...given, testList: { value: names.join(","), from: "flag" } }
}

const noneChosen = (detail: string) =>
  new WrongSettings({
    problems: [new SettingProblem({ flag: "--resources", given: "--resources", accepted: detail })]
  })

/** The documents that the scenarios of a spec send, with keys for all of its users and records. */
const generatedOf = (spec: RunSpec, { pathOf, plan }: PlannedResources) =>
  Effect.gen(function* () {
    const paths = new Set(spec.scenarios.flatMap(({ scenario }) => pathOf.get(scenario.name) ?? []))
    const perIteration = Math.max(...spec.scenarios.map(({ batchTripleCount = 1 }) => batchTripleCount))
    const demand = { users: maxUsersOf(spec.plan), perIteration, loads: 1, fixtureSeed: spec.seed }
    return paths.size === 0 ? undefined : loadOf(plan, paths, yield* makeKeySpace(demand, plan.keyUse))
  })

/**
 * Checks the settings of a run of chosen resources. Everything that needs no scenarios is checked before the server is
 * asked; nothing is written before all is known.
 */
export const loadWithResources = (given: GivenSettings, choice: ResourceChoice) =>
  Effect.gen(function* () {
    const seed = yield* randomSeed
    const first = yield* decodeRunConfig(besidesScenarios(given), { scenarios: builtIn }, seed)
    const planned = yield* Logger.withMinimumLogLevel(
      planResources(choice, first.spec),
      logLevels[first.settings.logLevel]
    )
    const known: NonEmptyReadonlyArray<RunnableScenario> = [
      ...builtIn,
      ...planned.scenarios.filter(({ name }) => planned.pathOf.has(name))
    ]
    // A variable may be meant for another run.
    const isChosen = given["resources"]?.from === "flag"
    if (isChosen && planned.scenarios.length === 0) return yield* noneChosen("leaves no resource to send")
    const config = yield* decodeRunConfig(onlyChosen(given, planned.scenarios), { scenarios: known }, seed)
    const isUsed = ({ name }: RunnableScenario) =>
      config.spec.scenarios.some(({ scenario }) => scenario.name === name)
    if (isChosen && !planned.scenarios.some(isUsed))
      return yield* noneChosen("none of its scenarios is in --testList")
    return { ...config, spec: { ...config.spec, generated: yield* generatedOf(config.spec, planned) } }
  })
