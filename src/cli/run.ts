/** `edfi-perf run`: from flags to a report. */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { RunConfig, runSettings } from "../settings/RunConfig.ts"
import { targetAt } from "../domain/Stages.ts"
import { Recorder } from "../metrics/Recorder.ts"
import { exportMetrics, type MetricsExport } from "../otlp/exportMetrics.ts"
import { type AppendHistory, openResultFiles } from "../output/ResultFiles.ts"
import type { Summary } from "../result/Summary.ts"
import { progressLine } from "../output/progressLine.ts"
import { textReport } from "../output/text.ts"
import { passed } from "../result/verdict.ts"
import { scenarios } from "../scenarios/index.ts"
import { endWith, tellFiles } from "./CommandEnded.ts"
import { connect, withSeed } from "../run/connect.ts"
import { printingLayer } from "../run/printingClients.ts"
import { openDatabase } from "./database.ts"
import { reserveDescriptors, warnOfLimit } from "../run/descriptors.ts"
import { type ExitCode, exitCodes } from "./exitCodes.ts"
import { arrivalsOf, type SeededConfig, workerCount } from "../run/loadPlan.ts"
import { measureGenerator, type RunSnapshot } from "../run/measure.ts"
import { openPage, type Page } from "./page.ts"
import { prepareLoad } from "../run/prepareLoad.ts"
import { makeProgress } from "../output/progress.ts"
import { settingsCommand } from "./settingsCommand.ts"
import { catchUncaught } from "./uncaught.ts"
import { version } from "./version.ts"

/** Everything that a measurement needs, for the DMS of the configuration. */
const servicesFor = (config: SeededConfig, page: Page) => {
  const workers = workerCount(config)
  const among = workers > 1 ? `, ${workers} workers` : ""
  const connected = connect(config, (baseUrl) =>
    Effect.zipRight(
      Console.log(`edfi-perf ${config.testType} against ${baseUrl}, seed ${config.seed}${among}`),
      page.announce
    )
  )
  return Layer.merge(
    Recorder.layer,
    config.runInDebugMode ? Layer.provideMerge(printingLayer, connected) : connected
  )
}

const exitCodeOf = (summary: Summary): ExitCode => {
  switch (summary.endedBy) {
    case "interrupt":
      return exitCodes.interrupted
    case "defect":
      return exitCodes.defect
    case "refused":
      return exitCodes.notReady
    case "failureRatio":
    case "threshold":
      return exitCodes.limitCrossed
    case "runTime":
    case "passes":
      return passed(summary) ? exitCodes.done : exitCodes.limitCrossed
  }
}

/** Before the load the stop button does what Ctrl-C does: nothing was measured, and nothing more is sent. */
const unlessStopped = <A, E, R>(page: Page, preparation: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.raceFirst(preparation, Effect.zipRight(page.stopped, Effect.interrupt))

/** Sees the run at the end of every second. */
type Observe = (moment: RunSnapshot) => Effect.Effect<void>

/** A full disk must not end a run: the history stops with one warning, and the run goes on. */
const writeHistory = (append: AppendHistory): Observe => {
  let failed = false
  return ({ slice }) =>
    failed
      ? Effect.void
      : Effect.catchAll(append(slice), (error) => {
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
      const uncaught = yield* catchUncaught
      const releaseDescriptors = yield* reserveDescriptors
      const files = yield* openResultFiles(config.output, config.testType, config.out)
      yield* warnOfLimit([config])
      const page = yield* restore(openPage(config, files))
      const database = yield* restore(openDatabase(config))
      const { crew, services } = yield* restore(
        unlessStopped(
          page,
          Effect.gen(function* () {
            const services = yield* Layer.build(servicesFor(config, page))
            return { services, crew: yield* Effect.provide(prepareLoad(config), services) }
          })
        )
      )
      const appendHistory = yield* files.begin
      const samples = yield* files.openSamples
      const progress = yield* makeProgress
      const runSeconds = config.runTimeInMinutes * 60
      const arrivals = arrivalsOf(config)
      const duePerSecond = (elapsedSeconds: number) => arrivals && targetAt(arrivals, 1000 * elapsedSeconds)
      const exports: ReadonlyArray<MetricsExport> = yield* startExport(config)
      const observers: ReadonlyArray<Observe> = [
        writeHistory(appendHistory),
        page.show,
        ...exports.map(
          ({ set }): Observe =>
            ({ state }) =>
              set(state())
        ),
        ...(config.runInDebugMode
          ? []
          : [
              ({ slice }: RunSnapshot) =>
                progress.show(() => progressLine(slice, runSeconds, duePerSecond(slice.elapsedSeconds)))
            ])
      ]
      const { measurements, summary } = yield* measureGenerator(config, crew, {
        samples,
        database,
        observe: (moment) => Effect.forEach(observers, (observe) => observe(moment), { discard: true }),
        stop: page.stopped,
        defect: uncaught.first
      }).pipe(Effect.provide(services))
      yield* releaseDescriptors
      const written = yield* Effect.either(files.finish(summary, measurements))
      yield* page.end(summary)
      yield* progress.end
      yield* Console.log(`\n${textReport(summary, measurements.defects)}`)
      yield* tellFiles(written, config.output)
      yield* Effect.forEach(exports, ({ end, set }) => Effect.zipRight(set(summary), end))
      // Whoever interrupted the run has waited enough: an interrupt ends this at once.
      yield* Effect.exit(Effect.interruptible(Effect.raceFirst(page.whileOpen, uncaught.first)))
      if (summary.endedBy !== "defect") yield* uncaught.orDie
      yield* endWith(exitCodeOf(summary), written)
    })
  ).pipe(Effect.scoped)

export const runCommand = settingsCommand({
  name: "run",
  settings: runSettings,
  load: (flags) => RunConfig.load(flags, scenarios),
  logLevelOf: ({ logLevel }) => logLevel,
  program: (config) => Effect.flatMap(withSeed(config), runAndReport)
})
