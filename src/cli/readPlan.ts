/** Reads the file of a plan and checks every phase, before anything is sent. */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Record from "effect/Record"
import * as Redacted from "effect/Redacted"
import { decodePlan, type PhaseSettings, type PlannedPhase } from "../settings/PlanFile.ts"
import { ofCommandLine, type PlanConfig } from "../settings/PlanConfig.ts"
import type { GivenSettings } from "../settings/readSettings.ts"
import { shippedPlans } from "../settings/shippedPlans.ts"
import { SettingProblem, WrongSettings } from "../settings/WrongSettings.ts"
import { type FileProblem, wrongFile } from "../settings/yamlFile.ts"
import type { Preview } from "./measuringCommand.ts"
import { measuringCommands } from "./measuringCommands.ts"
import { type NamedFiles, readNamedFile } from "./readNamedFile.ts"

const planFiles: NamedFiles = { flag: "plan", folder: "plans", shipped: shippedPlans }

const settingsOf: PhaseSettings = Record.map(measuringCommands, ({ settings }) => settings)

/** A phase that can be measured, as far as that is known without a server. */
export interface ReadyPhase extends PlannedPhase {
  /** The settings of the phase as texts. */
  readonly texts: Readonly<Record<string, string>>
  readonly preview: Preview
}

export interface ReadyPlan {
  readonly name: string
  readonly description: string | undefined
  readonly phases: ReadonlyArray<ReadyPhase>
}

/** All settings of a phase: its own, and those of the command line that its command has. */
export const givenOfPhase = ({ command, given }: PlannedPhase, shared: GivenSettings): GivenSettings => ({
  ...Object.fromEntries(
    settingsOf[command].flatMap(({ name }) => (shared[name] === undefined ? [] : [[name, shared[name]]]))
  ),
  ...given
})

const previewOf = ({ command }: PlannedPhase, given: GivenSettings) =>
  Effect.flatMap(measuringCommands[command].load, ({ preview }) => preview(given))

const textsOf = (given: GivenSettings): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(given).flatMap(([name, setting]) =>
      setting === undefined || Redacted.isRedacted(setting.value) ? [] : [[name, setting.value]]
    )
  )

/** A default that several phases share is wrong once. */
const distinct = <A>(problems: ReadonlyArray<A>, keyOf: (problem: A) => string): ReadonlyArray<A> => [
  ...new Map(problems.map((problem) => [keyOf(problem), problem])).values()
]

/** Problems of the file with their places, and others, such as a missing `--baseUrl`, once for all phases. */
export const wrongPhases = (
  found: ReadonlyArray<{ readonly phase: PlannedPhase; readonly problem: SettingProblem }>
): ReadonlyArray<SettingProblem> => {
  const inFile = found.flatMap(({ phase, problem }) => phase.problemAt(problem) ?? [])
  // Commands may say in other words what they accept.
  const places = distinct(
    inFile,
    ({ column, detail, line }) => `${line}:${column} ${detail.replace(/^accepts .*/s, "")}`
  ).toSorted((a, b) => a.line - b.line || a.column - b.column)
  const others = found.flatMap(({ phase, problem }) =>
    phase.problemAt(problem) === undefined ? [problem] : []
  )
  return [
    ...places.flatMap((problem: FileProblem) => wrongFile("plan", [problem]).problems),
    ...distinct(others, ({ accepted, given }) => `${given}: ${accepted}`)
  ]
}

/** Fails with every wrong value of the file. */
export const readPlan = ({ file, shared }: PlanConfig) =>
  Effect.gen(function* () {
    const text = yield* readNamedFile(planFiles, file)
    const plan = yield* Either.mapLeft(decodePlan(file, text, settingsOf, ofCommandLine), (problems) =>
      wrongFile("plan", problems)
    )
    const checked = yield* Effect.forEach(plan.phases, (phase) =>
      Effect.map(Effect.either(previewOf(phase, givenOfPhase(phase, shared))), (preview) => ({
        phase,
        preview
      }))
    )
    const [problem, ...others] = wrongPhases(
      checked.flatMap(({ phase, preview }) =>
        Either.isLeft(preview) ? preview.left.problems.map((each) => ({ phase, problem: each })) : []
      )
    )
    if (problem !== undefined) return yield* new WrongSettings({ problems: [problem, ...others] })
    const ready: ReadyPlan = {
      ...plan,
      phases: checked.flatMap(({ phase, preview }) =>
        Either.isLeft(preview) ? [] : [{ ...phase, texts: textsOf(phase.given), preview: preview.right }]
      )
    }
    return ready
  })
