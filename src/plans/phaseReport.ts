/** The report of one phase, from the document that its command wrote. */
import { hasAnswer } from "../result/Capacity.ts"
import { caveatsOf } from "../result/caveats.ts"
import { addActivities } from "../result/databaseSums.ts"
import { isLimitedSlice } from "../result/limitText.ts"
import { findingsFailure, findingTable } from "../result/Findings.ts"
import type { MeasuredSlice } from "../result/MeasuredSlice.ts"
import type { PhaseDocument } from "../result/PageData.ts"
import type { JournalPhase } from "../result/PlanJournal.ts"
import type { Limit, PhaseReport } from "../result/PlanReport.ts"
import { fixedWorkNotes, tooShortNote } from "../result/sentences.ts"
import { soakSentence } from "../result/soakText.ts"
import { loadText, type Stress } from "../result/Stress.ts"
import type { Summary } from "../result/Summary.ts"
import { markedPlace } from "../result/Sweep.ts"
import { measuredText } from "../result/thresholds.ts"
import { endings, limitedFailure, runFailure } from "../result/verdict.ts"
import { driftLimits } from "./driftLimits.ts"
import {
  databaseLimits,
  failureLimit,
  fallLimit,
  kneeLimits,
  objectiveLimit,
  runLimits,
  sliceLimits
} from "./phaseLimits.ts"
import { capacityRows, runRows, stressRows, sweepRows, versusRows } from "./phaseRows.ts"

type Measured = Pick<
  PhaseReport,
  "rows" | "verdict" | "hasKnee" | "limits" | "caveats" | "hasDatabase" | "processes" | "search"
>

/** What only some commands have. */
const noExtras = { processes: [], search: null }

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

const ofSlices = (slices: ReadonlyArray<MeasuredSlice>) => {
  const database = addActivities(slices.map((slice) => slice.database))
  return { limits: [...sliceLimits(slices), ...databaseLimits(database)], hasDatabase: database !== null }
}

const soakLimits = ({ raised, soak }: Stress): ReadonlyArray<Limit> =>
  soak === null || soak.slice === null
    ? []
    : driftLimits(soak.drift, isLimitedSlice(soak.slice)).map((limit) => ({
        ...limit,
        evidence: `In the soak with ${loadText(raised, soak.load)}: ${limit.evidence}`
      }))

const numberIn = (value: unknown): number | null => (typeof value === "number" ? value : null)

const ofStress = (stress: Stress): Measured => {
  const { config, knee, raised, soak, steps, verdict, warnings } = stress
  const { hasDatabase, limits } = ofSlices(steps.flatMap(({ slices }) => slices))
  const [first] = steps
  return {
    ...noExtras,
    rows: stressRows(stress),
    verdict: [verdict, ...soakSentence(stress)].join(" "),
    hasKnee: knee._tag === "Knee",
    limits: [...limits, ...kneeLimits(stress), ...soakLimits(stress)],
    caveats: warnings,
    hasDatabase,
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

const measuredOf = (document: PhaseDocument): Measured => {
  switch (document._tag) {
    case "Report":
      return ofRun(document.summary)
    case "Sweep": {
      const { sweep } = document
      const { hasDatabase, limits } = ofSlices(sweep.points.flatMap(({ slices }) => slices))
      const isLimited = limits.some(({ kind }) => kind === "generator" || kind === "machine")
      return {
        ...noExtras,
        rows: sweepRows(sweep),
        verdict: sweep.verdict,
        hasKnee: markedPlace(sweep.answer) !== undefined,
        limits: isLimited ? limits : [...limits, ...fallLimit(sweep)],
        caveats: sweep.warnings,
        hasDatabase
      }
    }
    case "Versus": {
      const { versus } = document
      const sides = [versus.single, versus.batch]
      const { hasDatabase, limits } = ofSlices(sides.flatMap(({ slices }) => slices))
      return {
        ...noExtras,
        rows: versusRows(versus),
        verdict: versus.verdict,
        hasKnee: false,
        limits: [...limits, ...sides.flatMap((side) => failureLimit(side, []))],
        caveats: versus.warnings,
        hasDatabase
      }
    }
    case "Stress":
      return ofStress(document.stress)
    case "Capacity": {
      const { capacity } = document
      const { hasDatabase, limits } = ofSlices(capacity.steps.map(({ slice }) => slice))
      return {
        ...noExtras,
        rows: capacityRows(capacity),
        verdict: capacity.verdict,
        hasKnee: hasAnswer(capacity),
        limits: [...objectiveLimit(capacity), ...limits],
        caveats: capacity.warnings,
        hasDatabase
      }
    }
  }
}

const nothingMeasured: Measured = {
  ...noExtras,
  rows: [],
  verdict: null,
  hasKnee: false,
  limits: [],
  caveats: [],
  hasDatabase: false
}

/** @example "BATCH_VOLUME, students", "mixture district-day" */
export const workOf = ({ command, settings }: Pick<JournalPhase, "command" | "settings">): string => {
  const { mixture, resources, scenario, testList, testType } = settings
  const what =
    mixture === undefined ? (resources ?? testList ?? scenario ?? "all scenarios") : `mixture ${mixture}`
  return command === "versus" ? what : `${testType ?? "BATCH_VOLUME"}, ${what.replaceAll(",", ", ")}`
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
