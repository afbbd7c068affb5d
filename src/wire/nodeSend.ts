/** The fast `Send`: each request is one buffer, written at once, and its response is read without streams. */
import { connectErrorReason, errorReason } from "./errorReason.ts"
import type { HttpRequest } from "./httpMessage.ts"
import { type Exchange, NodeConnection } from "./NodeConnection.ts"
import type { Parsed } from "./ResponseParser.ts"
import { sendOver, type WireOptions } from "./sendOver.ts"
import { WireRequest } from "./WireRequest.ts"

/** A name or value that would end its line could add headers or a second request. */
const isValid = /^[!#$%&'*+.^_`|~\w-]+: [\t -~\x80-\xff]*$/

/** The lines of some headers, or the name of one that is invalid. */
type HeaderLines = Buffer | string

/** One object of headers serves all requests with a token, so that its lines are made once. */
const known = new WeakMap<HttpRequest["headers"], HeaderLines>()

const makeLines = (headers: HttpRequest["headers"]): HeaderLines => {
  const lines = Object.entries(headers).map(([name, value]) => ({ name, line: `${name}: ${value}` }))
  const wrong = lines.find(({ line }) => !isValid.test(line))
  return wrong === undefined
    ? Buffer.from(lines.map(({ line }) => `${line}\r\n`).join(""), "latin1")
    : wrong.name
}

const noLines = Buffer.alloc(0)

const linesOf = (headers: HttpRequest["headers"]): HeaderLines => {
  const before = known.get(headers)
  if (before !== undefined) return before
  const made = makeLines(headers)
  known.set(headers, made)
  return made
}

/** Room for the line of the body's length. */
const lengthLineBytes = 64

/** Holds a request while it is written; one for all connections, because a socket usually takes the bytes at once. */
class RequestBuffer {
  private bytes: Buffer = Buffer.allocUnsafe(0)

  /** Head and body in one piece, until the next call. */
  write(requestLine: string, lines: Buffer, body: Uint8Array | null): Uint8Array {
    const bodyBytes = body?.byteLength ?? 0
    const needed = requestLine.length + lines.length + lengthLineBytes + bodyBytes
    if (this.bytes.length < needed) this.bytes = Buffer.allocUnsafe(needed)
    const { bytes } = this
    let at = bytes.write(requestLine, "latin1")
    at += lines.copy(bytes, at)
    at += bytes.write(body === null ? "\r\n" : `content-length: ${bodyBytes}\r\n\r\n`, at, "latin1")
    if (body !== null) bytes.set(body, at)
    return bytes.subarray(0, at + bodyBytes)
  }

  /** Leaves the bytes to the socket that still sends them. */
  giveAway(): void {
    this.bytes = Buffer.allocUnsafe(0)
  }
}

const requestBuffer = new RequestBuffer()

class NodeRequest extends WireRequest<NodeConnection> implements Exchange {
  private lines: Buffer = noLines

  protected sendOn(connection: NodeConnection): void {
    const lines = linesOf(this.request.headers)
    if (typeof lines === "string") return this.fail("connect", `the header ${lines} has an invalid value`)
    this.lines = lines
    connection.send(this)
  }

  protected close(): void {
    this.connection?.abandon(this)
  }

  readonly onPending = (): void => requestBuffer.giveAway()

  readonly write = (): Uint8Array => {
    const { body, method, onSend } = this.request
    const { path, url } = this.route
    this.hasBegun = true
    onSend?.()
    const requestLine = `${method} ${path} HTTP/1.1\r\nhost: ${url.host}\r\n`
    return requestBuffer.write(requestLine, this.lines, body)
  }

  readonly onResponse = ({ body, head }: Extract<Parsed, { readonly _tag: "Complete" }>): void =>
    this.complete(head.status, head.headers, body)

  readonly onFailure: Exchange["onFailure"] = (phase, cause, status) => {
    if (status !== undefined) this.status = status
    this.fail(
      phase,
      phase === "answer"
        ? `the response is not valid: ${String(cause)}`
        : phase === "connect"
          ? connectErrorReason(cause)
          : errorReason(cause)
    )
  }
}

export const nodeSend = (options: WireOptions) =>
  sendOver(
    {
      open: (url, { maxResponseBytes, now }) =>
        new NodeConnection({
          url,
          maxResponseBytes,
          now,
          ignoreCertificateErrors: options.ignoreCertificateErrors
        }),
      makeRequest: (...args) => new NodeRequest(...args)
    },
    options
  )
