/** The fast `Send`: each request is one buffer, written at once, and its response is read without streams. */
import { connectErrorReason, errorReason } from "./errorReason.ts"
import type { HttpRequest } from "./httpMessage.ts"
import { type Exchange, NodeConnection } from "./NodeConnection.ts"
import { RequestBuffer } from "./RequestBuffer.ts"
import type { Complete } from "./ResponseParser.ts"
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

const requestBuffer = new RequestBuffer()

class NodeRequest<A, E> extends WireRequest<NodeConnection, A, E> implements Exchange {
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

  write(): Uint8Array {
    const { body, method } = this.request
    const bytes = requestBuffer.write(method, this.route, this.lines, body)
    this.begin(requestBuffer.bodyBytes)
    return bytes
  }

  onPending(): void {
    requestBuffer.giveAway()
  }

  onResponse({ body, head }: Complete, endedNanos: bigint): void {
    this.complete(head.status, head.headers, body, endedNanos)
  }

  onFailure(phase: "connect" | "answer" | "reset", cause: unknown, status?: number): void {
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
