/**
 * Recognizes successful responses to the batches of one pattern without parsing them: they are equal to a response that
 * was decoded in full, apart from their document ids.
 */
import { isAscii } from "node:buffer"
import type { OperationOutcome } from "../domain/OperationOutcome.ts"
import { viewOf } from "./fewBytes.ts"

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const uuidLength = 36

/** 1 for two characters of a UUID, which JSON never escapes, as a number of 16 bits. */
const isUuidPair = new Uint8Array(65_536)
const uuidBytes = Buffer.from("0123456789abcdefABCDEF-")
for (const first of uuidBytes) for (const second of uuidBytes) isUuidPair[first * 256 + second] = 1

export class ResponseTemplate {
  private readonly expectedView: DataView

  private constructor(
    private readonly expected: Buffer,
    /** Offsets of the document ids in the response. */
    private readonly idOffsets: ReadonlyArray<number>
  ) {
    this.expectedView = viewOf(expected)
  }

  /**
   * @param response a successful response
   * @param outcomes the decoded response
   * @returns `undefined` for a response whose ids are not UUIDs or that is not ASCII
   */
  static learn(
    response: Uint8Array,
    outcomes: ReadonlyArray<OperationOutcome>
  ): ResponseTemplate | undefined {
    if (!isAscii(response)) return undefined
    const text = Buffer.from(response).toString("latin1")
    const idOffsets: Array<number> = []
    let from = 0
    for (const { documentId } of outcomes) {
      const at = text.indexOf(`"${documentId}"`, from)
      if (at < 0 || !uuid.test(documentId)) return undefined
      idOffsets.push(at + 1)
      from = at + 1 + uuidLength
    }
    return new ResponseTemplate(Buffer.from(response), idOffsets)
  }

  /** Whether a response differs from the learned one only in its document ids. */
  matches(response: Uint8Array): boolean {
    const { expected, expectedView, idOffsets } = this
    if (response.length !== expected.length) return false
    const view = viewOf(response)
    // Copies the ids of this response into the expected one, four bytes at a time, so that one call compares all bytes.
    for (let i = 0; i < idOffsets.length; i++) {
      const begin = idOffsets[i] ?? 0
      for (let at = begin; at < begin + uuidLength; at += 4) {
        const bytes = view.getUint32(at)
        if (isUuidPair[bytes >>> 16] !== 1 || isUuidPair[bytes & 0xffff] !== 1) return false
        expectedView.setUint32(at, bytes)
      }
    }
    return expected.equals(response)
  }
}
