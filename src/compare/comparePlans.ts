/** Compares the folders of two plans phase by phase, with the rules of a comparison of runs. */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { parseJson } from "../domain/parseJson.ts"
import type { ComparedRun } from "../result/Comparison.ts"
import type { PlanComparison } from "../result/PlanComparison.ts"
import { type JournalPhase, journalName, PlanJournal } from "../result/PlanJournal.ts"
import { cleaned } from "./cleaned.ts"
import { compareRuns } from "./compareRuns.ts"
import type { FailOn } from "./failOn.ts"
import { readRun } from "./readRun.ts"
import { UnreadableRun } from "./UnreadableRun.ts"

/** The journal of a plan of hundreds of phases is much smaller. */
const maxJournalBytes = 16 * 1024 * 1024

/** A plan whose phases can be read. */
interface PlanFolder {
  readonly folder: string
  readonly phases: ReadonlyArray<JournalPhase>
}

/** The plan of a folder; `undefined` if it has none. */
const readPlan = (folder: string) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    const file = path.join(folder, journalName)
    const info = yield* Effect.option(fs.stat(file))
    if (info._tag === "None") return undefined
    const unreadable = (detail: string) => new UnreadableRun({ path: file, detail })
    if (info.value.size > maxJournalBytes) return yield* unreadable("is larger than 16 MiB")
    const text = yield* Effect.mapError(fs.readFileString(file), ({ message }) => unreadable(message))
    const { phases } = yield* Effect.mapError(
      Schema.decodeUnknown(PlanJournal)(cleaned(parseJson(text))),
      ({ message }) => unreadable(`is not a valid ${journalName}: ${message}`)
    )
    const plan: PlanFolder = { folder, phases }
    return plan
  })

const needsTwo = (path: string, detail: string) => new UnreadableRun({ path, detail })

/**
 * The plans of two folders.
 *
 * @returns `undefined` if none of them is that of a plan
 */
export const readPlans = (folders: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const read = yield* Effect.forEach(folders, readPlan)
    const plans = read.filter((plan) => plan !== undefined)
    const [baseline, other, ...more] = plans
    if (baseline === undefined) return undefined
    if (other === undefined || plans.length < folders.length)
      return yield* needsTwo(
        baseline.folder,
        "is the folder of a plan, which is compared with another plan only"
      )
    if (more.length > 0)
      return yield* needsTwo(baseline.folder, "is the folder of a plan; two plans are compared")
    return [baseline, other] as const
  })
type Plans = readonly [PlanFolder, PlanFolder]

/** Why a phase cannot be compared; `undefined` if both plans have its figures. */
const obstacle = (name: string, [baseline, other]: Plans): string | undefined => {
  const lacking = [baseline, other].flatMap(({ folder, phases }) => {
    const phase = phases.find((each) => each.name === name)
    if (phase === undefined) return [`${folder} does not have it`]
    return phase.files.some((file) => file.endsWith(".json")) ? [] : [`it is ${phase.state} in ${folder}`]
  })
  return lacking.length === 0 ? undefined : lacking.join("; ")
}

/** A limit with a request name applies to the phases that send such requests. */
const limitsFor = (failOns: ReadonlyArray<FailOn>, runs: ReadonlyArray<ComparedRun>): ReadonlyArray<FailOn> =>
  failOns.filter(
    ({ name }) => name === undefined || runs.some(({ byName }) => byName.some((row) => row.name === name))
  )

const comparePhase = (plans: Plans, name: string, failOns: ReadonlyArray<FailOn>, failOnLimited: boolean) =>
  Effect.gen(function* () {
    const path = yield* Path.Path
    const runs = yield* Effect.forEach(plans, ({ folder, phases }) => {
      const of = phases.find((phase) => phase.name === name)?.folder ?? name
      return Effect.map(readRun(path.join(folder, of)), (run) => ({ ...run, label: folder }))
    })
    return { name, comparison: compareRuns(runs, limitsFor(failOns, runs), failOnLimited) }
  })

/** @param failOns as for runs; each applies to every phase, one with a request name to the phases that have it */
export const comparePlans = (plans: Plans, failOns: ReadonlyArray<FailOn> = [], failOnLimited = false) =>
  Effect.gen(function* () {
    const names = [...new Set(plans.flatMap(({ phases }) => phases.map(({ name }) => name)))]
    const known = names.map((name) => ({ name, reason: obstacle(name, plans) }))
    const phases = yield* Effect.forEach(
      known.filter(({ reason }) => reason === undefined),
      ({ name }) => comparePhase(plans, name, failOns, failOnLimited)
    )
    const comparison: PlanComparison = {
      plans: plans.map(({ folder }) => folder),
      phases,
      notCompared: known.flatMap(({ name, reason }) => (reason === undefined ? [] : [{ name, reason }]))
    }
    return comparison
  })
