/** The report of a plan, from its journal and the documents of its phases. The answer first. */
import { listed } from "../domain/words.ts"
import { figure, figureOrNone, plural } from "../result/numberFormat.ts"
import type { PhaseDocument } from "../result/PageData.ts"
import { unknownLimit } from "../result/planTable.ts"
import type { PlanJournal } from "../result/PlanJournal.ts"
import { excerpt } from "../domain/excerpt.ts"
import { type Limit, nameOfLimit } from "../result/Limit.ts"
import type { PhaseReport, PlanReport } from "../result/PlanReport.ts"
import { databaseOf } from "./documentParts.ts"
import { nextExperiments } from "./nextExperiments.ts"
import { phaseReport } from "./phaseReport.ts"
import { planManifest, planStatements } from "./planFacts.ts"

const stateOf = ({ endedAt, phases }: PlanJournal): PlanReport["state"] => {
  if (phases.some(({ state }) => state === "interrupted")) return "interrupted"
  if (endedAt === null) return "running"
  return phases.every(({ state }) => state === "completed") ? "completed" : "failed"
}

const namesOf = (phases: ReadonlyArray<PhaseReport>): string => listed(phases.map(({ name }) => name))

/** The phases by what limited them, the kinds in the order of the phases. */
const limitGroups = (phases: ReadonlyArray<PhaseReport>) => {
  const limits = phases.flatMap((phase) => phase.limits.slice(0, 1).map((limit) => ({ limit, phase })))
  const names = [...new Set(limits.map(({ limit }) => nameOfLimit(limit)))]
  return names.map((name) => ({
    name,
    phases: limits.filter(({ limit }) => nameOfLimit(limit) === name).map(({ phase }) => phase)
  }))
}

const limitSentence = (phases: ReadonlyArray<PhaseReport>): string => {
  const groups = limitGroups(phases)
  return groups.length === 0
    ? unknownLimit(phases)
    : `What limits: ${groups.map(({ name, phases: of }) => `${name} (${namesOf(of)})`).join("; ")}.`
}

/** The row that speaks for a phase: the marked one, otherwise the one with the highest rate. */
const mainRow = ({ rows }: PhaseReport) =>
  rows.find(({ marked }) => marked !== null) ??
  rows.toSorted((a, b) => (b.rates[0]?.perSecond ?? 0) - (a.rates[0]?.perSecond ?? 0))[0]

/** @example "students: 1,250 operations/s, p95 84.0 ms with 20 users, the peak", "smoke: 3 resources passed" */
const phaseSentence = (phase: PhaseReport): ReadonlyArray<string> => {
  const row = mainRow(phase)
  const [rate] = row?.rates ?? []
  if (row !== undefined && rate === undefined && phase.verdict !== null)
    return [`${phase.name}: ${phase.verdict.replace(/\.$/, "")}`]
  return row === undefined || rate === undefined
    ? []
    : [
        `${phase.name}: ${figure(rate.perSecond)} ${rate.counted}/s, p95 ${figureOrNone(row.p95)} ms with ${row.load}` +
          (row.marked === null ? "" : `, the ${row.marked}`)
      ]
}

/** The first sentence of what a failed phase says of itself. @example "mix failed: the server has no resource plans." */
const whyFailed = ({ name, reason, verdict }: PhaseReport): ReadonlyArray<string> => {
  const [first = ""] = (verdict ?? reason ?? "").split(/\.(?:\s|$)/)
  return first === "" ? [] : [`${name} failed: ${excerpt(first, 200)}.`]
}

const answerOf = (state: PlanReport["state"], phases: ReadonlyArray<PhaseReport>): string => {
  const failed = phases.filter((phase) => phase.state === "failed")
  const open = phases.filter((phase) =>
    ["pending", "skipped", "running", "interrupted"].includes(phase.state)
  )
  const completed = phases.filter((phase) => phase.state === "completed").length
  const outcome = `${completed} of ${plural(phases.length, "phase")} completed`
  const detail = [
    ...(failed.length === 0 ? [] : [`failed: ${namesOf(failed)}`]),
    ...(open.length === 0
      ? []
      : [`${state === "running" ? "still open" : "not completed"}: ${namesOf(open)}`])
  ]
  const results = phases.flatMap(phaseSentence)
  return [
    `${[outcome, ...detail].join("; ")}.`,
    ...failed.flatMap(whyFailed),
    ...(results.length === 0 ? [] : [`${results.join("; ")}.`]),
    ...(results.length === 0 ? [] : [limitSentence(phases)])
  ].join(" ")
}

const falsifying: ReadonlySet<Limit["kind"]> = new Set(["generator", "machine"])

const confidenceOf = (phases: ReadonlyArray<PhaseReport>): ReadonlyArray<string> => {
  const measured = phases.filter(({ rows }) => rows.length > 0)
  if (measured.length === 0) return ["Nothing was measured."]
  const limited = measured.filter(({ limits }) => limits.some(({ kind }) => falsifying.has(kind)))
  const doubted = measured.filter((phase) => phase.caveats.length > 0 && !limited.includes(phase))
  const sound = measured.length - limited.length - doubted.length
  return [
    `${sound} of ${plural(measured.length, "measured phase")} ${measured.length === 1 || sound === 1 ? "has" : "have"} no caveat.`,
    ...(limited.length === 0
      ? []
      : [
          `The figures of ${namesOf(limited)} do not describe the server alone: the load generator was limited.`
        ]),
    ...(doubted.length === 0 ? [] : [`Read the caveats first: ${namesOf(doubted)}.`])
  ]
}

/** @param documents of phases, by their names */
export const planReport = (
  journal: PlanJournal,
  documents: ReadonlyMap<string, PhaseDocument>
): PlanReport => {
  const { description, endedAt, name, source, startedAt, target } = journal
  const phases = journal.phases.map((phase) => phaseReport(phase, documents.get(phase.name)))
  const measured = journal.phases.flatMap((phase) => {
    const document = documents.get(phase.name)
    return document === undefined ? [] : [{ name: phase.name, document, database: databaseOf(document) }]
  })
  const state = stateOf(journal)
  const ended = phases.filter((phase) => phase.state !== "pending")
  return {
    name,
    description,
    source,
    target,
    startedAt,
    endedAt,
    state,
    answer: answerOf(state, phases),
    phases,
    confidence: confidenceOf(phases),
    next: nextExperiments({ phases: ended, isLocal: target["local"] === "true" }),
    statements: planStatements(measured),
    manifest: planManifest(measured)
  }
}
