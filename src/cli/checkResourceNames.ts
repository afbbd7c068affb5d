/** Checks the names of resources in a plan against the server, once for all phases, before the first one begins. */
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import { readApi } from "../run/readApi.ts"
import { chooseResources } from "../schema/chooseResources.ts"
import type { ApiModel } from "../schema/ResourceSchema.ts"
import { readChoice } from "../settings/ResourceChoice.ts"
import { SettingProblem, WrongSettings } from "../settings/WrongSettings.ts"
import { wrongFile } from "../settings/yamlFile.ts"
import { unknownIn } from "./planMixture.ts"
import { readMixture } from "./readMixture.ts"
import { type ReadyPhase, type ReadyPlan, wrongPhases } from "./readPlan.ts"
import { whyUnknown } from "./resourcesNamed.ts"

/** What a phase names; a phase with documents of its own is checked when it begins. */
const namedBy = (phase: ReadyPhase) => {
  const { exclude, resources, spec } = readChoice(phase.given, [])
  const named = [
    { flag: "--resources", names: resources },
    { flag: "--exclude", names: exclude }
  ]
  return { phase, mixture: phase.texts["mixture"], named: spec.length > 0 ? [] : named }
}

/** The names that no resource has, at their places in the file of the plan. */
const unknownNames = (model: ApiModel, { named, phase }: ReturnType<typeof namedBy>) =>
  named.flatMap(({ flag, names }) =>
    chooseResources(model, names).unknown.map((name) => ({
      phase,
      problem: new SettingProblem({ flag, given: flag, accepted: `${name} ${whyUnknown(model, name)}` })
    }))
  )

/**
 * Needs a connection. Where the server describes nothing, each phase says what it misses.
 *
 * @throws WrongSettings with every name that the server does not have, with line and column
 */
export const checkResourceNames = ({ phases }: ReadyPlan) =>
  Effect.gen(function* () {
    const all = phases.map(namedBy)
    const mixtures = [
      ...new Set(all.flatMap(({ mixture, phase }) => (phase.texts["spec"] ? [] : (mixture ?? []))))
    ]
    if (mixtures.length === 0 && all.every(({ named }) => named.every(({ names }) => names.length === 0)))
      return
    const { model } = yield* readApi([])
    const inMixtures = yield* Effect.forEach(mixtures, (named) =>
      Effect.map(readMixture(named), (file) => {
        const [first, ...others] = unknownIn(file, model)
        return first === undefined ? [] : wrongFile("--mixture", [first, ...others]).problems
      })
    )
    const problems = [...wrongPhases(all.flatMap((each) => unknownNames(model, each))), ...inMixtures.flat()]
    const [problem, ...others] = problems
    if (problem !== undefined) yield* new WrongSettings({ problems: [problem, ...others] })
  }).pipe(
    // Each phase reads the documents again, and then logs what is to be said of them.
    Logger.withMinimumLogLevel(LogLevel.None),
    Effect.catchTag("SpecificationsUnavailable", () => Effect.void)
  )
