/** The tables and sentences of the report of a plan, for all of its outputs. */
import { listed } from "../domain/words.ts"
import { nameOfLimit, unknownLimitText } from "./Limit.ts"
import { clock, figure, figureOrNone, megabytes, percentOf, plural, smallFigure } from "./numberFormat.ts"
import type { PhaseReport, PhaseRow, PlanReport, PlanStatement, UsedByProcesses } from "./PlanReport.ts"
import { meanMillis } from "./StatementActivity.ts"

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

/** How an output shows the loads of a phase. */
interface RowStyle {
  /** Whether each row has the name of its phase, or only the first one. */
  readonly repeatsPhase: boolean
  /** The note of a row such as the `knee`. */
  readonly mark: (what: string) => string
}

const textStyle: RowStyle = { repeatsPhase: false, mark: (what) => `<- ${what}` }

const cellsOf = (row: PhaseRow, { mark }: RowStyle): ReadonlyArray<string> => [
  row.load,
  ratesText(row),
  figureOrNone(row.requestsPerSecond),
  figure(row.requests),
  figure(row.failed),
  figureOrNone(row.p50),
  figureOrNone(row.p95),
  figureOrNone(row.p99),
  row.marked === null ? "" : mark(row.marked)
]

/** A row of each load; a phase without one has a row with its state. */
export const throughputRows = (
  { phases }: Pick<PlanReport, "phases">,
  style: RowStyle = textStyle
): ReadonlyArray<ReadonlyArray<string>> => [
  head,
  ...phases.flatMap(({ name, reason, rows, state }) =>
    rows.length === 0
      ? [[name, state, "-", "-", "-", "-", "-", "-", "-", reason ?? ""]]
      : rows.map((row, index) => [index === 0 || style.repeatsPhase ? name : "", ...cellsOf(row, style)])
  )
]

/** @example "completed, 10:02", "failed with exit code 1, 0:31" */
export const stateText = ({ exitCode, seconds, state }: PhaseReport): string =>
  [
    state === "failed" && exitCode !== null ? `failed with exit code ${exitCode}` : state,
    ...(seconds === null ? [] : [clock(seconds)])
  ].join(", ")

/** @example "name:postgres used 1.2 cores, at most 1.9; memory from 430 MB to 512 MB, at most 520 MB" */
const processText = ({ cores, label, memory }: UsedByProcesses): string => {
  const cpu =
    cores === null ? "cores unknown" : `used ${figure(cores.mean)} cores, at most ${figure(cores.max)}`
  const used =
    memory === null
      ? "memory unknown"
      : `memory from ${megabytes(memory.first)} to ${megabytes(memory.last)}, at most ${megabytes(memory.max)}`
  return `${label} ${cpu}; ${used}.`
}

/** @example "61 % of the time of all statements: COMMIT; 30,000 calls, 12.1 s in all, 0.403 ms each (students and mix)" */
const statementText = ({ calls, phases, share, text, totalMillis }: PlanStatement): string =>
  `${percentOf(share)} of the time of all statements: ${text}; ${plural(calls, "call")}, ` +
  `${figure(totalMillis / 1000)} s in all, ${smallFigure(meanMillis({ calls, totalMillis }))} ms each (${listed(phases)})`

export const unknownLimit = (phases: ReadonlyArray<PhaseReport>): string => {
  const measured = phases.filter(({ rows }) => rows.length > 0)
  return unknownLimitText({
    hasProcesses: measured.every(({ processes }) => processes.length > 0),
    hasDatabase: measured.every((phase) => phase.hasDatabase)
  })
}

interface PlanSection {
  readonly title: string
  readonly lines: ReadonlyArray<string>
}

/** The sections below the table of throughput, those without a line left out. */
export const planSections = ({
  confidence,
  manifest,
  next,
  phases,
  statements
}: PlanReport): ReadonlyArray<PlanSection> => {
  const limits = phases.flatMap((phase) =>
    phase.limits.map((limit) => `${phase.name}: ${nameOfLimit(limit)}. ${limit.evidence}`)
  )
  return [
    {
      title: "What limits",
      lines: limits.length === 0 ? [unknownLimit(phases)] : limits
    },
    { title: "Top statements", lines: statements.map(statementText) },
    {
      title: "Processes",
      lines: phases.flatMap(({ name, processes }) => processes.map((each) => `${name}: ${processText(each)}`))
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
    },
    { title: "Manifest", lines: manifest.map(({ name, values }) => `${name}: ${values.join("; ")}`) }
  ].filter(({ lines }) => lines.length > 0)
}
