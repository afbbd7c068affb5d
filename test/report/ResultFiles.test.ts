import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { type Measurements, Recorder } from "../../src/metrics/Recorder.ts"
import { openResultFiles, type ResultFiles, type SoFar } from "../../src/report/ResultFiles.ts"
import { SummaryJson } from "../../src/report/Summary.ts"
import { sampleSummary } from "./sampleSummary.ts"
import { stateOfSamples } from "./stateOfSamples.ts"
import { samples } from "./summaryOf.ts"

const inFolder = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const folder = yield* fs.makeTempDirectoryScoped()
  const files = yield* openResultFiles(folder, "BATCH_VOLUME", ["more.xml"])
  const { measurements } = yield* Recorder
  return { files, folder, fs, measurements: measurements() }
}).pipe(Effect.provide(Recorder.layer))

describe("the files of a run", () => {
  it.scopedLive("are those that it names, but for what others write", () =>
    Effect.gen(function* () {
      const { files, folder, fs, measurements } = yield* inFolder
      yield* files.begin
      yield* files.finish(sampleSummary(3, 1), measurements)
      assert.sameMembers(
        yield* fs.readDirectory(folder),
        files.names.filter((name) => name !== "more.xml")
      )
      assert.include(files.names, "more.xml")
    }).pipe(Effect.provide(NodeContext.layer))
  )

  it.scopedLive("have a report that offers the others, and that goes when the next run begins", () =>
    Effect.gen(function* () {
      const { files, folder, fs, measurements } = yield* inFolder
      yield* files.finish(sampleSummary(3, 1), measurements)
      const html = yield* fs.readFileString(`${folder}/report.html`)
      const others = files.names.filter((name) => name !== "report.html")
      assert.strictEqual(others.length, 6)
      assert.include(html, `"files":${JSON.stringify(others)}`)
      yield* files.begin
      assert.deepStrictEqual(yield* fs.readDirectory(folder), ["batch_volume_stats_history.csv"])
    }).pipe(Effect.provide(NodeContext.layer))
  )
})

const measured: Effect.Effect<Measurements> = Effect.map(Recorder, (recorder) => {
  for (const sample of samples) recorder.unsafeRecord(sample)
  return recorder.measurements()
}).pipe(Effect.provide(Recorder.layer))

const opened = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const folder = yield* fs.makeTempDirectoryScoped()
  const files = yield* openResultFiles(folder, "BATCH_VOLUME", ["batches.jsonl"])
  yield* files.begin
  const sofar: SoFar = { state: yield* stateOfSamples, measurements: yield* measured }
  return { files, folder, fs, sofar }
})

const textOf = ({ read }: ResultFiles, name: string, sofar?: SoFar) =>
  Effect.flatMap(read(name, sofar), (content) => Stream.mkString(Stream.decodeText(content)))

describe("a result file that is read", () => {
  it.scoped("while the run goes on is what an interrupt now would leave", () =>
    Effect.gen(function* () {
      const { files, folder, fs, sofar } = yield* opened
      const early = yield* Effect.forEach(files.names, (name) => Effect.exit(textOf(files, name, sofar)))
      const summary = { ...sofar.state, endedBy: "interrupt" as const }
      assert.deepStrictEqual(
        yield* Schema.decode(SummaryJson)(yield* textOf(files, "summary.json", sofar)),
        summary
      )
      yield* files.finish(summary, sofar.measurements)
      for (const [i, name] of files.names.entries()) {
        if (name === "batches.jsonl") continue
        assert.deepStrictEqual(early[i], Exit.succeed(yield* fs.readFileString(`${folder}/${name}`)), name)
      }
    }).pipe(Effect.provide(NodeContext.layer))
  )

  it.scoped(
    "is the one in the folder once the run has ended, and always for those that grow with the run",
    () =>
      Effect.gen(function* () {
        const { files, folder, fs, sofar } = yield* opened
        for (const name of files.names) yield* fs.writeFileString(`${folder}/${name}`, `written ${name}`)
        for (const name of files.names) assert.strictEqual(yield* textOf(files, name), `written ${name}`)
        for (const name of ["batch_volume_stats_history.csv", "batches.jsonl"]) {
          assert.strictEqual(yield* textOf(files, name, sofar), `written ${name}`)
        }
      }).pipe(Effect.provide(NodeContext.layer))
  )

  it.scoped("fails where it is not there", () =>
    Effect.gen(function* () {
      const { files } = yield* opened
      assert.isTrue(Exit.isFailure(yield* Effect.exit(files.read("summary.json"))))
    }).pipe(Effect.provide(NodeContext.layer))
  )
})
