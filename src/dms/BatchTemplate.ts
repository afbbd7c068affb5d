/** Pre-encoded batches: a batch of a run consists of bytes made before it, with its record keys inserted. */
import type { BatchAt } from "../domain/BatchPattern.ts"
import type { SentOperation } from "./decode.ts"

export interface BatchTemplate {
  /** The operations of every batch, in order. */
  readonly operations: ReadonlyArray<SentOperation>
  /** Maximum length of a batch. */
  readonly maxBytes: number
  /**
   * Writes a batch as UTF-8 JSON, byte for byte what `encodeBatch` returns for its operations.
   *
   * @param target has room for `maxBytes` from `from` on
   * @returns the offset of its end
   */
  readonly write: (at: BatchAt, target: Buffer, from: number) => number
}
