/**
 * Frees the buffers of long responses in time. They lie outside of V8's heap, which collects them only when another 64 MB
 * are in use, and ends later than a fast server fills as much again: ten users with responses of a megabyte took 165 MB
 * more than with short ones at 1.6 GB/s, and take 90 MB more with this. A sound load has no long responses.
 */
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"

/** A collection of the young generation takes about a millisecond, which is little beside receiving so much. */
const everyBytes = 8 * 1024 * 1024

/** Shorter responses come in one piece, and V8 keeps up with them. */
const minLongBytes = 65_536

/** V8's own function, which is there once its flag is set. */
const findCollect = (): unknown => {
  setFlagsFromString("--expose-gc")
  return runInNewContext("gc")
}

export class BufferCollector {
  private collect: unknown
  private receivedBytes = 0

  /** @param bytes of one response, decoded */
  received(bytes: number): void {
    if (bytes < minLongBytes) return
    this.receivedBytes += bytes
    if (this.receivedBytes < everyBytes) return
    this.receivedBytes = 0
    this.collect ??= findCollect()
    if (typeof this.collect === "function") this.collect({ type: "minor" })
  }
}
