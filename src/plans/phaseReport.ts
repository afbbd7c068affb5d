/** The report of one phase, from the document that its command wrote. */
import { hasAnswer } from "../result/Capacity.ts"
import { caveatsOf } from "../result/caveats.ts"
import { coresOfSlices } from "../result/coresUsed.ts"
import { isLimitedSlice } from "../result/limitText.ts"
import { findingsFailure, findingTable } from "../result/Findings.ts"
import type { MeasuredSlice, StudyHead } from "../result/MeasuredSlice.ts"
import type { PhaseDocument } from "../result/PageData.ts"
import type { JournalPhase } from "../result/PlanJournal.ts"
import type { Limit } from "../result/Limit.ts"
import type { PhaseReport } from "../result/PlanReport.ts"
import { fixedWorkNotes, tooShortNote } from "../result/sentences.ts"
import { soakSentence } from "../result/soakText.ts"
import { loadText, type Stress } from "../result/Stress.ts"
import type { Summary } from "../result/Summary.ts"
import { isSamePlace, markedPlace, type Sweep } from "../result/Sweep.ts"
import { measuredText } from "../result/thresholds.ts"
import { endings, limitedFailure, runFailure } from "../result/verdict.ts"
import { loadLimits, sliceLimits } from "../result/serverLimits.ts"
import { driftLimits } from "./driftLimits.ts"
import { failureLimit, fallLimit, kneeLimits, objectiveLimit, runLimits } from "./phaseLimits.ts"
import { capacityRows, runRows, stressRows, sweepRows, versusRows } from "./phaseRows.ts"

type Measured = Pick<
  PhaseReport,
  "rows" | "verdict" | "hasKnee" | "limits" | "caveats" | "hasDatabase" | "processes" | "search"
>

/** What only some commands have. */
const noExtras = { search: null }

const runVerdict = (summary: Summary): string => {
  const missed = summary.thresholds.filter(({ passed }) => !passed)
  const sentences = [
    runFailure(summary)?.sentence,
    limitedFailure(summary),
    findingsFailure(summary),
    ...missed.map((verdict) => `${verdict.expression} was not kept: ${measuredText(verdict)}.`)
  ].filter((sentence) => sentence !== undefined)
  if (sentences.length > 0) return sentences.join(" ")
  return findingTable(summary)?.sentence ?? fixedWorkNotes(summary)[0] ?? endings[summary.endedBy].long
}

const ofRun = (summary: Summary): Measured => ({
  search: null,
  processes: summary.processes.map(({ cores, label, memory }) => ({ cores, label, memory })),
  rows: runRows(summary),
  verdict: runVerdict(summary),
  hasKnee: false,
  limits: runLimits(summary),
  caveats: [
    ...caveatsOf(summary).map(({ sentence }) => sentence),
    ...(summary.generator?.tooShort === true ? [tooShortNote] : [])
  ],
  hasDatabase: summary.database !== null
})

/** @param decisive those that show what limits; all of them by default */
const limitsOf = (slices: ReadonlyArray<MeasuredSlice>, decisive = slices): PhaseReport["limits"] => {
  const limited = sliceLimits(slices)
  return limited.length > 0 ? limited : loadLimits(decisive, slices)
}

const soakLimits = ({ raised, soak }: Stress): ReadonlyArray<Limit> =>
  soak === null || soak.slice === null
    ? []
    : driftLimits(soak.drift, isLimitedSlice(soak.slice)).map((limit) => ({
        ...limit,
        evidence: `In the soak with ${loadText(raised, soak.load)}: ${limit.evidence}`
      }))
const hasDatabase = (slices: ReadonlyArray<MeasuredSlice>): boolean =>
  slices.some(({ database }) => database !== null)

/** What watched processes used in a study: their memory over all of it, their cores in its slices. */
const processesOf = (
  { processes }: Pick<StudyHead, "processes">,
  slices: ReadonlyArray<MeasuredSlice>
): PhaseReport["processes"] =>
  processes.map(({ label, memory }) => {
    const cores = slices.flatMap((slice) => slice.processes.find((each) => each.label === label)?.cores ?? [])
    const mean = coresOfSlices(slices).processes.find((each) => each.label === label)?.cores ?? null
    return {
      label,
      memory,
      cores: mean === null ? null : { mean, max: Math.max(...cores.map(({ max }) => max)) }
    }
  })

const numberIn = (value: unknown): number | null => (typeof value === "number" ? value : null)

const ofStress = (stress: Stress): Measured => {
  const { config, knee, raised, soak, steps, verdict, warnings } = stress
  const slices = [...steps.flatMap((step) => step.slices), ...(soak?.slice ? [soak.slice] : [])]
  const [first] = steps
  return {
    rows: stressRows(stress),
    verdict: [verdict, ...soakSentence(stress)].join(" "),
    hasKnee: knee._tag === "Knee",
    limits: [...stress.limits, ...kneeLimits(stress), ...soakLimits(stress)],
    caveats: warnings,
    hasDatabase: hasDatabase(slices),
    processes: processesOf(stress, slices),
    search:
      first === undefined
        ? null
        : {
            raised,
            first: first.load,
            maximum: numberIn(config[raised === "users" ? "maxUsers" : "maxRate"]),
            knee,
            soaked: soak !== null && soak.slice !== null
          }
  }
}

/** Of a sweep with an answer the slices at the marked place show what limits. */
const ofSweep = (sweep: Sweep): Measured => {
  const slices = sweep.points.flatMap((point) => point.slices)
  const marked = markedPlace(sweep.answer)
  const decisive = sweep.points.find((point) => marked !== undefined && isSamePlace(marked.place, point))
  const limits = limitsOf(slices, decisive?.slices)
  const isLimited = limits.some(({ kind }) => kind === "generator" || kind === "machine")
  return {
    ...noExtras,
    rows: sweepRows(sweep),
    verdict: sweep.verdict,
    hasKnee: marked !== undefined,
    limits: isLimited ? limits : [...limits, ...fallLimit(sweep)],
    caveats: sweep.warnings,
    hasDatabase: hasDatabase(slices),
    processes: processesOf(sweep, slices)
  }
}

const measuredOf = (document: PhaseDocument): Measured => {
  switch (document._tag) {
    case "Report":
      return ofRun(document.summary)
    case "Sweep":
      return ofSweep(document.sweep)
    case "Versus": {
      const { versus } = document
      const sides = [versus.single, versus.batch]
      const slices = sides.flatMap((side) => side.slices)
      return {
        ...noExtras,
        rows: versusRows(versus),
        verdict: versus.verdict,
        hasKnee: false,
        limits: [...limitsOf(slices), ...sides.flatMap((side) => failureLimit(side, []))],
        caveats: versus.warnings,
        hasDatabase: hasDatabase(slices),
        processes: processesOf(versus, slices)
      }
    }
    case "Stress":
      return ofStress(document.stress)
    case "Capacity": {
      const { capacity } = document
      const slices = capacity.steps.map(({ slice }) => slice)
      return {
        ...noExtras,
        rows: capacityRows(capacity),
        verdict: capacity.verdict,
        hasKnee: hasAnswer(capacity),
        limits: [...capacity.limits, ...objectiveLimit(capacity)],
        caveats: capacity.warnings,
        hasDatabase: hasDatabase(slices),
        processes: processesOf(capacity, slices)
      }
    }
  }
}

const nothingMeasured: Measured = {
  ...noExtras,
  processes: [],
  rows: [],
  verdict: null,
  hasKnee: false,
  limits: [],
  caveats: [],
  hasDatabase: false
}

/** What is sent if nothing is chosen: READ, PIPECLEAN and CHANGE_QUERY have default resources. */
const unchosen = (command: string, testType: string): string => {
  if (command === "versus") return "students"
  return ["BATCH_VOLUME", "VOLUME"].includes(testType.toUpperCase()) ? "all scenarios" : "default resources"
}

/** @example "BATCH_VOLUME, students", "mixture district-day" */
export const workOf = ({ command, settings }: Pick<JournalPhase, "command" | "settings">): string => {
  const { mixture, resources, scenario, testList, testType = "BATCH_VOLUME" } = settings
  const chosen = resources ?? testList ?? scenario ?? unchosen(command, testType)
  const what = mixture === undefined ? chosen.replaceAll(",", ", ") : `mixture ${mixture}`
  return command === "versus" ? what : `${testType}, ${what}`
}

const secondsBetween = (from: string | null, to: string | null): number | null =>
  from === null || to === null ? null : Math.max(0, (Date.parse(to) - Date.parse(from)) / 1000)

/** @param document `undefined` if the phase wrote none */
export const phaseReport = (phase: JournalPhase, document: PhaseDocument | undefined): PhaseReport => {
  const { command, endedAt, exitCode, files, folder, name, reason, startedAt, state } = phase
  return {
    name,
    command,
    state,
    exitCode,
    reason,
    folder,
    page: files.includes("report.html") ? `${folder}/report.html` : null,
    work: workOf(phase),
    seconds: secondsBetween(startedAt, endedAt),
    ...(document === undefined ? nothingMeasured : measuredOf(document))
  }
}
