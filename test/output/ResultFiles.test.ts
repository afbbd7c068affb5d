import * as NodeContext from "@effect/platform-node/NodeContext"
import * as PlatformError from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import type { Measurements } from "../../src/metrics/Recorder.ts"
import { Recorder } from "../../src/metrics/Recorder.ts"
import { filesOf, namesOfAll } from "../../src/output/resultFileList.ts"
import type { MeasuredRun } from "../../src/result/MeasuredRun.ts"
import { openResultFiles, type ResultFiles } from "../../src/output/ResultFiles.ts"
import { openStudyFiles } from "../../src/output/StudyFiles.ts"
import { RunState } from "../../src/result/Summary.ts"
import { scenarios } from "../../src/scenarios/index.ts"
import { sampleSummary } from "../result/sampleSummary.ts"
import { samples } from "../result/summaryOf.ts"
import { stateOfSamples } from "../result/stateOfSamples.ts"

const measured: Effect.Effect<Measurements> = Effect.map(Recorder, (recorder) => {
  for (const sample of samples) recorder.unsafeRecord(sample)
  return recorder.measurements()
}).pipe(Effect.provide(Recorder.layer))

const opened = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const folder = yield* fs.makeTempDirectoryScoped()
  const files = yield* openResultFiles(folder, "BATCH_VOLUME", ["json", "junit", "markdown"])
  yield* files.begin
  const run: MeasuredRun = { state: yield* stateOfSamples, measurements: yield* measured }
  // Last, because writing it never ends under an advanced test clock.
  yield* files.openSamples
  return { files, folder, fs, run }
})

const noSpace = new PlatformError.SystemError({
  reason: "WriteZero",
  module: "FileSystem",
  method: "writeFile",
  description: "no space left on device"
})

const textOf = ({ read }: ResultFiles, name: string, running?: MeasuredRun) =>
  Effect.flatMap(read(name, running), (content) => Stream.mkString(Stream.decodeText(content)))

describe("a result file that is read", () => {
  it.scoped("during the run has the counts so far and no end", () =>
    Effect.gen(function* () {
      const { files, folder, fs, run } = yield* opened
      const json = yield* textOf(files, "summary.json", run)
      assert.deepStrictEqual(yield* Schema.decode(Schema.parseJson(RunState))(json), run.state)
      assert.match(json, /^ {2}"endedBy": null,$/m)
      const tables = ["stats", "failures", "exceptions"].map((kind) => `batch_volume_${kind}.csv`)
      const early = yield* Effect.forEach(tables, (name) => textOf(files, name, run))
      yield* files.finish({ ...run.state, endedBy: "runTime" }, run.measurements)
      const late = yield* Effect.forEach(tables, (name) => fs.readFileString(`${folder}/${name}`))
      assert.deepStrictEqual(early, late, "which is what stands in them when nothing comes after it")
    }).pipe(Effect.provide(NodeContext.layer))
  )

  it.scoped("during the run is missing if it judges a whole run, even if an earlier run left one", () =>
    Effect.gen(function* () {
      const { files, folder, fs, run } = yield* opened
      for (const name of ["report.html", "junit.xml", "summary.md"]) {
        yield* fs.writeFileString(`${folder}/${name}`, "of before")
        const refused = yield* Effect.flip(files.read(name, run))
        assert.deepInclude(refused, { _tag: "OnlyAtTheEnd", message: `${name} is written when the run ends` })
        assert.strictEqual(yield* textOf(files, name), "of before")
      }
    }).pipe(Effect.provide(NodeContext.layer))
  )

  it.scoped(
    "is the one in the folder once the run has ended, and always for those that grow with the run",
    () =>
      Effect.gen(function* () {
        const { files, folder, fs, run } = yield* opened
        for (const name of files.names) yield* fs.writeFileString(`${folder}/${name}`, `written ${name}`)
        for (const name of files.names) assert.strictEqual(yield* textOf(files, name), `written ${name}`)
        for (const name of ["batch_volume_stats_history.csv", "batch_volume_samples.jsonl"]) {
          assert.strictEqual(yield* textOf(files, name, run), `written ${name}`)
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

describe("the files of a run", () => {
  it.scoped("are those that it names", () =>
    Effect.gen(function* () {
      const { files, folder, fs, run } = yield* opened
      yield* files.finish(sampleSummary(3, 1), run.measurements)
      assert.sameMembers(yield* fs.readDirectory(folder), [...files.names])
    }).pipe(Effect.provide(NodeContext.layer))
  )

  it.scoped("are written but for one that cannot be, which leaves no half behind", () =>
    Effect.gen(function* () {
      const { files, folder, fs, run } = yield* opened
      yield* fs.makeDirectory(`${folder}/junit.xml`)
      const error = yield* Effect.flip(files.finish(sampleSummary(3, 1), run.measurements))
      assert.include(error.message, "junit.xml")
      assert.sameMembers(yield* fs.readDirectory(folder), [...files.names])
    }).pipe(Effect.provide(NodeContext.layer))
  )

  it.scoped(
    "are written until the disk is full: the summary first, the page last; missing files are named",
    () =>
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const folder = yield* fs.makeTempDirectoryScoped()
        const attempts: Array<string> = []
        const full: FileSystem.FileSystem = {
          ...fs,
          writeFileString: (path, ...more) => {
            attempts.push(path.replace(`${folder}/`, "").replace(".partial", ""))
            return attempts.length > 2
              ? Effect.zipRight(fs.writeFileString(path, "half"), noSpace)
              : fs.writeFileString(path, ...more)
          }
        }
        const files = yield* Effect.provideService(
          openResultFiles(folder, "BATCH_VOLUME", ["junit"]),
          FileSystem.FileSystem,
          full
        )
        yield* files.begin
        const error = yield* Effect.flip(files.finish(sampleSummary(3, 1), yield* measured))
        assert.deepStrictEqual([attempts.at(0), attempts.at(-1)], ["summary.json", "report.html"])
        assert.strictEqual(attempts.length, files.names.length - 1)
        for (const missing of attempts.slice(2)) assert.include(error.message, `${missing}: `)
        for (const there of attempts.slice(0, 2)) assert.notInclude(error.message, `${there}: `)
        const there = [...attempts.slice(0, 2), "batch_volume_stats_history.csv"]
        assert.sameMembers(yield* fs.readDirectory(folder), there)
      }).pipe(Effect.provide(NodeContext.layer))
  )

  it.scoped("are made again after their folder was removed, except those that grow during a run", () =>
    Effect.gen(function* () {
      const { files, folder, fs, run } = yield* opened
      yield* fs.remove(folder, { recursive: true })
      const error = yield* Effect.flip(files.finish(sampleSummary(3, 1), run.measurements))
      const grown = ["batch_volume_stats_history.csv", "batch_volume_samples.jsonl"]
      for (const name of grown) assert.include(error.message, `${name}: `)
      const others = files.names.filter((name) => !grown.includes(name))
      assert.sameMembers(yield* fs.readDirectory(folder), others)
    }).pipe(Effect.provide(NodeContext.layer))
  )

  it.scoped("are all removed when a study begins", () =>
    Effect.gen(function* () {
      const { files, folder, fs, run } = yield* opened
      yield* files.finish(sampleSummary(3, 1), run.measurements)
      yield* fs.writeFileString(`${folder}/sweep.json`, "of before")
      yield* (yield* openStudyFiles(folder, "versus", [])).begin
      assert.deepStrictEqual(yield* fs.readDirectory(folder), [])
    }).pipe(Effect.provide(NodeContext.layer))
  )

  it("are known for every test type", () => {
    for (const { testType } of scenarios) {
      for (const { name } of filesOf(testType)) assert.include(namesOfAll(), name)
    }
  })

  it.scoped("have a report that offers the others, and that goes when the next run begins", () =>
    Effect.gen(function* () {
      const { files, folder, fs, run } = yield* opened
      yield* files.finish(sampleSummary(3, 1), run.measurements)
      const html = yield* fs.readFileString(`${folder}/report.html`)
      const others = files.names.filter((name) => name !== "report.html")
      assert.strictEqual(others.length, 8)
      assert.include(html, `"files":${JSON.stringify(others)}`)
      for (const name of ["versus.json", "volume_stats.csv", "of-somebody-else.csv"]) {
        yield* fs.writeFileString(`${folder}/${name}`, "of before")
      }
      yield* files.begin
      assert.sameMembers(yield* fs.readDirectory(folder), [
        "of-somebody-else.csv",
        "batch_volume_stats_history.csv"
      ])
    }).pipe(Effect.provide(NodeContext.layer))
  )
})
