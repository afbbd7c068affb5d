import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { keepChangeState, readChangeState, windowAfter } from "../../src/run/changeState.ts"

const changeQuery = (complete: boolean) => ({
  changeQuery: { minChangeVersion: 0, maxChangeVersion: 4711, complete, planned: 1, resources: [] }
})

/** A file in a folder that does not exist yet. */
const file = Effect.map(
  Effect.flatMap(FileSystem.FileSystem, (fs) => fs.makeTempDirectoryScoped()),
  (folder) => `${folder}/out/tracker.json`
)

describe("the state of changes", () => {
  it.scoped("is what the last complete run stored, in the form of the Python suite", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const path = yield* file
      assert.isUndefined(yield* readChangeState(path))
      yield* keepChangeState(path, changeQuery(true))
      assert.strictEqual(yield* fs.readFileString(path), '{"newest_change_version": 4711}\n')
      assert.strictEqual(yield* readChangeState(path), 4711)
      assert.isFalse(yield* fs.exists(`${path}.partial`))
    }).pipe(Effect.provide(NodeContext.layer))
  )

  it.scoped("stays after a run that is not complete", () =>
    Effect.gen(function* () {
      const path = yield* file
      yield* keepChangeState(path, changeQuery(false))
      yield* keepChangeState(path, { changeQuery: null })
      assert.isUndefined(yield* readChangeState(path))
    }).pipe(Effect.provide(NodeContext.layer))
  )

  it.scoped("cannot be something else", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const path = yield* fs.makeTempFileScoped()
      for (const text of [
        "",
        "4711",
        "{}",
        '{"newest_change_version": -1}',
        '{"newest_change_version": "1"}'
      ]) {
        yield* fs.writeFileString(path, text)
        const error = yield* Effect.flip(readChangeState(path))
        assert.include(error.message, 'cannot be read: it is not {"newest_change_version": NUMBER}')
      }
    }).pipe(Effect.provide(NodeContext.layer))
  )

  it("is the version before the first one of the next run", () => {
    assert.deepStrictEqual(windowAfter(undefined, 5000), { min: 0, max: 5000 })
    assert.deepStrictEqual(windowAfter(4711, 5000), { min: 4712, max: 5000 })
    assert.deepStrictEqual(windowAfter(5000, 5000), { min: 5001, max: 5000 })
  })
})
