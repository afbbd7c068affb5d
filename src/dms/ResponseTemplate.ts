/**
 * What the answers to batches of one kind look like, learned from one that was read in full. An answer that differs
 * from it in nothing but the characters of its document ids says the same of every operation, and needs no parsing.
 */
import { isAscii } from "node:buffer"
import type { OperationOutcome } from "../domain/OperationOutcome.ts"

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const uuidLength = 36

/** 1 for what a UUID is made of, which JSON never escapes. */
const isOfUuid = new Uint8Array(256)
for (const byte of Buffer.from("0123456789abcdefABCDEF-")) isOfUuid[byte] = 1

export class ResponseTemplate {
  private constructor(
    private readonly expected: Buffer,
    /** Where in the answer the document ids begin. */
    private readonly holes: ReadonlyArray<number>
  ) {}

  /**
   * @param response a complete and good answer
   * @param outcomes what it was read as
   * @returns nothing for an answer whose ids are no UUIDs or that holds more than ASCII: such answers are parsed
   */
  static learn(
    response: Uint8Array,
    outcomes: ReadonlyArray<OperationOutcome>
  ): ResponseTemplate | undefined {
    if (!isAscii(response)) return undefined
    const text = Buffer.from(response).toString("latin1")
    const holes: Array<number> = []
    let from = 0
    for (const { documentId } of outcomes) {
      const at = text.indexOf(`"${documentId}"`, from)
      if (at < 0 || !uuid.test(documentId)) return undefined
      holes.push(at + 1)
      from = at + 1 + uuidLength
    }
    return new ResponseTemplate(Buffer.from(response), holes)
  }

  /** Whether an answer says the same as the one that was learned from, of other documents. */
  matches(response: Uint8Array): boolean {
    const { expected, holes } = this
    if (response.length !== expected.length) return false
    // What is expected takes over the ids of this answer; after that both are equal or not, which is one call.
    for (let i = 0; i < holes.length; i++) {
      const begin = holes[i] ?? 0
      for (let at = begin; at < begin + uuidLength; at++) {
        const byte = response[at] ?? 0
        if (isOfUuid[byte] !== 1) return false
        expected[at] = byte
      }
    }
    return expected.equals(response)
  }
}
