/** Plans the records of a mixture's resources with what the server describes and has. */
import * as Effect from "effect/Effect"
import { type DocumentsPlan, planDocuments } from "../documents/planDocuments.ts"
import type { ServerFacts } from "../documents/ServerFacts.ts"
import { isWrite, type Mixture } from "../domain/Mixture.ts"
import { nothingPlanned } from "../run/planResources.ts"
import { readApi } from "../run/readApi.ts"
import type { RunSpec } from "../run/RunSpec.ts"
import { planWithCompanions } from "../run/tryBeforeLoad.ts"
import { scenarios as builtIn } from "../scenarios/index.ts"
import { recordFacts } from "../scenarios/recordSources.ts"
import { isHandMade } from "../scenarios/resourceScenarios.ts"
import { chooseResources } from "../schema/chooseResources.ts"
import { exceptions } from "../schema/exceptions.ts"
import { peopleIn } from "../schema/neededResources.ts"
import { readableOf } from "../schema/readable.ts"
import type { ApiModel } from "../schema/ResourceSchema.ts"
import { sameWord } from "../settings/chooseScenarios.ts"
import { type MixtureFile, mixtureOf, resourcesIn } from "../settings/MixtureFile.ts"
import type { ResourceChoice } from "../settings/ResourceChoice.ts"
import type { WrongSettings } from "../settings/WrongSettings.ts"
import { type FileProblem, wrongFile, type YamlFile } from "../settings/yamlFile.ts"
import { isAll, whyUnknown } from "./resourcesNamed.ts"

/** A mixture whose records are planned. */
export interface PlannedMixture {
  readonly mixture: Mixture
  readonly plan: DocumentsPlan
  /** Whether people have companions. */
  readonly companions: boolean
}

export const failIf = (problems: ReadonlyArray<FileProblem>): Effect.Effect<void, WrongSettings> => {
  const [first, ...others] = problems
  return first === undefined ? Effect.void : Effect.fail(wrongFile("--mixture", [first, ...others]))
}

/** The resources of an API by the names in the file; `undefined` where it has none. */
const namedIn = ({ value }: YamlFile<MixtureFile>, model: ApiModel) =>
  resourcesIn(value).map(({ at, name }) => {
    const [resource] = chooseResources(model, [name]).chosen
    return { at, name, resource: isAll(name) ? undefined : resource }
  })

/** Every name in the file that the API does not have. */
export const unknownIn = (file: YamlFile<MixtureFile>, model: ApiModel): ReadonlyArray<FileProblem> =>
  namedIn(file, model).flatMap(({ at, name, resource }) =>
    resource === undefined ? [file.problemAt(at, `${name} ${whyUnknown(model, name)}`)] : []
  )

/** The resources that the file names, each once; fails with every name that the API does not have. */
const resourcesOf = (file: YamlFile<MixtureFile>, model: ApiModel) =>
  Effect.gen(function* () {
    const { problemAt, value } = file
    yield* failIf(unknownIn(file, model))
    const named = namedIn(file, model)
    const resourceOf = new Map(
      named.flatMap(({ name, resource }) => (resource === undefined ? [] : [[name, readableOf(resource)]]))
    )
    const mixture = mixtureOf(value, (name) => resourceOf.get(name) ?? { path: name, key: [] })
    yield* failIf(
      mixture.items.flatMap(({ steps }, item) =>
        steps.flatMap((step, index) =>
          !isWrite(step) && step.by === "key" && step.key.length === 0
            ? [
                problemAt(
                  ["items", item, "steps", index, "by"],
                  `the list of ${step.path} has no parameter for a part of its key; use id`
                )
              ]
            : []
        )
      )
    )
    return { mixture, chosen: [...new Set(named.flatMap(({ resource }) => resource ?? []))] }
  })

/** What only the plan shows: resources without documents, and steps that do nothing. */
const refuseUnplanned = ({ problemAt, value }: YamlFile<MixtureFile>, { mixture, plan }: PlannedMixture) => {
  const reasons = new Map(plan.leftOut.map(({ path, reason }) => [path, reason]))
  return failIf(
    mixture.items
      .flatMap(({ steps }, item) =>
        steps.flatMap((step, index) => {
          if (!isWrite(step)) return []
          const at = ["items", item, "steps", index, step.kind]
          const reason = reasons.get(step.path)
          if (reason !== undefined) return [problemAt(at, `${step.path} cannot be generated: ${reason}`)]
          const facts = recordFacts(step.path, plan.records)
          return step.kind === "update" && facts?.hasUpdate === false
            ? [problemAt(at, `${step.path} has nothing but its identity, so that nothing can be updated`)]
            : []
        })
      )
      .concat(
        builtIn.some(({ name }) => sameWord(name, value.name))
          ? [problemAt(["name"], `${value.name} is the name of a built-in scenario`)]
          : []
      )
  )
}

/**
 * Reads the server, and plans the mixture.
 *
 * @param spec of the run, apart from its scenarios
 * @param check of the settings with the scenarios of a plan
 */
export const planMixture = <A, E, R>(
  file: YamlFile<MixtureFile>,
  choice: ResourceChoice,
  spec: RunSpec,
  check: (planned: PlannedMixture) => Effect.Effect<A, E, R>
) =>
  Effect.gen(function* () {
    const { model } = yield* readApi(choice.spec)
    const { chosen, mixture } = yield* resourcesOf(file, model)
    const written = new Set(
      mixture.items.flatMap(({ steps }) => steps.filter(isWrite).map(({ path }) => path))
    )
    const writing = chosen.filter(({ path }) => written.has(path))
    const checkAll = (planned: PlannedMixture) =>
      Effect.zipRight(refuseUnplanned(file, planned), check(planned))
    if (writing.length === 0) return yield* checkAll({ mixture, plan: nothingPlanned, companions: false })
    const { document: extent } = choice
    // Students have a builder of their own, unless they need companions.
    const planOf = (companions: boolean, facts: ServerFacts): PlannedMixture => {
      const generated = writing.filter(
        ({ endpoint, path }) => !isHandMade(path) || (companions && exceptions.people.has(endpoint))
      )
      return { mixture, companions, plan: planDocuments(model, generated, { extent, facts, companions }) }
    }
    const people = peopleIn(model, writing, { extent })
    const created = { model, generated: writing, people }
    return yield* Effect.flatMap(planWithCompanions(created, choice, spec, planOf, checkAll), checkAll)
  })
