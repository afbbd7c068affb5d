/** The report of one phase, from the document that its command wrote. */
import { hasAnswer } from "../result/Capacity.ts"
import { caveatsOf } from "../result/caveats.ts"
import { coresOf, coresOfSlices } from "../result/coresUsed.ts"
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
import { slicesIn, watchesDatabase } from "./documentParts.ts"
import { driftLimits } from "./driftLimits.ts"
import { failureLimit, fallLimit, kneeLimits, objectiveLimit, runLimits } from "./phaseLimits.ts"
import { capacityRows, runRows, stressRows, sweepRows, versusRows } from "./phaseRows.ts"

/** What the document of a phase says, but for its database. */
type Measured = Pick<
  PhaseReport,
  "rows" | "verdict" | "hasKnee" | "limits" | "caveats" | "processes" | "search"
>

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
  ]
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

/** What watched processes used in a study: their memory over all of it, their cores in its slices. */
const processesOf = (
  { processes }: Pick<StudyHead, "processes">,
  slices: ReadonlyArray<MeasuredSlice>
): PhaseReport["processes"] => {
  const used = coresOfSlices(slices)
  return processes.map(({ label, memory }) => {
    const cores = slices.flatMap((slice) => slice.processes.find((each) => each.label === label)?.cores ?? [])
    const mean = coresOf(used, label)
    return {
      label,
      memory,
      cores: mean === null ? null : { mean, max: Math.max(...cores.map(({ max }) => max)) }
    }
  })
}

const numberIn = (value: unknown): number | null => (typeof value === "number" ? value : null)

const ofStress = (stress: Stress, slices: ReadonlyArray<MeasuredSlice>): Measured => {
  const { config, knee, raised, soak, steps, verdict, warnings } = stress
  const [first] = steps
  return {
    rows: stressRows(stress),
    verdict: [verdict, ...soakSentence(stress)].join(" "),
    hasKnee: knee._tag === "Knee",
    limits: [...stress.limits, ...kneeLimits(stress), ...soakLimits(stress)],
    caveats: warnings,
    processes: processesOf(stress, slices),
    search:
      first === undefined
        ? null
        : {
            raised,
            first: first.load,
            firstBroke: first.outcome === "broken",
            maximum: numberIn(config[raised === "users" ? "maxUsers" : "maxRate"]),
            knee,
            soaked: soak !== null && soak.slice !== null
          }
  }
}

/** Of a sweep with an answer the slices at the marked place show what limits. */
const ofSweep = (sweep: Sweep, slices: ReadonlyArray<MeasuredSlice>): Measured => {
  const marked = markedPlace(sweep.answer)
  const decisive = sweep.points.find((point) => marked !== undefined && isSamePlace(marked.place, point))
  const limits = limitsOf(slices, decisive?.slices)
  const isLimited = limits.some(({ kind }) => kind === "generator" || kind === "machine")
  return {
    search: null,
    rows: sweepRows(sweep),
    verdict: sweep.verdict,
    hasKnee: marked !== undefined,
    limits: isLimited ? limits : [...limits, ...fallLimit(sweep)],
    caveats: sweep.warnings,
    processes: processesOf(sweep, slices)
  }
}

const measuredOf = (document: PhaseDocument): Measured => {
  const slices = slicesIn(document)
  switch (document._tag) {
    case "Report":
      return ofRun(document.summary)
    case "Sweep":
      return ofSweep(document.sweep, slices)
    case "Versus": {
      const { versus } = document
      const sides = [versus.single, versus.batch]
      return {
        search: null,
        rows: versusRows(versus),
        verdict: versus.verdict,
        hasKnee: false,
        limits: [...limitsOf(slices), ...sides.flatMap((side) => failureLimit(side, []))],
        caveats: versus.warnings,
        processes: processesOf(versus, slices)
      }
    }
    case "Stress":
      return ofStress(document.stress, slices)
    case "Capacity": {
      const { capacity } = document
      return {
        search: null,
        rows: capacityRows(capacity),
        verdict: capacity.verdict,
        hasKnee: hasAnswer(capacity),
        limits: [...capacity.limits, ...objectiveLimit(capacity)],
        caveats: capacity.warnings,
        processes: processesOf(capacity, slices)
      }
    }
  }
}

const nothingMeasured: Measured = {
  search: null,
  processes: [],
  rows: [],
  verdict: null,
  hasKnee: false,
  limits: [],
  caveats: []
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
    hasDatabase: document !== undefined && watchesDatabase(document),
    ...(document === undefined ? nothingMeasured : measuredOf(document))
  }
}
