/**
 * Interim responses (1xx), which nobody asked for and some gateways send all the same: taken out of what a socket
 * receives, because undici takes `100 Continue` for a broken response (RFC 9110, 15.2 lets a server send them).
 */
import type { Socket } from "node:net"

const none = Buffer.alloc(0)
const endOfHead = "\r\n\r\n"

/** undici's own limit of a head. */
const maxHeadBytes = 16_384

const statusAt = "HTTP/1.1 ".length
const one = 0x31

/** `101 Switching Protocols` is final: what comes after it is no HTTP. */
const interim = /^HTTP\/1\.[01] 1(?!01)\d\d$/

/** What stands for the characters of a status line that have not come yet. */
const likeliest = "HTTP/1.1 100"

/** Whether bytes are the beginning of an interim response, as far as they have come. */
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
  /** A request was written, and nothing of its final response has come yet. */
  private awaiting = false
  /** Bytes of an interim response that is not complete. */
  private held: Buffer = none

  requestWritten(): void {
    this.awaiting = true
  }

  /** The bytes that are not of an interim response; none while it cannot be told yet. */
  take(chunk: Buffer): Buffer {
    if (!this.awaiting) return chunk
    let bytes = withoutBlankLines(this.held.length === 0 ? chunk : Buffer.concat([this.held, chunk]))
    this.held = none
    while (mayBeInterim(bytes)) {
      const end = bytes.indexOf(endOfHead)
      // One that is longer than any head may be is left to undici, which refuses it.
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

  /** What was held when the connection ended. */
  rest(): Buffer {
    const { held } = this
    this.held = none
    return held
  }
}

/**
 * Puts a filter between a socket and its reader. `push` is how Node hands over what the network brought, plain or
 * decrypted; `write` is how undici sends.
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
  // Not by an assignment, because `write` has several forms, and all of them go through here unchanged.
  Object.defineProperty(socket, "write", {
    configurable: true,
    writable: true,
    value: (...words: ReadonlyArray<unknown>): unknown => {
      filter.requestWritten()
      return Reflect.apply(write, socket, words)
    }
  })
}
