/** `<testtype>_samples.jsonl`: written in the background while the run goes on, in memory that is bounded. */
import type * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"
import { maxBytesToWrite, SampleBuffer } from "../metrics/SampleLog.ts"
import type { TimelinePoint } from "../metrics/Timeline.ts"
import { openGrowingFile } from "./growingFile.ts"
import type { SamplesWritten } from "../result/Summary.ts"

/** How often lines go to the disk: big chunks, and a page of them at most when little happens. */
export const writeMillis = 250

export interface SamplesFile {
  /** Where requests are to be recorded. */
  readonly log: SampleBuffer
  readonly recordSecond: (point: TimelinePoint) => void
  readonly written: () => SamplesWritten
  /** Writes everything that is still buffered; nothing is written afterwards. */
  readonly end: Effect.Effect<void>
}

/**
 * A file that cannot take any more, because the disk is full, ends with its last whole chunk and one warning; the run
 * goes on, and the requests that are missing are counted.
 *
 * @param maxBytes that are kept while the file cannot keep up; as many again are being written
 */
export const openSamplesFile = (
  path: string,
  maxBytes: number = maxBytesToWrite
): Effect.Effect<SamplesFile, { readonly message: string }, FileSystem.FileSystem | Scope.Scope> =>
  Effect.gen(function* () {
    const append = yield* openGrowingFile(path)
    const log = new SampleBuffer(maxBytes)
    let [written, dropped, broken] = [0, 0, false]

    const writeChunk = Effect.suspend(() => {
      const chunk = log.take()
      dropped += chunk.dropped
      if (broken || chunk.bytes.length === 0) {
        dropped += chunk.samples
        return Effect.void
      }
      return Effect.matchEffect(append(chunk.bytes), {
        onSuccess: () =>
          Effect.sync(() => {
            written += chunk.samples
          }),
        onFailure: (error) =>
          Effect.suspend(() => {
            broken = true
            dropped += chunk.samples
            return Effect.logWarning(
              `the samples end here, further ones are counted as dropped: ${error.message}`
            )
          })
      })
    }).pipe(Effect.uninterruptible)

    const writing = yield* Effect.sleep(writeMillis).pipe(
      Effect.interruptible,
      Effect.zipRight(writeChunk),
      Effect.forever,
      Effect.forkScoped
    )
    return {
      log,
      recordSecond: (point) => log.recordSecond(point),
      written: () => ({ written, dropped }),
      end: Effect.zipRight(Fiber.interrupt(writing), writeChunk)
    }
  })
