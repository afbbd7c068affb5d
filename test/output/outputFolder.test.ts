import * as NodeContext from "@effect/platform-node/NodeContext"
import * as PlatformError from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { openOutputFolder } from "../../src/output/outputFolder.ts"

/** Opens it on a disk on which some operations are replaced. */
const openOn = (folder: string, differently: Partial<FileSystem.FileSystem>) =>
  Effect.flatMap(FileSystem.FileSystem, (fs) =>
    Effect.provideService(openOutputFolder(folder), FileSystem.FileSystem, { ...fs, ...differently })
  )

const failing = (reason: PlatformError.SystemErrorReason, description: string) => () =>
  Effect.fail(
    new PlatformError.SystemError({ reason, module: "FileSystem", method: "makeDirectory", description })
  )

/** A folder that is removed after the test, a file in it, and a broken link. */
const place = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const folder = yield* fs.makeTempDirectoryScoped()
  yield* fs.writeFileString(`${folder}/file`, "of somebody else")
  yield* fs.symlink(`${folder}/nowhere`, `${folder}/link`)
  return { folder, fs }
})

describe("an output folder", () => {
  it.scoped.each(["one", "one/two/three", "one/../two", ".", "äöü/with space"])(
    "is made with those above it, and left empty: %s",
    (name) =>
      Effect.gen(function* () {
        const { folder, fs } = yield* place
        yield* openOutputFolder(`${folder}/new/${name}`)
        assert.deepStrictEqual(yield* fs.readDirectory(`${folder}/new/${name}`.replace("one/../", "")), [])
        // It exists now, and may be used again.
        yield* openOutputFolder(`${folder}/new/${name}`)
      }).pipe(Effect.provide(NodeContext.layer))
  )

  it.scoped.each([
    ["file", /file.*it exists and is not a folder/],
    ["file/below", /\/file\): it exists and is not a folder/],
    ["link", /link.*it is a symbolic link that leads nowhere/],
    ["link/below", /\/link\): it is a symbolic link that leads nowhere/],
    ["x".repeat(300), /ENAMETOOLONG/],
    [`${"x/".repeat(3000)}x`, /ENAMETOOLONG/]
  ] as const)("that cannot be made is refused with the reason: %.20s", ([name, reason]) =>
    Effect.gen(function* () {
      const { folder, fs } = yield* place
      const error = yield* Effect.flip(openOutputFolder(`${folder}/${name}`))
      assert.strictEqual(error._tag, "OutputNotWritable")
      assert.match(error.message, reason)
      assert.match(error.message, /; choose another with --output$/)
      assert.strictEqual(yield* fs.readFileString(`${folder}/file`), "of somebody else")
    }).pipe(Effect.provide(NodeContext.layer))
  )

  it.scoped("is refused if making it fails with ENOENT although the parent exists", () =>
    Effect.gen(function* () {
      const { folder } = yield* place
      const makeDirectory = failing("NotFound", "ENOENT: no such file or directory")
      for (const name of ["one", "one/two"]) {
        const error = yield* Effect.flip(openOn(`${folder}/${name}`, { makeDirectory }))
        assert.include(error.message, "ENOENT")
      }
    }).pipe(Effect.provide(NodeContext.layer))
  )

  it.scoped.each([
    ["PermissionDenied", "EACCES: permission denied"],
    ["Unknown", "EROFS: read-only file system"],
    ["Unknown", "ENOSPC: no space left on device"]
  ] as const)(
    "that exists and is not writable is refused before anything is sent: %s",
    ([reason, description]) =>
      Effect.gen(function* () {
        const { folder, fs } = yield* place
        const error = yield* Effect.flip(openOn(folder, { makeTempDirectory: failing(reason, description) }))
        assert.include(error.message, description)
        assert.sameMembers(yield* fs.readDirectory(folder), ["file", "link"])
      }).pipe(Effect.provide(NodeContext.layer))
  )

  it.scoped("that another process makes at the same time is used", () =>
    Effect.gen(function* () {
      const { folder, fs } = yield* place
      const makeDirectory = (at: string) => Effect.zipRight(fs.makeDirectory(at), fs.makeDirectory(at))
      const { pathOf } = yield* openOn(`${folder}/one`, { makeDirectory })
      assert.isTrue(yield* fs.exists(pathOf(".")))
    }).pipe(Effect.provide(NodeContext.layer))
  )
})

describe("the files of an output folder", () => {
  it.scoped("that cannot be written, or made, are named, and all others are there", () =>
    Effect.gen(function* () {
      const { folder, fs } = yield* place
      const { writeAll, writeWhole } = yield* openOutputFolder(`${folder}/out`)
      yield* fs.makeDirectory(`${folder}/out/a-folder`)
      const files = ["first", "a-folder", "a-defect", "last"].map((name) => ({ name }))
      const error = yield* Effect.flip(
        writeAll(files, ({ name }) =>
          name === "a-defect" ? Effect.dieMessage("no text can be made") : writeWhole(name, "text")
        )
      )
      assert.match(
        error.message,
        /: a-folder: .*EISDIR.*; a-defect: no text can be made; choose another with --output/
      )
      assert.sameMembers(yield* fs.readDirectory(`${folder}/out`), ["first", "a-folder", "last"])
    }).pipe(Effect.provide(NodeContext.layer))
  )

  it.scoped("are written even if the folder was removed meanwhile, which is made again", () =>
    Effect.gen(function* () {
      const { folder, fs } = yield* place
      const { writeAll, writeWhole } = yield* openOutputFolder(`${folder}/one/out`)
      yield* fs.remove(`${folder}/one`, { recursive: true })
      yield* writeAll([{ name: "summary.json" }], ({ name }) => writeWhole(name, "{}"))
      assert.strictEqual(yield* fs.readFileString(`${folder}/one/out/summary.json`), "{}")
    }).pipe(Effect.provide(NodeContext.layer))
  )
})
