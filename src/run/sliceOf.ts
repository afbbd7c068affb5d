/** A measured load as a slice of a study. */
import * as Effect from "effect/Effect"
import * as Struct from "effect/Struct"
import { cpuCores } from "../metrics/GeneratorHealth.ts"
import { judgeLoad } from "../metrics/judgeAgents.ts"
import { type ObservedGenerator, suspensionReasons } from "../metrics/judgeGenerator.ts"
import { otherCores } from "../metrics/OtherPrograms.ts"
import { Recorder, type Measurements } from "../metrics/Recorder.ts"
import { rounded } from "../metrics/rounded.ts"
import { endOfSlice } from "../result/agentsText.ts"
import { figuresAt, fullLoadOf } from "../result/fullLoad.ts"
import type { MeasuredSlice } from "../result/MeasuredSlice.ts"
import { sliceAgentsOf } from "../result/SliceAgents.ts"
import type { ProcessesInSlice, WatchedProcesses } from "../result/ProcessActivity.ts"
import { measuredText } from "../result/thresholds.ts"
import type { SliceMeasured } from "../studies/MeasureSlice.ts"
import type { Measurement } from "./measure.ts"

export interface Load extends Measurement {
  readonly startedSeconds: number
  /** Planned duration. */
  readonly plannedSeconds: number
}

/** The role of a load in its slice: a warm-up that ended early, or the measurement. */
interface LoadRole {
  readonly isWarmUp: boolean
  /** Whether a warm-up preceded it. */
  readonly warmed: boolean
  /** Of the load; none if they were not watched. */
  readonly processes?: ReadonlyArray<WatchedProcesses>
}

/** With agents: of each of them, by its name. */
const suspensionsOf = ({ total }: ObservedGenerator, apart: Measurements["apart"]): ReadonlyArray<string> =>
  apart === undefined
    ? suspensionReasons(total)
    : [...apart.agents].flatMap(([name, agent]) =>
        suspensionReasons(agent.total).map((reason) => `agent ${name}: ${reason}`)
      )

const limitsOf = (
  { apart, generator }: Measurements,
  warmed: boolean
): Pick<MeasuredSlice, "limited" | "limitedBy"> => {
  if (generator === undefined) return { limited: [], limitedBy: null }
  const suspended = suspensionsOf(generator, apart)
  const { limited, limitedBy, reasons } = judgeLoad(generator, apart, warmed)
  return limited
    ? { limited: [...suspended, ...reasons], limitedBy }
    : { limited: suspended, limitedBy: suspended.length > 0 ? "suspension" : null }
}

const coresOf = (generator: Measurements["generator"]): MeasuredSlice["generator"] => {
  if (generator === undefined) return null
  const others = otherCores(generator.total)
  return {
    cores: rounded(cpuCores(generator.total), 3),
    others: others && { ...others, cores: rounded(others.cores, 3) }
  }
}

const withoutTimeline = (used: WatchedProcesses): ProcessesInSlice => Struct.omit(used, "timeline")

/** The thresholds that ended a load. @example "database.blockedSeconds < 5 was not kept: 10.2 s" */
const missedBy = ({ endedBy, thresholds }: Load["summary"]): ReadonlyArray<string> =>
  endedBy === "threshold"
    ? thresholds
        .filter(({ passed, value }) => !passed && value !== null)
        .map((verdict) => `${verdict.expression} was not kept: ${measuredText(verdict)}`)
    : []

export const sliceOf = (
  { measurements, plannedSeconds, startedSeconds, summary }: Load,
  { isWarmUp, processes = [], warmed }: LoadRole
): SliceMeasured => {
  const { elapsedSeconds, endedBy, refused, timeline, users } = summary
  const { total } = measurements
  const atFullLoad = fullLoadOf(total, { plannedSeconds, elapsedSeconds, endedBy, timeline })
  return {
    slice: {
      startedSeconds,
      elapsedSeconds,
      endedBy: endOfSlice(summary),
      refused,
      isWarmUp,
      users,
      ...figuresAt(total, atFullLoad),
      atFullLoad,
      ...limitsOf(measurements, warmed),
      missed: missedBy(summary),
      generator: coresOf(measurements.generator),
      agents: summary.agents === null ? null : sliceAgentsOf(summary.agents, measurements.apart, warmed),
      processes: processes.map(withoutTimeline),
      database: null
    },
    measurements,
    timeline,
    processes
  }
}

/**
 * A slice without a measurement: its load was interrupted before that, or could not start.
 *
 * @param reason why it could not start, as a clause: `agent lab-2 is lost: no report for 15 s`
 */
export const unmeasuredSlice = (
  startedSeconds: number,
  endedBy: "interrupt" | "defect" | "localDmsExited" | "agentLost" = "interrupt",
  reason?: string
): Effect.Effect<SliceMeasured> =>
  Effect.map(Recorder, (recorder) => {
    const measurements = recorder.measurements()
    const atFullLoad = { seconds: 0, requests: 0, operations: 0, rows: 0 }
    const none = {
      elapsedSeconds: 0,
      isWarmUp: false,
      users: 0,
      atFullLoad,
      limited: [],
      limitedBy: null,
      missed: [],
      generator: null,
      agents: null,
      processes: [],
      database: null
    }
    const figures = figuresAt(measurements.total, atFullLoad)
    return {
      slice: { startedSeconds, endedBy, refused: null, ...none, ...figures },
      measurements,
      timeline: [],
      ...(reason === undefined ? {} : { reason })
    }
  }).pipe(Effect.provide(Recorder.layer))
