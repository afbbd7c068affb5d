/**
 * Removes interim responses (1xx) from the bytes that a socket receives: some gateways send `100 Continue` unasked, as
 * RFC 9110, 15.2 allows, and undici treats that as a broken response.
 */
import type { Socket } from "node:net"

const none = Buffer.alloc(0)
const endOfHead = "\r\n\r\n"

/** undici's limit for the header section. */
const maxHeadBytes = 16_384

const statusAt = "HTTP/1.1 ".length
const one = 0x31

/** `101 Switching Protocols` is final: HTTP ends after it. */
const interim = /^HTTP\/1\.[01] 1(?!01)\d\d$/

/** Completes a status line of which the end has not arrived yet. */
const likeliest = "HTTP/1.1 100"

/** Whether the bytes received so far may begin an interim response. */
const mayBeInterim = (bytes: Buffer): boolean => {
  if (bytes.length === 0 || (bytes.length > statusAt && bytes[statusAt] !== one)) return false
  const start = bytes.toString("latin1", 0, likeliest.length)
  return interim.test(start + likeliest.slice(start.length))
}

/** Empty lines before a status line, which undici skips as well. */
const withoutBlankLines = (bytes: Buffer): Buffer => {
  let at = 0
  while (bytes[at] === 0x0d || bytes[at] === 0x0a) at++
  return at === 0 ? bytes : bytes.subarray(at)
}

/** What one connection receives, one response after the other. */
export class InterimFilter {
  /** A request was written, and no byte of its final response has arrived yet. */
  private awaiting = false
  /** Bytes of an interim response that is not complete. */
  private held: Buffer = none

  requestWritten(): void {
    this.awaiting = true
  }

  /** The bytes that do not belong to an interim response; none while more bytes are needed to decide. */
  take(chunk: Buffer): Buffer {
    if (!this.awaiting) return chunk
    let bytes = withoutBlankLines(this.held.length === 0 ? chunk : Buffer.concat([this.held, chunk]))
    this.held = none
    while (mayBeInterim(bytes)) {
      const end = bytes.indexOf(endOfHead)
      // A response over the limit is passed on to undici, which rejects it.
      if ((end === -1 ? bytes.length : end) > maxHeadBytes) break
      if (end === -1) {
        this.held = bytes
        return none
      }
      bytes = withoutBlankLines(bytes.subarray(end + endOfHead.length))
    }
    if (bytes.length > 0) this.awaiting = false
    return bytes
  }

  /** The bytes that were held back when the connection ended. */
  rest(): Buffer {
    const { held } = this
    this.held = none
    return held
  }
}

/**
 * Puts a filter between a socket and its reader. Node delivers received bytes through `push`, decrypted in the case of
 * TLS; undici sends through `write`.
 */
export const skipInterim = (socket: Socket): void => {
  const filter = new InterimFilter()
  const { push, write } = socket
  const pushOn = (chunk: unknown): boolean => push.call(socket, chunk)
  socket.push = (chunk: unknown): boolean => {
    if (Buffer.isBuffer(chunk)) {
      const bytes = filter.take(chunk)
      return bytes.length === 0 || pushOn(bytes)
    }
    // `null`: the connection ends.
    const rest = filter.rest()
    if (rest.length > 0) pushOn(rest)
    return pushOn(chunk)
  }
  // Not an assignment, because `write` has several signatures; all arguments are passed on unchanged.
  Object.defineProperty(socket, "write", {
    configurable: true,
    writable: true,
    value: (...words: ReadonlyArray<unknown>): unknown => {
      filter.requestWritten()
      return Reflect.apply(write, socket, words)
    }
  })
}
