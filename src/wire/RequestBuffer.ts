/**
 * The bytes of a request, head and body in one piece, for one write. The head ends where the body begins, so that both are
 * replaced in place: from one batch of a run to the next only the body and the digits of its length change, and a new token
 * changes the head.
 */
import type { HttpRequest, RequestBody } from "./httpMessage.ts"

/** What a request names of its URL. */
export interface RequestTarget {
  readonly host: string
  /** With its query. */
  readonly path: string
}

const endOfHead = "\r\n\r\n"

/** More than `POST  HTTP/1.1`, `host: ` and `content-length: 7466` with their line ends. */
const fixedBytes = 128

const maxBytesOf = (body: RequestBody): number =>
  body === null ? 0 : body instanceof Uint8Array ? body.byteLength : body.maxBytes

/** One for all connections: a socket usually takes the bytes at once. */
export class RequestBuffer {
  private bytes: Buffer = Buffer.alloc(0)
  private headAt = 0
  private bodyAt = 0
  /** Length of the last body. */
  bodyBytes = 0

  /** The parts of the head that stands before `bodyAt`. */
  private method: HttpRequest["method"] | undefined
  private target: RequestTarget | undefined
  private lines: Buffer | undefined
  private digits = 0

  /**
   * @param lines further header lines, each with its line end; the same object for the same lines
   * @returns the request, until the next call
   */
  write(method: HttpRequest["method"], target: RequestTarget, lines: Buffer, body: RequestBody): Uint8Array {
    this.reserve(target.path.length + target.host.length + lines.length + fixedBytes, maxBytesOf(body))
    const { bodyAt, bytes } = this
    let end = bodyAt
    if (body instanceof Uint8Array) {
      bytes.set(body, bodyAt)
      end += body.byteLength
    } else if (body !== null) end = body.write(bytes, bodyAt)
    this.bodyBytes = end - bodyAt
    this.writeHead(method, target, lines, body === null ? "" : String(this.bodyBytes))
    return bytes.subarray(this.headAt, end)
  }

  /** Leaves the bytes to the socket that still sends them. */
  giveAway(): void {
    this.bytes = Buffer.alloc(0)
    this.bodyAt = 0
    this.method = undefined
  }

  private reserve(headBytes: number, bodyBytes: number): void {
    if (headBytes <= this.bodyAt && this.bodyAt + bodyBytes <= this.bytes.length) return
    this.bodyAt = Math.max(this.bodyAt, headBytes)
    this.bytes = Buffer.allocUnsafe(this.bodyAt + Math.max(bodyBytes, this.bytes.length))
    this.method = undefined
  }

  /** @param length of the body in digits; empty without a body */
  private writeHead(
    method: HttpRequest["method"],
    target: RequestTarget,
    lines: Buffer,
    length: string
  ): void {
    const { bodyAt, bytes } = this
    const isKnown =
      method === this.method &&
      target === this.target &&
      lines === this.lines &&
      length.length === this.digits
    if (isKnown) {
      const at = bodyAt - endOfHead.length - length.length
      for (let i = 0; i < length.length; i++) bytes[at + i] = length.charCodeAt(i)
      return
    }
    const start = `${method} ${target.path} HTTP/1.1\r\nhost: ${target.host}\r\n`
    const end = length === "" ? "\r\n" : `content-length: ${length}${endOfHead}`
    let at = bodyAt - start.length - lines.length - end.length
    this.headAt = at
    at += bytes.write(start, at, "latin1")
    at += lines.copy(bytes, at)
    bytes.write(end, at, "latin1")
    this.method = method
    this.target = target
    this.lines = lines
    this.digits = length.length
  }
}
