/** Readers of response bodies, for each way in which their length is known. */
import { tooLongMessage } from "./decodeBody.ts"
import type { Framing } from "./parseHead.ts"

/** What a reader knows after some bytes. */
export type BodyProgress =
  | { readonly _tag: "More" }
  /** The body is complete. `rest` are the bytes after it, of which a server sends none. */
  | { readonly _tag: "Done"; readonly rest: Buffer }
  | { readonly _tag: "Invalid"; readonly detail: string }

export interface BodyReader {
  /** Copies what it keeps: the caller may reuse the buffer. */
  readonly read: (bytes: Buffer) => BodyProgress
  /** What was read so far. */
  readonly body: () => Buffer
  /** Whether the end of the connection completes the body. */
  readonly endsWithConnection: boolean
}

const more: BodyProgress = { _tag: "More" }
const invalid = (detail: string): BodyProgress => ({ _tag: "Invalid", detail })

/** Copied parts of a body. */
class Parts {
  private readonly parts: Array<Buffer> = []
  length = 0

  add(bytes: Buffer): void {
    if (bytes.length === 0) return
    this.parts.push(Buffer.from(bytes))
    this.length += bytes.length
  }

  readonly joined = (): Buffer => {
    const [first] = this.parts
    return first !== undefined && this.parts.length === 1 ? first : Buffer.concat(this.parts, this.length)
  }
}

const lengthReader = (length: number): BodyReader => {
  const parts = new Parts()
  return {
    endsWithConnection: false,
    body: parts.joined,
    read: (bytes) => {
      const missing = length - parts.length
      parts.add(bytes.subarray(0, missing))
      return parts.length < length ? more : { _tag: "Done", rest: bytes.subarray(missing) }
    }
  }
}

const closeReader = (maxBytes: number): BodyReader => {
  const parts = new Parts()
  return {
    endsWithConnection: true,
    body: parts.joined,
    read: (bytes) => {
      parts.add(bytes)
      return parts.length > maxBytes ? invalid(tooLongMessage(maxBytes)) : more
    }
  }
}

/** Of the line of a chunk's size with its extensions, and of all trailers together. */
const maxLineBytes = 16_384

/** A size in hexadecimal digits, and extensions, which are ignored (RFC 9112, 7.1). */
const sizeLine = /^([\da-f]{1,12})[\t ]*(?:;[\t -~\x80-\xff]*)?$/i

const brokenChunk = invalid("its chunked body is not valid")

/** The parts of a chunked body, in the order in which a line or data follows. */
type ChunkState = "size" | "data" | "dataEnd" | "trailer"

class ChunkedReader implements BodyReader {
  readonly endsWithConnection = false
  private readonly parts = new Parts()
  private state: ChunkState = "size"
  /** Bytes of the chunk that are missing. */
  private missing = 0
  /** An incomplete line. */
  private line = ""
  private trailerBytes = 0

  constructor(private readonly maxBytes: number) {}

  readonly body = (): Buffer => this.parts.joined()

  readonly read = (bytes: Buffer): BodyProgress => {
    let at = 0
    while (at < bytes.length) {
      if (this.state === "data") {
        const data = bytes.subarray(at, at + this.missing)
        this.parts.add(data)
        this.missing -= data.length
        at += data.length
        if (this.missing === 0) this.state = "dataEnd"
        continue
      }
      const end = bytes.indexOf("\n", at) + 1
      this.line += bytes.toString("latin1", at, end === 0 ? bytes.length : end)
      if (this.line.length > maxLineBytes) return brokenChunk
      if (end === 0) return more
      at = end
      const { line } = this
      this.line = ""
      if (!line.endsWith("\r\n")) return brokenChunk
      const ended = this.readLine(line.slice(0, -2))
      if (ended === "body") return { _tag: "Done", rest: bytes.subarray(at) }
      if (ended !== undefined) return ended
    }
    return more
  }

  /** @returns `body` at its end, or what is wrong */
  private readLine(line: string): "body" | BodyProgress | undefined {
    switch (this.state) {
      case "dataEnd":
        this.state = "size"
        return line === "" ? undefined : brokenChunk
      case "trailer":
        this.trailerBytes += line.length
        if (line === "") return "body"
        return this.trailerBytes > maxLineBytes || !line.includes(":") ? brokenChunk : undefined
      default:
        return this.startChunk(line)
    }
  }

  private startChunk(line: string): BodyProgress | undefined {
    const [, digits] = sizeLine.exec(line) ?? []
    if (digits === undefined) return brokenChunk
    this.missing = Number.parseInt(digits, 16)
    this.state = this.missing === 0 ? "trailer" : "data"
    return this.parts.length + this.missing > this.maxBytes
      ? invalid(tooLongMessage(this.maxBytes))
      : undefined
  }
}

const noBytes = Buffer.alloc(0)

const noBody: BodyReader = {
  endsWithConnection: false,
  body: () => noBytes,
  read: (bytes) => ({ _tag: "Done", rest: bytes })
}

/** @returns a text if the body is too long from the start */
export const bodyReaderOf = (framing: Framing, maxBytes: number): BodyReader | string => {
  switch (framing._tag) {
    case "None":
      return noBody
    case "Length":
      return framing.length > maxBytes ? tooLongMessage(maxBytes) : lengthReader(framing.length)
    case "Chunked":
      return new ChunkedReader(maxBytes)
    case "Close":
      return closeReader(maxBytes)
  }
}
