/** The files of the container image, alone in a folder: without `node_modules`, and without the repository. */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { dirname, join } from "node:path"
import { inject } from "vitest"
import { startProgram } from "../cli/startedRun.ts"
import { copiedPaths, root } from "../deploy/manifests.ts"

/** `dist` is built when the image is; here, the programs of the tests are in its place. */
const sourceOf = (path: string): string =>
  path.startsWith("dist/") ? join(dirname(inject("command")), path.slice("dist/".length)) : join(root, path)

describe("the files of the image", () => {
  it.scopedLive("are enough for a run with a mixture that the package brings", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const folder = yield* fs.makeTempDirectoryScoped()
      yield* fs.makeDirectory(join(folder, "app/dist"), { recursive: true })
      for (const path of copiedPaths()) yield* fs.copy(sourceOf(path), join(folder, "app", path))
      const words = ["run", "--local", "--mixture", "district-day", "--runInDebugMode", "-l", "warning"]
      const run = yield* startProgram(folder, [process.execPath, join(folder, "app/dist/bin.js"), ...words])
      const { exitCode, out } = yield* run.ended
      assert.strictEqual(exitCode, 0, out)
    }).pipe(Effect.provide(NodeContext.layer))
  )
})
