/**
 * A named workload as a value: what it prepares once, and what a virtual user does in one iteration. Clock, loop and
 * metrics belong to the engine.
 */
import type * as Effect from "effect/Effect"
import type { ReadMix } from "../domain/ReadMix.ts"
import type { OperationCounts } from "../domain/Sample.ts"

/** The user and its iteration, 0-based; together they make keys unique. */
export interface UserIteration {
  readonly user: number
  readonly iteration: number
  /** How many records it sends, 1 to `Workload.recordsPerIteration`. Absent: all of them. */
  readonly records?: number | undefined
}

/** A scenario that is ready to run. */
export interface Workload<R = never> {
  readonly name: string
  /**
   * Records that an iteration sends unless it is told fewer: 10 for batches of ten. A load of a number of records needs it.
   */
  readonly recordsPerIteration?: number
  /**
   * One iteration of one user, with any number of requests; the clients report each request to the `SampleSink`.
   * A failure ends the iteration, a defect ends the run.
   */
  readonly iteration: (at: UserIteration) => Effect.Effect<unknown, unknown, R>
  /**
   * Whether the server is expected to refuse this iteration; its refusal is then no sign of a wrong set-up. Default:
   * never.
   */
  readonly expectsRefusal?: (at: UserIteration) => boolean
}

export interface ScenarioOptions {
  /** Triples per batch, >= 1. Default: 1, also for a scenario that sends no batches. */
  readonly batchTripleCount?: number | undefined
  /** Whether records are deleted after their update; without that a batch creates and updates only. Default: true. */
  readonly deleteResources?: boolean | undefined
  /** Whether single requests include some that the server has to refuse. Default: false. */
  readonly failDeliberately?: boolean | undefined
  /** The kinds and page sizes of READ. Default: `defaultReadMix`. */
  readonly reads?: ReadMix | undefined
  /** The id of the run, and the source of everything that varies: 0 to 2^53 - 1. */
  readonly seed: number
}

/** What can be known of a scenario without running it. */
export interface ScenarioInfo {
  /** As in `--testList`: `StudentBatchVolumeTest`. */
  readonly name: string
  readonly testType: string
  /** One line for the help. */
  readonly description: string
  /** Whether it runs without `--testList`. */
  readonly byDefault: boolean
  /** Triples per batch: `configured` by `--batchTripleCount`, `none` without batches, or a fixed number. */
  readonly tripleCount: "configured" | "none" | number
  /**
   * The operations that one record takes: `{ create: 1, update: 1, delete: 0 }` for records that stay. Limits of batches and
   * the records left on the server follow from it. Default: a triple, whatever the options.
   *
   * @param options.requestName of a batch, if its records differ from those of others; without it, the largest record
   */
  readonly operationsPerRecord?: (
    options: Pick<ScenarioOptions, "deleteResources"> & { readonly requestName?: string }
  ) => OperationCounts
  /** The path of the resource on which it reports, `ed-fi/students`, if it reports on one. */
  readonly resource?: string
  /** The names of all its requests, so that thresholds can be checked before a request is sent. */
  readonly requestNames: (options: Omit<ScenarioOptions, "seed">) => ReadonlyArray<string>
}

export interface Scenario<E, R> extends ScenarioInfo {
  /** Runs once, before the first user starts. */
  readonly prepare: (options: ScenarioOptions) => Effect.Effect<Workload, E, R>
}

/** A scenario with its options in a run. `batchTripleCount` is `undefined` if and only if it sends no batches. */
export interface PlannedScenario<S extends ScenarioInfo> extends Omit<ScenarioOptions, "seed"> {
  readonly scenario: S
  /** Whether `batchTripleCount` was set for this scenario alone. */
  readonly hasOwnTripleCount?: boolean
}
