/**
 * A named workload as a value: what to prepare once, and what a virtual user does in one iteration. It has no
 * clock, no loop and no metrics; those are the engine's.
 */
import type * as Effect from "effect/Effect"

/** Which user is at it, and for the how manieth time; enough to make keys that nobody else makes. 0-based. */
export interface UserIteration {
  readonly user: number
  readonly iteration: number
}

/** A scenario that is ready to run. */
export interface Workload<R = never> {
  readonly name: string
  /**
   * One iteration of one user, sending as many requests as it likes; the clients report each to the `SampleSink`.
   * A failure ends the iteration, a defect ends the run.
   */
  readonly iteration: (at: UserIteration) => Effect.Effect<unknown, unknown, R>
  /**
   * Whether the server is expected to refuse an iteration, so that its refusal is no sign of a wrong set-up; default:
   * never.
   */
  readonly expectsRefusal?: (at: UserIteration) => boolean
}

export interface ScenarioOptions {
  /** How many triples a batch has, >= 1; 1 when left out, as for a scenario that sends no batches. */
  readonly batchTripleCount?: number | undefined
  /** Whether single requests delete what they created (when left out) or leave it. */
  readonly deleteResources?: boolean | undefined
  /** Whether single requests also send what the server has to refuse; not when left out. */
  readonly failDeliberately?: boolean | undefined
  /** The run's id and the source of all that varies: 0 to 2^53 - 1. */
  readonly seed: number
}

/** What can be known of a scenario without running it. */
export interface ScenarioInfo {
  /** As in `--testList`: `StudentBatchVolumeTest`. */
  readonly name: string
  readonly testType: string
  /** One line for the help. */
  readonly description: string
  /** Runs when no `--testList` is given. */
  readonly byDefault: boolean
  /** Triples per batch: `configured` by `--batchTripleCount`, a fixed number, or `none` where it sends no batches. */
  readonly tripleCount: "configured" | "none" | number
  /** The names of all its requests, so that thresholds can be checked before anything is sent. */
  readonly requestNames: (options: Omit<ScenarioOptions, "seed">) => ReadonlyArray<string>
}

export interface Scenario<E, R> extends ScenarioInfo {
  /** Runs once, before the first user starts. */
  readonly prepare: (options: ScenarioOptions) => Effect.Effect<Workload, E, R>
}

/** A scenario and what a run asks of it. `batchTripleCount` is `undefined` if and only if it sends no batches. */
export interface PlannedScenario<S extends ScenarioInfo> extends Omit<ScenarioOptions, "seed"> {
  readonly scenario: S
}
