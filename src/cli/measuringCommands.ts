/** The commands that measure, by name: their settings, the check of these, and the measurement itself. */
import * as Effect from "effect/Effect"
import type * as Either from "effect/Either"
import type { ScenarioInfo } from "../engine/Scenario.ts"
import { knownScenarios } from "../scenarios/knownScenarios.ts"
import { capacitySettings, decodeCapacityConfig } from "../settings/CapacityConfig.ts"
import type { KnownScenarios } from "../settings/chooseScenarios.ts"
import type { GivenSettings } from "../settings/readSettings.ts"
import {
  besidesScenarios,
  chosenMixture,
  needsServer,
  readChoice,
  type ResourceChoice
} from "../settings/ResourceChoice.ts"
import { decodeRunConfig, modulePaths, runSettings, withoutServer } from "../settings/RunConfig.ts"
import { decodeStressConfig, stressSettings } from "../settings/StressConfig.ts"
import { decodeSweepConfig, sweepSettings } from "../settings/SweepConfig.ts"
import { decodeVersusConfig, versusChoice, versusSettings } from "../settings/VersusConfig.ts"
import type { WrongSettings } from "../settings/WrongSettings.ts"

const known = { scenarios: knownScenarios }

/** The seed does not matter to a check. */
const anySeed = 0

const names = knownScenarios.map(({ name }) => name)

const choiceOf = (given: GivenSettings): ResourceChoice => readChoice(given, names)

/** Of chosen resources nothing is known without a server. */
const checkStudy =
  (
    choiceOf: (given: GivenSettings) => ResourceChoice,
    decode: (
      given: GivenSettings,
      known: KnownScenarios<ScenarioInfo>,
      seed: number
    ) => Either.Either<unknown, WrongSettings>
  ) =>
  (given: GivenSettings): Effect.Effect<unknown, WrongSettings> =>
    chosenMixture(given) !== undefined || needsServer(choiceOf(given))
      ? decode(besidesScenarios(given), { ...known, isPartial: true }, anySeed)
      : decode(given, known, anySeed)

/** Loads the modules of `--scenario` only if there are any. Of chosen resources nothing is known without a server. */
const checkRun = (all: GivenSettings): Effect.Effect<unknown, WrongSettings> =>
  Effect.gen(function* () {
    const { given, isPartial } = withoutServer(all, names)
    if (modulePaths(given).length === 0)
      return yield* decodeRunConfig(given, { ...known, isPartial }, anySeed)
    const { loadWithModules } = yield* Effect.promise(() => import("./run.ts"))
    return yield* loadWithModules(given)
  })

/** The code of a command is loaded when it measures. */
export const measuringCommands = {
  run: {
    settings: runSettings,
    check: checkRun,
    load: Effect.map(
      Effect.promise(() => import("./run.ts")),
      ({ runCommand }) => runCommand
    )
  },
  versus: {
    settings: versusSettings,
    check: checkStudy(versusChoice, decodeVersusConfig),
    load: Effect.map(
      Effect.promise(() => import("./versus.ts")),
      ({ versusCommand }) => versusCommand
    )
  },
  sweep: {
    settings: sweepSettings,
    check: checkStudy(choiceOf, decodeSweepConfig),
    load: Effect.map(
      Effect.promise(() => import("./sweep.ts")),
      ({ sweepCommand }) => sweepCommand
    )
  },
  stress: {
    settings: stressSettings,
    check: checkStudy(choiceOf, decodeStressConfig),
    load: Effect.map(
      Effect.promise(() => import("./stress.ts")),
      ({ stressCommand }) => stressCommand
    )
  },
  capacity: {
    settings: capacitySettings,
    check: checkStudy(choiceOf, decodeCapacityConfig),
    load: Effect.map(
      Effect.promise(() => import("./capacity.ts")),
      ({ capacityCommand }) => capacityCommand
    )
  }
} as const

export type MeasuringCommandName = keyof typeof measuringCommands
