/** The states of a plan and their transitions. Pure: the caller has the clock and the files. */
import type { JournalPhase, PlanJournal } from "../result/PlanJournal.ts"

/** A phase of a plan before it is carried out. */
export type NewPhase = Pick<
  JournalPhase,
  "name" | "command" | "settings" | "continueOnFailure" | "plannedSeconds"
>

interface NewPlan extends Pick<
  PlanJournal,
  "version" | "name" | "description" | "source" | "digest" | "target"
> {
  readonly phases: ReadonlyArray<NewPhase>
}

const notBegun = {
  state: "pending",
  startedAt: null,
  endedAt: null,
  exitCode: null,
  reason: null,
  files: []
} as const

/** @example folderOf("students", 1, 12) // "02-students" */
export const folderOf = (name: string, index: number, phases: number): string =>
  `${String(index + 1).padStart(Math.max(2, String(phases).length), "0")}-${name}`

/** @param at ISO 8601, UTC */
export const newJournal = (plan: NewPlan, at: string): PlanJournal => ({
  ...plan,
  startedAt: at,
  endedAt: null,
  phases: plan.phases.map((phase, index) => ({
    ...phase,
    ...notBegun,
    folder: folderOf(phase.name, index, plan.phases.length),
    setAside: []
  }))
})

const withPhase = (
  journal: PlanJournal,
  index: number,
  change: (phase: JournalPhase) => JournalPhase
): PlanJournal => ({
  ...journal,
  phases: journal.phases.map((phase, each) => (each === index ? change(phase) : phase))
})

export const beginPhase = (journal: PlanJournal, index: number, at: string): PlanJournal =>
  withPhase({ ...journal, endedAt: null }, index, (phase) => ({ ...phase, state: "running", startedAt: at }))

/** How a phase ended. */
export interface PhaseEnd extends Pick<JournalPhase, "files" | "reason"> {
  readonly exitCode: number
}

const interruptedCode = 130

const stateOf = (exitCode: number): JournalPhase["state"] => {
  if (exitCode === 0) return "completed"
  return exitCode === interruptedCode ? "interrupted" : "failed"
}

/** Whether no further phase begins. */
const ends = ({ continueOnFailure, state }: JournalPhase): boolean =>
  state === "interrupted" || (state === "failed" && !continueOnFailure)

/** Ends a phase; the phases after one that ends the plan are skipped. */
export const endPhase = (journal: PlanJournal, index: number, end: PhaseEnd, at: string): PlanJournal => {
  const ended = withPhase(journal, index, (phase) => ({
    ...phase,
    ...end,
    state: stateOf(end.exitCode),
    endedAt: at
  }))
  const phase = ended.phases[index]
  if (phase === undefined || !ends(phase)) return ended
  const reason = `phase ${phase.name} ${phase.state === "failed" ? "failed" : "was interrupted"}`
  return {
    ...ended,
    phases: ended.phases.map((each) =>
      each.state === "pending" ? { ...each, state: "skipped", reason } : each
    )
  }
}

export const endPlan = (journal: PlanJournal, at: string): PlanJournal => ({ ...journal, endedAt: at })

/** The next phase to measure, by its index; `undefined` if none is left. */
export const nextPhase = ({ phases }: PlanJournal): number | undefined => {
  const index = phases.findIndex(({ state }) => state === "pending")
  return index < 0 ? undefined : index
}

/** Whether `--resume` keeps the figures of a phase: it has a verdict, and the plan went on after it. */
const isKept = (phase: JournalPhase): boolean =>
  phase.state === "completed" || (phase.state === "failed" && phase.continueOnFailure)

const hasBegun = ({ state }: JournalPhase): boolean => state !== "pending" && state !== "skipped"

/** The phases that have begun and are measured again, by index; their folders are set aside. */
export const toSetAside = ({ phases }: PlanJournal): ReadonlyArray<number> =>
  phases.flatMap((phase, index) => (hasBegun(phase) && !isKept(phase) ? [index] : []))

/**
 * The plan as it goes on.
 *
 * @param moved the new names of folders that were set aside, by the index of their phase
 */
export const resumed = (journal: PlanJournal, moved: ReadonlyMap<number, string>): PlanJournal => ({
  ...journal,
  endedAt: null,
  phases: journal.phases.map((phase, index) => {
    if (isKept(phase)) return phase
    const aside = moved.get(index)
    return {
      ...phase,
      ...notBegun,
      setAside: aside === undefined ? phase.setAside : [...phase.setAside, aside]
    }
  })
})

type Texts = PlanJournal["target"]

const changesOf = (owner: string, before: Texts, now: Texts): ReadonlyArray<string> =>
  [...new Set([...Object.keys(before), ...Object.keys(now)])].flatMap((name) =>
    before[name] === now[name]
      ? []
      : [`${owner} ${name} was ${before[name] ?? "not set"} and is ${now[name] ?? "not set"}`]
  )

const phaseChanges = (
  before: ReadonlyArray<NewPhase>,
  now: ReadonlyArray<NewPhase>
): ReadonlyArray<string> => {
  const names = (phases: ReadonlyArray<NewPhase>) => phases.map(({ name }) => name).join(", ")
  if (names(before) !== names(now)) return [`the phases were ${names(before)} and are ${names(now)}`]
  return before.flatMap((was, index) => {
    const is = now[index]
    if (is === undefined) return []
    if (was.command !== is.command) return [`phase ${was.name} was ${was.command} and is ${is.command}`]
    return [
      ...changesOf(`phase ${was.name}:`, was.settings, is.settings),
      ...(was.continueOnFailure === is.continueOnFailure
        ? []
        : [
            `phase ${was.name}: continueOnFailure was ${was.continueOnFailure} and is ${is.continueOnFailure}`
          ])
    ]
  })
}

/** What differs between a journal and the plan that is to continue it; empty if nothing does. */
export const differencesFrom = (
  journal: PlanJournal,
  plan: Pick<NewPlan, "name" | "digest" | "phases" | "target">
): ReadonlyArray<string> => {
  const changes = [
    ...(journal.name === plan.name ? [] : [`the plan was ${journal.name} and is ${plan.name}`]),
    ...phaseChanges(journal.phases, plan.phases),
    ...changesOf("--", journal.target, plan.target).map((change) => change.replace("-- ", "--"))
  ]
  return changes.length > 0 || journal.digest === plan.digest
    ? changes
    : ["the content of a file that the plan names has changed"]
}

/** The exit code of the plan: that of the phase that ended it; 1 if another one failed. */
export const planExitCode = ({ phases }: PlanJournal): number =>
  phases.find(ends)?.exitCode ?? (phases.every(({ state }) => state === "completed") ? 0 : 1)
