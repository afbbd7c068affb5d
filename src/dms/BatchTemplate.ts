/** Pre-encoded batches: each batch of a run is a copy of bytes made before it, with its record keys inserted. */
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
   * @param target at least `maxBytes` long
   * @returns the number of bytes written
   */
  readonly write: (at: BatchAt, target: Buffer) => number
}
