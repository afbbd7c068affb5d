/** Whole runs of scenarios: with fixtures, recorder, generator health and, if specified, result files. */
import type { CommandExecutor } from "@effect/platform/CommandExecutor"
import type { FileSystem } from "@effect/platform/FileSystem"
import type { Path } from "@effect/platform/Path"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type { Scenario } from "../engine/Scenario.ts"
import type { StartGenerator } from "../engine/supervise.ts"
import { Recorder, type Slice } from "../metrics/Recorder.ts"
import { type OutputNotWritable, OutputNotWritable as NotWritable } from "../output/outputFolder.ts"
import { type AppendHistory, openResultFiles, type ResultFiles } from "../output/ResultFiles.ts"
import { Summary } from "../result/Summary.ts"
import type { ScenarioServices } from "../scenarios/index.ts"
import { keepChangeState } from "./changeState.ts"
import { connect } from "./connect.ts"
import { reserveDescriptors, warnOfLimit } from "./descriptors.ts"
import { type Measurement, measureGenerator, type RunObserver } from "./measure.ts"
import { openDatabase } from "./openDatabase.ts"
import { openProcesses } from "./openProcesses.ts"
import { prepareLoad } from "./prepareLoad.ts"
import { type RunOptions, runSpec } from "./RunOptions.ts"
import { randomSeed, type RunSpec } from "./RunSpec.ts"

/** A run that has ended, and whether its files were written. */
export interface FinishedRun extends Measurement {
  readonly written: Either.Either<void, OutputNotWritable>
}

/** A full disk does not end a run: the history stops with one warning. */
const historyWriter = (append: AppendHistory): ((slice: Slice) => Effect.Effect<void>) => {
  let failed = false
  return (slice) =>
    failed
      ? Effect.void
      : Effect.catchAll(append(slice), (error) => {
          failed = true
          return Effect.logWarning(`the history ends here: ${error.message}`)
        })
}

/** The observer of a prepared load; `releaseDescriptors` frees what was reserved for writing the results. */
export interface PreparedObserver extends Omit<RunObserver, "samples"> {
  readonly releaseDescriptors: Effect.Effect<void>
}

/**
 * Sends a prepared load, and writes the files as it goes. Runs in an uninterruptible region; an interrupt ends the load
 * gracefully.
 *
 * @throws OutputNotWritable before the load, where its growing files cannot be opened
 */
export const runPrepared = <R>(
  spec: RunSpec,
  load: StartGenerator<R>,
  files: ResultFiles | undefined,
  { releaseDescriptors, ...observer }: PreparedObserver
): Effect.Effect<FinishedRun, OutputNotWritable, R | Recorder> =>
  Effect.gen(function* () {
    const writeHistory = files === undefined ? () => Effect.void : historyWriter(yield* files.begin)
    const samples = files === undefined ? undefined : yield* files.openSamples
    const { observe = () => Effect.void } = observer
    const { measurements, summary } = yield* measureGenerator(spec, load, {
      ...observer,
      samples,
      observe: (snapshot) =>
        Effect.zipRight(
          snapshot.slice.inWarmUp ? Effect.void : writeHistory(snapshot.slice),
          observe(snapshot)
        )
    })
    yield* releaseDescriptors
    const written = yield* Effect.either(files?.finish(summary, measurements) ?? Effect.void)
    return { summary, measurements, written }
  }).pipe(Effect.scoped)

/** The run has ended, and at least one of its files could not be written; the figures are here. */
export class ResultsNotWritten extends Schema.TaggedError<ResultsNotWritten>()("ResultsNotWritten", {
  summary: Summary,
  cause: NotWritable
}) {
  override get message(): string {
    return this.cause.message
  }
}

/**
 * Runs scenarios to the end of their plan, and returns the summary. An interrupt ends the load gracefully;
 * the files are still written.
 *
 * Fails before the load with the errors of `connect` (`DmsUnreachable`, `LoginRefused`, `BatchUnsupported`, ...), with
 * those of a scenario's `prepare`, or with `OutputNotWritable`; after it only with `ResultsNotWritten` or
 * `ChangeStateNotWritten`.
 *
 * @param options the target, the scenarios and the plan; everything else has the defaults of `edfi-perf run`, but no files
 * @param observer sees the run at the end of every second, and may end it
 * @example runScenarios({ target: { _tag: "LocalDms" }, scenarios: [{ scenario: StudentBatchVolumeTest, batchTripleCount: 10 }], plan: users(10, 60) })
 */
export const runScenarios = <E>(
  options: RunOptions<Scenario<E, ScenarioServices>>,
  observer: Pick<RunObserver, "observe" | "stop"> = {}
) =>
  Effect.uninterruptibleMask((restore) =>
    Effect.gen(function* () {
      const releaseDescriptors = yield* reserveDescriptors
      const spec = runSpec(options, yield* randomSeed)
      const files =
        spec.files === undefined
          ? undefined
          : yield* openResultFiles(spec.files.folder, spec.testType, spec.files.out)
      yield* warnOfLimit([spec])
      const database = yield* restore(openDatabase(spec))
      const processes = yield* restore(openProcesses(spec))
      const services = yield* restore(
        Layer.build(
          Layer.merge(
            Recorder.layer,
            connect(spec, () => Effect.void)
          )
        )
      )
      const { summary, written } = yield* Effect.gen(function* () {
        const load = yield* restore(prepareLoad(spec))
        return yield* runPrepared(spec, load, files, { ...observer, database, processes, releaseDescriptors })
      }).pipe(Effect.provide(services))
      if (Either.isLeft(written)) return yield* new ResultsNotWritten({ summary, cause: written.left })
      yield* keepChangeState(spec.changes?.stateFile, summary)
      return summary
    })
  ).pipe(Effect.scoped) satisfies Effect.Effect<Summary, unknown, CommandExecutor | FileSystem | Path>
