/** A disk in memory with one file and a limited number of bytes; writes take no time. */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as PlatformError from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"

const full = new PlatformError.SystemError({
  reason: "WriteZero",
  module: "FileSystem",
  method: "writeAll",
  description: "no space left on device"
})

/** @returns the disk, and the content of its file */
export const memoryDisk = (maxBytes: number) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const real = yield* fs.open(`${yield* fs.makeTempDirectoryScoped()}/unused`, { flag: "w" })
    let held: ReadonlyArray<number> = []
    const file: FileSystem.File = {
      ...real,
      seek: real.seek,
      read: real.read,
      readAlloc: real.readAlloc,
      write: real.write,
      truncate: (length = 0) =>
        Effect.sync(() => {
          held = held.slice(0, Number(length))
        }),
      writeAll: (buffer) =>
        Effect.suspend(() => {
          const fits = held.length + buffer.length <= maxBytes
          held = [...held, ...buffer.subarray(0, maxBytes - held.length)]
          return fits ? Effect.void : full
        })
    }
    const disk: FileSystem.FileSystem = { ...fs, open: () => Effect.succeed(file) }
    return { disk, content: () => new TextDecoder().decode(Uint8Array.from(held)) }
  }).pipe(Effect.provide(NodeContext.layer))
