/** Reads a run of edfi-perf from its `summary.json`. */
import * as Effect from "effect/Effect"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import { maxJsonDepth, parseJson } from "../domain/parseJson.ts"
import type { FigureName } from "../domain/Threshold.ts"
import type { TimelinePoint } from "../metrics/Timeline.ts"
import type { ComparedPoint, ComparedRun, RunNote } from "../result/Comparison.ts"
import { lostAgents } from "../result/agentsText.ts"
import { caveatsOf } from "../result/caveats.ts"
import { tooShortNote } from "../result/sentences.ts"
import { Summary } from "../result/Summary.ts"
import { figure } from "../result/numberFormat.ts"
import { endedInWarmUp, hasThroughput, throughputFigures } from "../result/throughput.ts"
import { endings } from "../result/verdict.ts"
import { cleaned } from "./cleaned.ts"
import { comparedFigures, comparedSucceeded } from "./comparedFigures.ts"
import { UnreadableRun } from "./UnreadableRun.ts"

const decodeSummary = Schema.decodeUnknown(Summary)

/** The first error in a document, with its place: `at byName.0.requests.total: is missing`. */
const placeOf = (error: ParseResult.ParseError): string => {
  const [issue] = ParseResult.ArrayFormatter.formatErrorSync(error)
  if (issue === undefined || issue.path.length === 0) return issue?.message ?? error.message
  return `at ${issue.path.map(String).join(".")}: ${issue.message}`
}

/** The figures that a run does not have. */
const unknownIn = (summary: Summary): ReadonlyArray<FigureName> =>
  hasThroughput(summary) ? [] : throughputFigures

/** The figures that are no result of a run. */
const withoutResult = (summary: Summary): ReadonlyArray<FigureName> =>
  endedInWarmUp(summary) ? throughputFigures : unknownIn(summary)

const comparedPoint = (point: TimelinePoint): ComparedPoint => {
  const { byOutcome, elapsedSeconds, failures, latencyMs, operations, requests, rows, seconds, users } = point
  return {
    elapsedSeconds,
    seconds,
    users,
    requests,
    failures,
    operations,
    rows,
    latencyMs: latencyMs && { p50: latencyMs.p50, p95: latencyMs.p95, p99: latencyMs.p99 },
    byOutcome
  }
}

const notesOf = (summary: Summary): ReadonlyArray<RunNote> => {
  const { elapsedSeconds, endedBy, plannedSeconds } = summary
  const { long, planned } = endings[endedBy]
  const of = plannedSeconds === null ? "" : ` of ${figure(plannedSeconds)} s`
  const early = `${long} Its figures are those of ${figure(elapsedSeconds)} s${of}.`
  const tooShort = summary.generator?.tooShort === true
  return [
    ...caveatsOf(summary),
    ...(tooShort ? [{ kind: "tooShort" as const, sentence: tooShortNote }] : []),
    ...(planned ? [] : [{ kind: "endedEarly" as const, sentence: early }])
  ]
}

const comparedRun = (path: string, summary: Summary): ComparedRun => ({
  label: path,
  path,
  source: "edfi-perf",
  testType: summary.testType,
  model: summary.model,
  startedAt: summary.startedAt,
  elapsedSeconds: summary.elapsedSeconds,
  users: summary.users,
  endedBy: summary.endedBy,
  total: comparedFigures(summary, withoutResult(summary)),
  succeeded: comparedSucceeded(summary),
  byName: summary.byName.map((row) => ({
    name: row.name,
    method: row.method,
    figures: comparedFigures(row, withoutResult(summary)),
    succeeded: comparedSucceeded(row)
  })),
  unknown: unknownIn(summary),
  config: summary.config,
  notes: notesOf(summary),
  lostAgents: lostAgents(summary.agents).map(({ name }) => name),
  timeline: summary.timeline.map(comparedPoint)
})

/** @param path names the file in errors */
export const readSummary = (path: string, text: string): Effect.Effect<ComparedRun, UnreadableRun> => {
  const unreadable = (reason: string) =>
    new UnreadableRun({ path, detail: `is not a valid summary.json: ${reason}` })
  const value = parseJson(text)
  if (value === undefined) {
    return Effect.fail(unreadable(`it is not JSON, or nested more than ${maxJsonDepth} deep`))
  }
  return Effect.mapBoth(decodeSummary(cleaned(value)), {
    onFailure: (error) => unreadable(placeOf(error)),
    onSuccess: (summary) => comparedRun(path, summary)
  })
}
