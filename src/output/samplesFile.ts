/** `<testtype>_samples.jsonl`: written in the background during the run, with bounded memory. */
import type * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"
import { maxBytesToWrite, SampleBuffer } from "../metrics/SampleLog.ts"
import type { TimelinePoint } from "../metrics/Timeline.ts"
import { openGrowingFile } from "./growingFile.ts"
import type { SamplesWritten } from "../result/Summary.ts"

/** Interval of writes to the disk. */
export const writeMillis = 250

export interface SamplesFile {
  /** Records requests. */
  readonly log: SampleBuffer
  readonly recordSecond: (point: TimelinePoint) => void
  readonly written: () => SamplesWritten
  /** Writes what is still buffered; nothing is written afterwards. */
  readonly end: Effect.Effect<void>
}

/**
 * When the disk is full, the file ends with its last complete chunk and one warning is logged; the run continues, and
 * missing requests are counted.
 *
 * @param maxBytes buffered while the disk is slower than the run; up to as many more are being written
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
              `the samples file ends here and further samples are counted as dropped: ${error.message}`
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
