/**
 * Removes interim responses (1xx) from the bytes that a socket receives. Some gateways send `100 Continue` without being
 * asked, as RFC 9110, 15.2 allows, and undici treats that as an invalid response.
 */
import type { Socket } from "node:net"

const none = Buffer.alloc(0)
const endOfHead = "\r\n\r\n"

/** undici's limit for the header section. */
const maxHeadBytes = 16_384

const statusAt = "HTTP/1.1 ".length
const one = 0x31

/** Excludes `101 Switching Protocols`, which is final: HTTP ends after it. */
const interim = /^HTTP\/1\.[01] 1(?!01)\d\d$/

/** Completes a status line whose end has not arrived. */
const likeliest = "HTTP/1.1 100"

/** Whether the received bytes may be the start of an interim response. */
const mayBeInterim = (bytes: Buffer): boolean => {
  if (bytes.length === 0 || (bytes.length > statusAt && bytes[statusAt] !== one)) return false
  const start = bytes.toString("latin1", 0, likeliest.length)
  return interim.test(start + likeliest.slice(start.length))
}

/** Skips empty lines before a status line, as undici does. */
const withoutBlankLines = (bytes: Buffer): Buffer => {
  let at = 0
  while (bytes[at] === 0x0d || bytes[at] === 0x0a) at++
  return at === 0 ? bytes : bytes.subarray(at)
}

/** Filters the received bytes of one connection. */
export class InterimFilter {
  /** A request was written, and no byte of its final response has arrived. */
  private awaiting = false
  /** Bytes of an incomplete interim response. */
  private held: Buffer = none

  requestWritten(): void {
    this.awaiting = true
  }

  /** Returns the bytes that do not belong to an interim response; none while more bytes are needed to decide. */
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

  /** Returns the held bytes at the end of the connection. */
  rest(): Buffer {
    const { held } = this
    this.held = none
    return held
  }
}

/**
 * Installs the filter in a socket. Node delivers received bytes through `push`, decrypted in the case of TLS; undici
 * sends through `write`.
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
  // Not an assignment, because `write` has several signatures.
  Object.defineProperty(socket, "write", {
    configurable: true,
    writable: true,
    value: (...args: ReadonlyArray<unknown>): unknown => {
      filter.requestWritten()
      return Reflect.apply(write, socket, args)
    }
  })
}
