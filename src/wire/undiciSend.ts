/** The `Send` over undici's dispatcher, called directly. */
import * as Duration from "effect/Duration"
import { type Agent, buildConnector, Client, type Dispatcher } from "undici"
import { tooLongMessage } from "./decodeBody.ts"
import { connectErrorReason, errorReason } from "./errorReason.ts"
import { bytesOf, type HttpResponse } from "./httpMessage.ts"
import { keepAliveMillis, sendOver, type WireOptions } from "./sendOver.ts"
import { skipInterim } from "./skipInterim.ts"
import { WireRequest } from "./WireRequest.ts"

type ConnectionSettings = Pick<WireOptions, "ignoreCertificateErrors" | "maxResponseBytes" | "requestTimeout">

const connector = ({
  ignoreCertificateErrors,
  requestTimeout
}: ConnectionSettings): buildConnector.connector => {
  const connect = buildConnector({
    rejectUnauthorized: !ignoreCertificateErrors,
    timeout: Duration.toMillis(requestTimeout)
  })
  return (options, callback) =>
    connect(options, (...result) => {
      const [error, socket] = result
      if (error === null) skipInterim(socket)
      callback(...result)
    })
}

/** undici's timeouts are off, because the whole request has one. */
export const connectionOptions = (settings: ConnectionSettings) =>
  ({
    connect: connector(settings),
    maxResponseSize: settings.maxResponseBytes,
    keepAliveTimeout: keepAliveMillis,
    headersTimeout: 0,
    bodyTimeout: 0
  }) satisfies Client.Options & Agent.Options

const tooLong = "ResponseExceededMaxSizeError"

/** undici's error for an invalid status such as 099. */
const assertion = "AssertionError"

const invalidResponseErrors: ReadonlySet<string> = new Set([
  "HTTPParserError",
  "HeadersOverflowError",
  "ResponseContentLengthMismatchError",
  assertion,
  tooLong
])

/** undici's errors for a response that arrived but is not a valid HTTP response to this request. */
const isInvalidResponse = ({ message, name }: Error): boolean =>
  invalidResponseErrors.has(name) || ["bad response", "bad upgrade"].includes(message)

const noBytes = Buffer.alloc(0)

class UndiciRequest<A, E> extends WireRequest<Client, A, E> implements Dispatcher.DispatchHandler {
  private controller: Dispatcher.DispatchController | undefined
  private bodyBytes = 0
  private headers: HttpResponse["headers"] = {}
  private body: Buffer = noBytes
  /** The chunks of the body after the first; most responses have one chunk. */
  private readonly laterChunks: Array<Buffer> = []

  protected sendOn(connection: Client): void {
    const { headers, method } = this.request
    const body = bytesOf(this.request.body)
    this.bodyBytes = body?.byteLength ?? 0
    connection.dispatch({ path: this.route.path, method, headers, body }, this)
  }

  protected close(): void {
    this.controller?.abort(new Error("abandoned"))
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller
    if (this.isOver) controller.abort(new Error("abandoned"))
    else this.begin(this.bodyBytes)
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: HttpResponse["headers"]): void {
    // An interim response; the final one follows.
    if (status < 200) return
    this.status = status
    this.headers = headers
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.body === noBytes) this.body = chunk
    else this.laterChunks.push(chunk)
  }

  onResponseEnd(): void {
    const { headers, laterChunks, status = 0 } = this
    const received = laterChunks.length === 0 ? this.body : Buffer.concat([this.body, ...laterChunks])
    this.complete(status, headers, received, this.context.now())
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    const phase = isInvalidResponse(error) ? "answer" : this.hasBegun ? "reset" : "connect"
    this.fail(phase, this.reasonOf(phase, error))
  }

  private reasonOf(phase: "answer" | "connect" | "reset", error: Error): string {
    if (error.name === tooLong) return tooLongMessage(this.context.maxResponseBytes)
    if (error.name === assertion) return "the response is not valid HTTP"
    return phase === "connect" ? connectErrorReason(error) : errorReason(error)
  }
}

export const undiciSend = (options: WireOptions) =>
  sendOver(
    {
      open: ({ origin }) => new Client(origin, connectionOptions(options)),
      makeRequest: (...args) => new UndiciRequest(...args)
    },
    options
  )
