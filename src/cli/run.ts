/** `edfi-perf run`: from flags to a report. */
import * as Command from "@effect/cli/Command"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as Console from "effect/Console"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import * as Random from "effect/Random"
import { DmsConfig } from "../config/DmsConfig.ts"
import { RunConfig, type RunConfigValues } from "../config/RunConfig.ts"
import { clientLayerUndici } from "../dms/clientLayer.ts"
import { targetAt } from "../domain/Stages.ts"
import { SharedFixtures } from "../fixtures/SharedFixtures.ts"
import { nodeProbe } from "../metrics/nodeProbe.ts"
import { Recorder } from "../metrics/Recorder.ts"
import { exportMetrics, type MetricsExport } from "../otlp/exportMetrics.ts"
import { openResultFiles, type ResultFiles } from "../report/ResultFiles.ts"
import type { Summary } from "../report/Summary.ts"
import { textReport } from "../report/text.ts"
import { passed } from "../report/verdict.ts"
import { scenarios } from "../scenarios/index.ts"
import * as threads from "../workers/threads.ts"
import { printingLayer } from "./debug.ts"
import { type ExitCode, exitCodes } from "./exitCodes.ts"
import { startLocalDms } from "./localDmsProcess.ts"
import { arrivalsOf, measureCrew, type Moment, type SeededConfig, workerCount } from "./measure.ts"
import { openPage, type Page } from "./page.ts"
import { prepareCrew } from "./prepareCrew.ts"
import { makeProgress } from "./progress.ts"
import { runOptions } from "./runOptions.ts"
import { catchUncaught } from "./uncaught.ts"
import { version } from "./version.ts"

/** A run that came to its end, but not to a good one; its report has been printed. */
export class RunEnded extends Data.TaggedError("RunEnded")<{ readonly exitCode: ExitCode }> {}

/** 36^8: seeds of up to eight letters and digits, so that keys stay short. */
const seedBound = 36 ** 8

const withSeed = (config: RunConfigValues): Effect.Effect<SeededConfig> =>
  config.seed === undefined
    ? Effect.map(Random.nextIntBetween(0, seedBound), (seed) => ({ ...config, seed }))
    : Effect.succeed({ ...config, seed: config.seed })

/** Everything that a measurement needs, for the DMS of the configuration. */
const servicesFor = (config: SeededConfig, page: Page) =>
  Layer.unwrapScoped(
    Effect.gen(function* () {
      const address = config.target._tag === "Dms" ? config.target.address : yield* startLocalDms
      const workers = workerCount(config)
      const among = workers > 1 ? `, ${workers} workers` : ""
      yield* Console.log(
        `edfi-perf ${config.testType} against ${address.baseUrl}, seed ${config.seed}${among}`
      )
      yield* page.announce
      const dms = DmsConfig.layer({
        ...address,
        ignoreCertificateErrors: config.ignoreCertificateErrors,
        requestTimeout: config.requestTimeout,
        connections: config.connections,
        strictDecoding: config.strictDecoding,
        retryTransport: config.retryTransport,
        resourceNaming: config.resourceNaming,
        apiPrefix: config.apiPrefix,
        oauthEndpoint: config.oauthEndpoint,
        batchPath: config.batchPath
      })
      const client = Layer.provide(clientLayerUndici, dms)
      const fixtures = SharedFixtures.layer({
        localEducationAgencyId: config.localEducationOrganizationId,
        schoolYear: config.schoolYear
      })
      const services = Layer.provideMerge(fixtures, Layer.merge(client, dms))
      return Layer.mergeAll(
        Recorder.layer,
        nodeProbe,
        threads.layer(),
        config.runInDebugMode ? Layer.provideMerge(printingLayer, services) : services
      )
    })
  )

const exitCodeOf = (summary: Summary): ExitCode => {
  switch (summary.endedBy) {
    case "interrupt":
      return exitCodes.interrupted
    case "defect":
      return exitCodes.defect
    case "failureRatio":
    case "threshold":
      return exitCodes.limitCrossed
    case "runTime":
    case "passes":
      return passed(summary) ? exitCodes.done : exitCodes.limitCrossed
  }
}

/** Sees the run at the end of every second. */
type Observe = (moment: Moment) => Effect.Effect<void>

/** A full disk must not end a run: the history stops with one warning, and the run goes on. */
const writeHistory = ({ appendHistory }: ResultFiles): Observe => {
  let failed = false
  return ({ slice }) =>
    failed
      ? Effect.void
      : Effect.catchAll(appendHistory(slice), (error) => {
          failed = true
          return Effect.logWarning(`the history ends here: ${error.message}`)
        })
}

/** Over connections of its own, which end with the run. */
const startExport = (config: SeededConfig) =>
  Effect.gen(function* () {
    const { otlpEndpoint: endpoint, seed, testType } = config
    if (endpoint === undefined) return []
    const exporting = exportMetrics({ endpoint, version, resource: { test_type: testType, seed } })
    return [yield* Effect.provide(exporting, yield* Layer.build(NodeHttpClient.layerUndici))]
  })

/** Measures, writes the files as it goes and prints the report, also after an interrupt. */
const runAndReport = (config: SeededConfig) =>
  Effect.uninterruptibleMask((restore) =>
    Effect.gen(function* () {
      const defect = yield* catchUncaught
      const files = yield* openResultFiles(config.output, config.testType, config.out)
      const page = yield* restore(openPage(config, files))
      const services = yield* restore(Layer.build(servicesFor(config, page)))
      const crew = yield* restore(Effect.provide(prepareCrew(config), services))
      yield* files.begin
      const samples = yield* files.openSamples
      const arrivals = arrivalsOf(config)
      const progress = yield* makeProgress(
        config.runTimeInMinutes * 60,
        arrivals && ((elapsedSeconds) => targetAt(arrivals, 1000 * elapsedSeconds))
      )
      const exports: ReadonlyArray<MetricsExport> = yield* startExport(config)
      const observers: ReadonlyArray<Observe> = [
        writeHistory(files),
        page.show,
        ...exports.map(
          ({ set }): Observe =>
            ({ state }) =>
              set(state())
        ),
        ...(config.runInDebugMode ? [] : [({ slice }: Moment) => progress.show(slice)])
      ]
      const { measurements, summary } = yield* measureCrew(config, crew, {
        samples,
        observe: (moment) => Effect.forEach(observers, (observe) => observe(moment), { discard: true }),
        stop: page.stopped,
        defect
      }).pipe(Effect.provide(services))
      const written = yield* Effect.either(files.finish(summary, measurements))
      yield* page.end(summary)
      yield* progress.end
      yield* Console.log(`\n${textReport(summary, measurements.defects)}`)
      yield* Either.isRight(written)
        ? Console.log(`\nfiles in ${config.output}`)
        : Console.error(`edfi-perf: ${written.left.message}`)
      yield* Effect.forEach(exports, ({ end, set }) => Effect.zipRight(set(summary), end))
      // Whoever interrupted the run has waited enough: an interrupt ends this at once.
      yield* Effect.exit(Effect.interruptible(page.whileOpen))
      const ownCode = exitCodeOf(summary)
      const exitCode = ownCode === exitCodes.done && Either.isLeft(written) ? exitCodes.limitCrossed : ownCode
      if (exitCode !== exitCodes.done) yield* new RunEnded({ exitCode })
    })
  ).pipe(Effect.scoped)

const minimumLevel = ({ logLevel }: RunConfigValues): LogLevel.LogLevel => {
  const levels = {
    ALL: LogLevel.All,
    TRACE: LogLevel.Trace,
    DEBUG: LogLevel.Debug,
    INFO: LogLevel.Info,
    WARNING: LogLevel.Warning,
    ERROR: LogLevel.Error,
    FATAL: LogLevel.Fatal,
    NONE: LogLevel.None
  }
  return levels[logLevel]
}

export const runCommand = Command.make("run", { flags: runOptions }, ({ flags }) =>
  Effect.gen(function* () {
    const config = yield* Effect.flatMap(RunConfig.load(flags, scenarios), withSeed)
    yield* runAndReport(config).pipe(Logger.withMinimumLogLevel(minimumLevel(config)))
  })
).pipe(
  Command.withDescription(
    "Send batches to a DMS from many virtual users and report operations per second, requests per second and latency. Each flag also reads the variable named at its end, from the environment or a .env file."
  )
)
