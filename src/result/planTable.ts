/** The tables and sentences of the report of a plan, for all of its outputs. */
import { clock, figure, figureOrNone } from "./numberFormat.ts"
import type { PhaseReport, PhaseRow, PlanReport } from "./PlanReport.ts"

const head = [
  "phase",
  "load",
  "throughput",
  "requests/s",
  "requests",
  "failed",
  "p50 ms",
  "p95 ms",
  "p99 ms",
  "note"
]

/** Phase, load and note; all other columns are numbers. */
export const throughputTexts: ReadonlySet<number> = new Set([0, 1, 9])

/** @example "1,250 operations/s, 300 rows/s" */
export const ratesText = ({ rates }: PhaseRow): string =>
  rates.length === 0
    ? "-"
    : rates.map(({ counted, perSecond }) => `${figure(perSecond)} ${counted}/s`).join(", ")

const cellsOf = (phase: PhaseReport, row: PhaseRow, isFirst: boolean): ReadonlyArray<string> => [
  isFirst ? phase.name : "",
  row.load,
  ratesText(row),
  figureOrNone(row.requestsPerSecond),
  figure(row.requests),
  figure(row.failed),
  figureOrNone(row.p50),
  figureOrNone(row.p95),
  figureOrNone(row.p99),
  row.marked === null ? "" : `<- ${row.marked}`
]

/** A row of each load; a phase without one has a row with its state. */
export const throughputRows = ({
  phases
}: Pick<PlanReport, "phases">): ReadonlyArray<ReadonlyArray<string>> => [
  head,
  ...phases.flatMap((phase) =>
    phase.rows.length === 0
      ? [[phase.name, phase.state, "-", "-", "-", "-", "-", "-", "-", phase.reason ?? ""]]
      : phase.rows.map((row, index) => cellsOf(phase, row, index === 0))
  )
]

/** @example "completed, 10:02", "failed with exit code 1, 0:31" */
export const stateText = ({ exitCode, seconds, state }: PhaseReport): string =>
  [
    state === "failed" && exitCode !== null ? `failed with exit code ${exitCode}` : state,
    ...(seconds === null ? [] : [clock(seconds)])
  ].join(", ")

interface PlanSection {
  readonly title: string
  readonly lines: ReadonlyArray<string>
}

/** The sections below the table of throughput, those without a line left out. */
export const planSections = ({ confidence, next, phases }: PlanReport): ReadonlyArray<PlanSection> => {
  const limits = phases.flatMap((phase) =>
    phase.limits.map(({ evidence, what }) => `${phase.name}: the ${what}. ${evidence}`)
  )
  return [
    {
      title: "What limits",
      lines: limits.length === 0 ? ["Unknown. --databaseUrl shows what the database waits for."] : limits
    },
    { title: "How sure", lines: confidence },
    { title: "Next experiments", lines: next.map(({ experiment, reason }) => `${experiment} ${reason}`) },
    {
      title: "Phases",
      lines: phases.map((phase) =>
        [
          `${phase.name} (${phase.command}: ${phase.work}), ${stateText(phase)}.`,
          phase.verdict ?? phase.reason ?? ""
        ]
          .join(" ")
          .trim()
      )
    },
    {
      title: "Caveats",
      lines: phases.flatMap(({ caveats, name }) => caveats.map((each) => `${name}: ${each}`))
    }
  ].filter(({ lines }) => lines.length > 0)
}
