/** Loads the scenario of `--mixture`: reads its file, and plans the records of its resources with what the server has. */
import * as Arr from "effect/Array"
import type { NonEmptyReadonlyArray } from "effect/Array"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import { makeKeySpace } from "../documents/generatedKeys.ts"
import { loadOf } from "../documents/GeneratedLoad.ts"
import { isWrite, type Mixture, type MixtureLoad } from "../domain/Mixture.ts"
import { excerpt } from "../domain/excerpt.ts"
import { countOf } from "../domain/Sample.ts"
import { type Connection, openConnection } from "../run/Connection.ts"
import { maxUsersOf, randomSeed, type RunSpec, serverOf } from "../run/RunSpec.ts"
import { scenarios as builtIn } from "../scenarios/index.ts"
import type { RunnableScenario } from "../scenarios/loadModules.ts"
import { mixtureScenario, recordsPerIterationOf } from "../scenarios/mixtureScenario.ts"
import { countsOfStep } from "../scenarios/mixtureSteps.ts"
import { recordFacts } from "../scenarios/recordSources.ts"
import { tooManyOperations } from "../settings/chooseScenarios.ts"
import type { MixtureFile } from "../settings/MixtureFile.ts"
import type { GivenSettings } from "../settings/readSettings.ts"
import { besidesScenarios, readChoice, type ResourceChoice } from "../settings/ResourceChoice.ts"
import { wrongSetting } from "../settings/WrongSettings.ts"
import type { YamlFile } from "../settings/yamlFile.ts"
import { failIf, planMixture, type PlannedMixture } from "./planMixture.ts"
import type { ResourceCommand } from "./loadResources.ts"
import { readMixture } from "./readMixture.ts"
import { logLevels } from "./settingsCommand.ts"

type Spec = RunSpec<RunnableScenario>

/** What batches cannot do: hold more operations than the server takes, and tell the ids of what they created. */
const refuseForBatches = (
  { problemAt }: YamlFile<MixtureFile>,
  { mixture, plan }: PlannedMixture,
  maxBatchOperations: number,
  deleteResources: boolean
) =>
  failIf(
    mixture.items.flatMap(({ steps }, item) =>
      steps.flatMap((step, index) => {
        const at = ["items", item, "steps", index]
        if (!isWrite(step)) {
          const isListed = steps
            .slice(0, index)
            .some((other) => !isWrite(other) && other.by === "page" && other.path === step.path)
          return step.by !== "id" || isListed
            ? []
            : [
                problemAt(
                  [...at, "by"],
                  "needs a page before it: batches do not tell the ids of what they create"
                )
              ]
        }
        const facts = recordFacts(step.path, plan.records)
        if (step.records === undefined || facts === undefined) return []
        const each = countOf(countsOfStep({ facts, step }, deleteResources))
        const problem = tooManyOperations(step.records, each, maxBatchOperations)
        return problem === undefined ? [] : [problemAt([...at, "records"], problem)]
      })
    )
  )

/** The documents that the mixture sends, with keys for all users and records of its loads. */
const generatedOf = (
  specs: NonEmptyReadonlyArray<RunSpec>,
  { mixture, plan }: PlannedMixture,
  { loads, maxBatchOperations }: { readonly loads: number; readonly maxBatchOperations: number }
) =>
  Effect.gen(function* () {
    if (plan.records.length === 0) return undefined
    const own = mixture.items.flatMap(({ steps }) => steps.filter(isWrite).map(({ records = 1 }) => records))
    const perBatch = specs.flatMap(({ scenarios }) =>
      scenarios.map(({ batchTripleCount = 1 }) => batchTripleCount)
    )
    const demand = {
      users: Math.max(...specs.map((spec) => maxUsersOf(spec.plan))),
      perIteration: Math.max(...own, ...perBatch),
      loads,
      fixtureSeed: specs[0].seed
    }
    const paths = new Set(plan.records.map(({ path }) => path))
    return { ...loadOf(plan, paths, yield* makeKeySpace(demand, plan.keyUse)), maxBatchOperations }
  })

/** A pass of debug mode does each item once. */
const inDebugMode = (
  mixture: Mixture,
  spec: RunSpec
): Pick<RunSpec, "plan"> & { readonly mixture: Mixture } => {
  const { plan, printsOutcomes } = spec
  if (!printsOutcomes || plan._tag !== "Users") return { mixture, plan }
  const [first, ...others] = mixture.items
  const once = <A extends Mixture["items"][number]>(item: A) => ({ ...item, weight: 1 })
  return {
    mixture: { ...mixture, items: [once(first), ...others.map(once)] },
    plan: { ...plan, passes: plan.passes * mixture.items.length }
  }
}

/** @example "iterations of the mixture district-day: enrolments 3 %, attendance 60 %, grades 37 %" */
const sharesOf = ({ items, name }: Mixture): string => {
  const sum = items.reduce((all, { weight }) => all + weight, 0)
  const shares = items.map(
    (item) => `${excerpt(item.name, 60)} ${Number(((100 * item.weight) / sum).toFixed(1))} %`
  )
  return `iterations of the mixture ${name}: ${shares.join(", ")}`
}

/** The scenario of the mixture for each test type; the settings choose one of them, or both. */
const bothScenarios = ({ mixture, plan }: PlannedMixture) => {
  const batches: MixtureLoad = { testType: "BATCH_VOLUME", mixture }
  const singles: MixtureLoad = { testType: "VOLUME", mixture }
  return [mixtureScenario(batches, plan.records), mixtureScenario(singles, plan.records)] as const
}

/** A load whose only scenario is the mixture. */
const withMixture = (
  spec: RunSpec<RunnableScenario>,
  file: YamlFile<MixtureFile>,
  planned: PlannedMixture,
  maxBatchOperations: number
) =>
  Effect.gen(function* () {
    const { mixture, plan } = inDebugMode(planned.mixture, spec)
    const [{ batchTripleCount = 1, deleteResources = true }] = spec.scenarios
    if (spec.testType === "BATCH_VOLUME")
      yield* refuseForBatches(file, planned, maxBatchOperations, deleteResources)
    const load: MixtureLoad = { mixture, testType: spec.testType === "VOLUME" ? "VOLUME" : "BATCH_VOLUME" }
    if (plan._tag === "Users" && plan.records !== undefined) {
      if (recordsPerIterationOf(mixture, batchTripleCount) === undefined)
        return yield* wrongSetting(
          "--recordCount",
          `--recordCount ${plan.records}`,
          "needs a mixture whose items have one `record` step each, with the same number of records"
        )
    }
    const own = {
      ...spec.scenarios[0],
      scenario: mixtureScenario(load, planned.plan.records),
      deleteResources
    }
    return { ...spec, plan, mixture: load, scenarios: [own] as const }
  })

/** A command whose loads send a mixture. */
interface MixtureCommand<C> extends ResourceCommand<C> {
  /** Why the mixture is of no use for the command, as a clause; `undefined` if it is. */
  readonly whyNot?: ((config: C, mixture: Mixture) => string | undefined) | undefined
}

/** Checks the settings with the scenarios of a planned mixture, which is the only one that runs. */
const configOf = <C>(
  given: GivenSettings,
  file: YamlFile<MixtureFile>,
  { decode, seedsOf, specsOf, whyNot, withSpecs }: MixtureCommand<C>,
  choice: ResourceChoice,
  connection: Connection,
  seed: number,
  planned: PlannedMixture
) =>
  Effect.gen(function* () {
    const chosen = bothScenarios(planned)
    const known = { scenarios: Arr.appendAll(chosen, builtIn), chosen }
    const testList = { value: planned.mixture.name, from: "flag" } as const
    const config = yield* decode({ ...given, testList }, known, seed)
    const reason = whyNot?.(config, planned.mixture)
    if (reason !== undefined)
      return yield* wrongSetting("--mixture", `--mixture ${excerpt(planned.mixture.name)}`, reason)
    const { maxBatchOperations } = choice
    const specs = specsOf(config)
    const ready = new Map<Spec, Spec>()
    for (const spec of specs) ready.set(spec, yield* withMixture(spec, file, planned, maxBatchOperations))
    const generated = yield* generatedOf(specs, planned, { loads: seedsOf(config), maxBatchOperations })
    return withSpecs(config, (spec) => ({
      ...(ready.get(spec) ?? spec),
      generated,
      reported: { ...spec.reported, companionsUsed: planned.companions },
      target: { _tag: "Connected", connection }
    }))
  })

/**
 * Checks the settings of a command with a mixture. Its file, and everything that needs no scenarios, is checked before the
 * server is asked; no file is written before all is known. The loads use the connection over which they were planned.
 *
 * @param named `district-day`, or the path of a file
 */
export const loadWithMixture = <C>(given: GivenSettings, named: string, command: MixtureCommand<C>) =>
  Effect.gen(function* () {
    if (given["testList"]?.from === "flag")
      return yield* wrongSetting("--testList", "--testList", "cannot be combined with --mixture")
    const seed = yield* randomSeed
    const file = yield* readMixture(named)
    const first = yield* command.decode(
      besidesScenarios(given),
      { scenarios: builtIn, isPartial: true },
      seed
    )
    const [spec] = command.specsOf(first)
    const choice = readChoice(given, [])
    const planned = Effect.gen(function* () {
      const connection = yield* openConnection(serverOf(spec.target), spec.dms)
      const check = (planned: PlannedMixture) =>
        Effect.map(configOf(given, file, command, choice, connection, seed, planned), (config) => ({
          config,
          mixture: planned.mixture
        }))
      const { config, mixture } = yield* Effect.provide(
        planMixture(file, choice, spec, check),
        connection.services
      )
      yield* Effect.logInfo(sharesOf(mixture))
      return config
    })
    return yield* Logger.withMinimumLogLevel(planned, logLevels[command.logLevelOf(first)])
  })
