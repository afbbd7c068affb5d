/** Who used the processors: the load generator, the watched processes, and all other programs of its machine. */
import { rounded } from "../metrics/rounded.ts"
import type { MeasuredSlice } from "./MeasuredSlice.ts"
import type { ProcessesInSlice } from "./ProcessActivity.ts"
import type { Summary } from "./Summary.ts"

/** Cores that watched processes used. */
export interface ProcessCores extends Pick<ProcessesInSlice, "busiestThread" | "label" | "processors"> {
  /** CPU time per second; `null` where it was not measured. */
  readonly cores: number | null
  /** Whether they run on the machine of the load generator. */
  readonly isHere: boolean
}

export interface CoresUsed {
  /** Of the load generator; `null` where it was not observed. */
  readonly generator: number | null
  readonly processes: ReadonlyArray<ProcessCores>
  /** All other programs on the processors that the load generator may use, watched ones included; `null` where unknown. */
  readonly others: { readonly cores: number; readonly processors: number } | null
}

/** Only a reader of `/proc` knows the number of processes, and it is that of this machine. */
const processOf = ({
  busiestThread,
  cores,
  label,
  maxProcesses,
  processors
}: ProcessesInSlice): ProcessCores => ({
  label,
  cores: cores?.mean ?? null,
  busiestThread,
  processors,
  isHere: maxProcesses !== null
})

/** The labels of the watched processes of several loads, each once. */
export const watchedLabels = (used: ReadonlyArray<CoresUsed>): ReadonlyArray<string> => [
  ...new Set(used.flatMap(({ processes }) => processes.map(({ label }) => label)))
]

/** The cores of a watched process; `null` where they were not measured. */
export const coresOf = ({ processes }: CoresUsed, label: string): number | null =>
  processes.find((each) => each.label === label)?.cores ?? null

export const coresOfRun = ({ generator, processes }: Pick<Summary, "generator" | "processes">): CoresUsed => {
  const others = generator?.others ?? null
  return {
    generator: generator?.cpuCores.mean ?? null,
    processes: processes.map(processOf),
    others: others && { cores: others.mean, processors: others.processors }
  }
}

type Slice = Pick<MeasuredSlice, "elapsedSeconds" | "generator" | "processes">

/** The mean of a figure over slices, weighted by their time; `null` where one does not have it. */
export const meanOver = <S extends { readonly elapsedSeconds: number }>(
  slices: ReadonlyArray<S>,
  of: (slice: S) => number | null | undefined
): number | null => {
  const seconds = slices.reduce((sum, { elapsedSeconds }) => sum + elapsedSeconds, 0)
  let sum = 0
  for (const slice of slices) {
    const value = of(slice) ?? null
    if (value === null) return null
    sum += value * slice.elapsedSeconds
  }
  return seconds === 0 ? null : rounded(sum / seconds, 3)
}

/**
 * The means of slices of a study, weighted by their time.
 *
 * @example two slices of 10 s in which name:postgres used 1 and 2 cores: 1.5
 */
export const coresOfSlices = (all: ReadonlyArray<Slice>): CoresUsed => {
  const slices = all.filter(({ elapsedSeconds }) => elapsedSeconds > 0)
  const last = slices.at(-1)
  const found = ({ processes }: Slice, label: string) => processes.find((each) => each.label === label)
  const others = meanOver(slices, ({ generator }) => generator?.others?.cores)
  const processors = last?.generator?.others?.processors
  return {
    generator: meanOver(slices, ({ generator }) => generator?.cores),
    processes: (last?.processes ?? []).map((process) => ({
      ...processOf(process),
      cores: meanOver(slices, (slice) => found(slice, process.label)?.cores?.mean),
      busiestThread: meanOver(slices, (slice) => found(slice, process.label)?.busiestThread)
    })),
    others: others === null || processors === undefined ? null : { cores: others, processors }
  }
}
