import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Recorder } from "../../src/metrics/Recorder.ts"
import { openResultFiles } from "../../src/report/ResultFiles.ts"
import { sampleSummary } from "./sampleSummary.ts"

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
