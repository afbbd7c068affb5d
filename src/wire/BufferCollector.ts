/**
 * Frees the buffers of long responses early. They are outside V8's heap, and V8 frees them only after it has allocated
 * another 64 MB, which is too late with a fast server: at 1.6 GB/s, ten users with responses of 1 MB used 165 MB more
 * than with short responses; with this class they use 90 MB more. A normal load has no long responses.
 */
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"

/** A collection of the young generation takes about 1 ms, much less than receiving 8 MB. */
const everyBytes = 8 * 1024 * 1024

/** Shorter responses arrive in one chunk, and V8 frees them early enough without help. */
const minLongBytes = 65_536

/** V8's `gc` function, which exists once the flag is set. */
const findCollect = (): unknown => {
  setFlagsFromString("--expose-gc")
  return runInNewContext("gc")
}

export class BufferCollector {
  private collect: unknown
  private receivedBytes = 0

  /** @param bytes length of a response, decoded */
  received(bytes: number): void {
    if (bytes < minLongBytes) return
    this.receivedBytes += bytes
    if (this.receivedBytes < everyBytes) return
    this.receivedBytes = 0
    this.collect ??= findCollect()
    if (typeof this.collect === "function") this.collect({ type: "minor" })
  }
}
