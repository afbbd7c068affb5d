/** Reads the responses of one connection from the bytes that arrive, one response per request. */
import * as Either from "effect/Either"
import { type BodyReader, bodyReaderOf } from "./bodyReaders.ts"
import { parseHead, type ResponseHead } from "./parseHead.ts"

export interface Complete {
  readonly _tag: "Complete"
  readonly head: ResponseHead
  /** If the response arrived as a whole, a part of the chunk; else a copy. */
  readonly body: Buffer
  /** Whether the connection can carry another request: it stays open, and nothing followed the response. */
  readonly isReusable: boolean
}

export type Parsed =
  | Complete
  /** The bytes are no HTTP response, or one that is too long: the connection cannot be used any more. */
  | { readonly _tag: "Invalid"; readonly detail: string; readonly status: number | undefined }

/** Longer than the heads of any server; undici has the same limit. */
const maxHeadBytes = 16_384

const endOfHead = "\r\n\r\n"
const httpStart = Buffer.from("HTTP/1.")
const noBytes = Buffer.alloc(0)

/** Servers may send empty lines before a status line (RFC 9112, 2.2). */
const afterBlankLines = (bytes: Buffer, from: number): number => {
  let at = from
  while (bytes[at] === 0x0d || bytes[at] === 0x0a) at++
  return at
}

/** Whether these bytes can be the start of a response. */
const mayBeHttp = (bytes: Buffer, from: number): boolean => {
  const length = Math.min(httpStart.length, bytes.length - from)
  return bytes.compare(httpStart, 0, length, from, from + length) === 0
}

const startsWith = (bytes: Buffer, start: Buffer): boolean =>
  bytes.length >= start.length && bytes.compare(start, 0, start.length, 0, start.length) === 0

const isInterim = ({ status }: ResponseHead): boolean => status < 200 && status !== 101

export class ResponseParser {
  /** Bytes of an incomplete head. */
  private held: Buffer = noBytes
  private head: ResponseHead | undefined
  private reader: BodyReader | undefined
  /** Most heads equal the one before: a server's clock changes them once a second. With the empty line at its end. */
  private knownBytes: Buffer = noBytes
  private known: ResponseHead | undefined

  /** @param maxBodyBytes of a body, before it is decompressed */
  constructor(private readonly maxBodyBytes: number) {}

  /** Call before the bytes of a response. */
  begin(): void {
    this.held = noBytes
    this.head = undefined
    this.reader = undefined
  }

  /**
   * @param chunk may be reused after the call
   * @returns `undefined` while the response is incomplete
   */
  receive(chunk: Buffer): Parsed | undefined {
    return this.reader === undefined ? this.readHead(chunk) : this.readBody(this.reader, chunk)
  }

  /** The connection has ended. @returns `undefined` if that cut the response off */
  end(): Parsed | undefined {
    const { head, reader } = this
    return head !== undefined && reader !== undefined && reader.endsWithConnection
      ? { _tag: "Complete", head, body: reader.body(), isReusable: false }
      : undefined
  }

  private readHead(chunk: Buffer): Parsed | undefined {
    const { known, knownBytes } = this
    if (known !== undefined && this.held.length === 0 && startsWith(chunk, knownBytes))
      return this.startBody(known, chunk.subarray(knownBytes.length))
    const bytes = this.held.length === 0 ? chunk : Buffer.concat([this.held, chunk])
    let from = 0
    for (;;) {
      from = afterBlankLines(bytes, from)
      if (!mayBeHttp(bytes, from)) return this.invalid("it is not HTTP/1.1")
      const end = bytes.indexOf(endOfHead, from)
      if ((end === -1 ? bytes.length : end) - from > maxHeadBytes)
        return this.invalid(`its head is longer than ${maxHeadBytes} bytes`)
      if (end === -1) {
        this.held = Buffer.from(bytes.subarray(from))
        return undefined
      }
      const head = parseHead(bytes.toString("latin1", from, end))
      if (Either.isLeft(head)) return this.invalid(head.left)
      const bodyAt = end + endOfHead.length
      if (!isInterim(head.right)) {
        this.known = head.right
        this.knownBytes = Buffer.from(bytes.subarray(from, bodyAt))
        return this.startBody(head.right, bytes.subarray(bodyAt))
      }
      from = bodyAt
    }
  }

  private startBody(head: ResponseHead, bytes: Buffer): Parsed | undefined {
    this.head = head
    if (head.status === 101) return this.invalid("it switches protocols")
    const { framing, isKeptAlive } = head
    // Most responses arrive as a whole.
    if (framing._tag === "Length" && framing.length === bytes.length && bytes.length <= this.maxBodyBytes)
      return { _tag: "Complete", head, body: bytes, isReusable: isKeptAlive }
    const reader = bodyReaderOf(framing, this.maxBodyBytes)
    if (typeof reader === "string") return this.invalid(reader)
    this.reader = reader
    return this.readBody(reader, bytes)
  }

  private readBody(reader: BodyReader, bytes: Buffer): Parsed | undefined {
    const progress = reader.read(bytes)
    switch (progress._tag) {
      case "More":
        return undefined
      case "Invalid":
        return this.invalid(progress.detail)
      case "Done": {
        const { head } = this
        const isReusable = head?.isKeptAlive === true && progress.rest.length === 0
        return head && { _tag: "Complete", head, body: reader.body(), isReusable }
      }
    }
  }

  private invalid(detail: string): Parsed {
    return { _tag: "Invalid", detail, status: this.head?.status }
  }
}
