/** The report of one phase, from the document that its command wrote. */
import { hasAnswer } from "../result/Capacity.ts"
import { caveatsOf } from "../result/caveats.ts"
import { addActivities } from "../result/databaseSums.ts"
import { findingsFailure, findingTable } from "../result/Findings.ts"
import type { MeasuredSlice } from "../result/MeasuredSlice.ts"
import type { PhaseDocument } from "../result/PageData.ts"
import type { JournalPhase } from "../result/PlanJournal.ts"
import type { PhaseReport } from "../result/PlanReport.ts"
import { fixedWorkNotes, tooShortNote } from "../result/sentences.ts"
import type { Summary } from "../result/Summary.ts"
import { markedPlace } from "../result/Sweep.ts"
import { measuredText } from "../result/thresholds.ts"
import { endings, limitedFailure, runFailure } from "../result/verdict.ts"
import {
  databaseLimit,
  failureLimit,
  fallLimit,
  objectiveLimit,
  runLimits,
  sliceLimits
} from "./phaseLimits.ts"
import { capacityRows, runRows, stressRows, sweepRows, versusRows } from "./phaseRows.ts"

type Measured = Pick<PhaseReport, "rows" | "verdict" | "hasKnee" | "limits" | "caveats" | "hasDatabase">

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
  return { limits: [...sliceLimits(slices), ...databaseLimit(database)], hasDatabase: database !== null }
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
        rows: versusRows(versus),
        verdict: versus.verdict,
        hasKnee: false,
        limits: [...limits, ...sides.flatMap((side) => failureLimit(side, []))],
        caveats: versus.warnings,
        hasDatabase
      }
    }
    case "Stress": {
      const { stress } = document
      const { hasDatabase, limits } = ofSlices(stress.steps.flatMap(({ slices }) => slices))
      return {
        rows: stressRows(stress),
        verdict: stress.verdict,
        hasKnee: stress.knee._tag === "Knee",
        limits,
        caveats: stress.warnings,
        hasDatabase
      }
    }
    case "Capacity": {
      const { capacity } = document
      const { hasDatabase, limits } = ofSlices(capacity.steps.map(({ slice }) => slice))
      return {
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
