/** A log of every single request of a run, for a writer (`--out json`). */
import * as Context from "effect/Context"
import * as Schema from "effect/Schema"
import type { Sample } from "../domain/Sample.ts"
import { requestLine, secondLine } from "./SampleLine.ts"
import type { TimelinePoint } from "./Timeline.ts"

/** Lines taken from a buffer. */
export const SampleChunk = Schema.Struct({
  /** Whole lines, UTF-8. */
  bytes: Schema.Uint8ArrayFromSelf,
  /** How many of them are requests. */
  samples: Schema.NonNegativeInt,
  /** Requests dropped since the last chunk, because the buffer was full. */
  dropped: Schema.NonNegativeInt
})
export interface SampleChunk extends Schema.Schema.Type<typeof SampleChunk> {}

/** Bytes allocated at once: about 1,000 lines. */
const pageBytes = 256 * 1024

/** Maximum number of UTF-8 bytes per UTF-16 unit. */
const maxBytesPerUnit = 3

/**
 * Lines in bounded memory: when it is full, further requests are dropped and counted. Lines are stored as bytes, so that
 * they cost the garbage collector nothing and can be taken at once.
 */
export class SampleBuffer {
  private full: Array<Uint8Array> = []
  private fullBytes = 0
  private page = Buffer.alloc(0)
  private used = 0
  private samples = 0
  private dropped = 0

  /** @param maxBytes may be exceeded by one page */
  constructor(private readonly maxBytes: number) {}

  /** @param elapsedMillis since the start of the run */
  record(sample: Sample, elapsedMillis: number): void {
    if (this.bytes >= this.maxBytes) {
      this.dropped++
      return
    }
    this.samples++
    this.append(requestLine(sample, elapsedMillis))
  }

  /** A second is never dropped. */
  recordSecond(point: TimelinePoint): void {
    this.append(secondLine(point))
  }

  /** Adds the lines of another buffer. */
  add({ bytes, dropped, samples }: SampleChunk): void {
    this.dropped += dropped
    if (this.bytes + bytes.length > this.maxBytes) this.dropped += samples
    else if (bytes.length > 0) {
      this.samples += samples
      this.full.push(bytes)
      this.fullBytes += bytes.length
    }
  }

  /** Everything since the last call; the buffer is empty afterwards. */
  take(): SampleChunk {
    const bytes = new Uint8Array(this.bytes)
    let at = 0
    for (const each of [...this.full, this.page.subarray(0, this.used)]) {
      bytes.set(each, at)
      at += each.length
    }
    const chunk = { bytes, samples: this.samples, dropped: this.dropped }
    this.full = []
    this.fullBytes = this.used = this.samples = this.dropped = 0
    return chunk
  }

  private get bytes(): number {
    return this.fullBytes + this.used
  }

  private append(line: string): void {
    const needed = line.length * maxBytesPerUnit
    if (this.used + needed > this.page.length) {
      if (this.used > 0) this.full.push(this.page.subarray(0, this.used))
      this.fullBytes += this.used
      this.page = Buffer.allocUnsafeSlow(Math.max(pageBytes, needed))
      this.used = 0
    }
    this.used += this.page.write(line, this.used)
  }
}

/** Buffer for a writer that cannot keep up: 8 s of 20,000 requests per second. */
export const maxBytesToWrite = 32 * 1024 * 1024

/** Buffer of a worker, which sends its lines four times a second. */
export const maxBytesOfWorker = 8 * 1024 * 1024

/** Unless a program provides a buffer, no request is logged, at no cost per request. */
export class SampleLog extends Context.Reference<SampleLog>()("edfi-perf/metrics/SampleLog", {
  defaultValue: (): SampleBuffer | undefined => undefined
}) {}
