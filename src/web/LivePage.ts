/** The server of the page that shows a run while it goes on. */
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as HttpMiddleware from "@effect/platform/HttpMiddleware"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import { randomBytes } from "node:crypto"
import { createServer, type Server } from "node:http"
import { metricPoints } from "../result/metricPoints.ts"
import { prometheusContentType, prometheusText } from "../output/prometheus.ts"
import { tokenHeader } from "../result/PageData.ts"
import type { SoFar } from "../output/resultFileList.ts"
import type { ResultFiles } from "../output/ResultFiles.ts"
import type { Summary } from "../result/Summary.ts"
import { makeEvents } from "./Events.ts"
import { isLoopback, isOwnHost, isOwnOrigin, isOwnSite, isToken, ownUrl, safeHeaders } from "./guard.ts"

/** The page cannot be served: told before anything is sent, exit code 2. */
export class PageUnavailable extends Schema.TaggedError<PageUnavailable>()("PageUnavailable", {
  host: Schema.String,
  port: Schema.Int,
  cause: Schema.Defect
}) {
  override get message(): string {
    const reason = this.cause instanceof Error ? this.cause.message : String(this.cause)
    const isPort = /EADDRINUSE|EACCES/.test(reason)
    return `the page cannot be served on --webHost ${this.host} --webPort ${this.port}: ${reason}; ${
      isPort
        ? "choose another port, or --webPort 0 for any free one"
        : "--webHost takes an address of this machine"
    }`
  }
}

/** How many pages may be open at the same time: each keeps a connection and a few messages. */
export const maxPages = 100

/**
 * Pages and their other requests. Further connections are closed at once: each takes a file descriptor that the run may
 * need.
 */
export const maxConnections = maxPages + 28

/** A connection that sends no request is closed after ten seconds, checked every second. */
const idle = { headersTimeout: 10_000, connectionsCheckingInterval: 1000 }

export interface LivePage {
  /** To be opened on this machine: `http://127.0.0.1:8089/`. */
  readonly url: string
  /** Other machines may reach it too. */
  readonly isPublic: boolean
  /** Shows a second of the run; its work is one encoding, however many pages are open. */
  readonly show: (sofar: SoFar) => Effect.Effect<void>
  /** Shows the end; from now on the files are those in the folder. */
  readonly end: (summary: Summary) => Effect.Effect<void>
  /** Succeeds when somebody presses the stop button. */
  readonly stopped: Effect.Effect<void>
  readonly openPages: () => number
  /** At once when no page is open, else as soon as the last one was closed and not just reloaded. */
  readonly untilNoPage: Effect.Effect<void>
}

export interface LivePageOptions {
  /** An address or a name of this machine: `127.0.0.1`, `localhost`, `0.0.0.0` for all. */
  readonly host: string
  /** 0 is any free port. */
  readonly port: number
  /** The page; it has to send the token with the order to stop. */
  readonly html: (stopToken: string) => Effect.Effect<string>
  readonly files: Pick<ResultFiles, "names" | "read">
}

const contentTypes: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  json: "application/json",
  csv: "text/csv; charset=utf-8"
}

const contentTypeOf = (name: string): string =>
  contentTypes[name.slice(name.lastIndexOf(".") + 1)] ?? "application/octet-stream"

const say = (status: number, text: string) =>
  HttpServerResponse.text(`${text}\n`, { status, contentType: "text/plain; charset=utf-8" })

type Answer = Effect.Effect<
  HttpServerResponse.HttpServerResponse,
  never,
  HttpServerRequest.HttpServerRequest | Scope.Scope
>

interface Route {
  readonly method: "GET" | "POST"
  readonly answer: Answer
}

/** How long a page may take to read what it was told last, in milliseconds; then its connection is cut. */
const partingMillis = 1000

const part = (server: Server, endEvents: Effect.Effect<void>): Effect.Effect<void> =>
  endEvents.pipe(
    Effect.zipRight(Effect.async<void>((resume) => void server.close(() => resume(Effect.void)))),
    Effect.interruptible,
    Effect.timeoutOption(partingMillis),
    Effect.zipRight(Effect.sync(() => server.closeAllConnections()))
  )

/**
 * Serves the page until the scope closes. Open pages are told everything before that, and whoever does not listen is
 * waited for no longer than a second.
 */
export const openLivePage = Effect.fn("web.openLivePage")(function* (
  options: LivePageOptions
): Effect.fn.Return<LivePage, PageUnavailable, Scope.Scope> {
  const { files, host, html, port } = options
  const token = yield* Effect.sync(() => randomBytes(32).toString("hex"))
  // Made before anybody can ask: who asks a server that has nothing to answer with yet waits for ever.
  const document = new TextEncoder().encode(yield* html(token))
  const nodeServer = createServer(idle)
  nodeServer.maxConnections = maxConnections
  const server = yield* NodeHttpServer.make(() => nodeServer, { host, port }).pipe(
    Effect.mapError(({ cause }) => new PageUnavailable({ host, port, cause }))
  )
  // A connection that cannot be accepted, for example without a free descriptor, affects only its client.
  nodeServer.on("error", () => {})
  const bound = nodeServer.address()
  const at = typeof bound === "object" && bound !== null ? bound : { address: host, port }
  const isOurs = isOwnHost([host, at.address], at.port)

  const events = yield* makeEvents
  const stopped = yield* Deferred.make<void>()
  let latest: SoFar | undefined
  let ended: Summary | undefined

  const page: Answer = Effect.succeed(
    HttpServerResponse.uint8Array(document, { contentType: "text/html; charset=utf-8" })
  )

  const listen: Answer = Effect.suspend(() =>
    events.openPages() >= maxPages
      ? Effect.succeed(say(503, `${maxPages} pages are open, which is the most; close one of them`))
      : Effect.map(events.open, (told) =>
          HttpServerResponse.stream(told, {
            contentType: "text/event-stream; charset=utf-8",
            // So that its end is sent off before the connection is gone.
            headers: { connection: "close" }
          })
        )
  )

  const stop: Answer = Effect.gen(function* () {
    const { headers } = yield* HttpServerRequest.HttpServerRequest
    if (!isToken(token, headers[tokenHeader])) {
      return say(403, `the header ${tokenHeader} does not have the token of this run`)
    }
    if (ended !== undefined) return say(409, "the run has ended")
    yield* Deferred.succeed(stopped, undefined)
    return say(202, "the run is stopping")
  })

  const metrics: Answer = Effect.sync(() => {
    const state = ended ?? latest?.state
    return HttpServerResponse.text(state === undefined ? "" : prometheusText(metricPoints(state)), {
      contentType: prometheusContentType
    })
  })

  const download = (name: string): Answer =>
    Effect.suspend(() => {
      const notYet = say(404, `${name} is not there yet`)
      // Before its first second, what is in the folder is that of an earlier run.
      if (ended === undefined && latest === undefined) return Effect.succeed(notYet)
      return Effect.match(files.read(name, ended === undefined ? latest : undefined), {
        onFailure: (error) => (error._tag === "OnlyAtTheEnd" ? say(404, error.message) : notYet),
        onSuccess: (bytes) =>
          HttpServerResponse.stream(bytes, {
            contentType: contentTypeOf(name),
            headers: { "content-disposition": `attachment; filename="${name}"` }
          })
      })
    })

  // Paths are compared as a whole, so that none can lead anywhere else.
  const routes = new Map<string, Route>([
    ["/", { method: "GET", answer: page }],
    ["/events", { method: "GET", answer: listen }],
    ["/stop", { method: "POST", answer: stop }],
    ["/metrics", { method: "GET", answer: metrics }],
    ...files.names.map(
      (name) => [`/files/${encodeURIComponent(name)}`, { method: "GET", answer: download(name) }] as const
    )
  ])

  const answer: Answer = Effect.gen(function* () {
    const { headers, method, url } = yield* HttpServerRequest.HttpServerRequest
    if (!isOurs(headers["host"])) return say(403, "this is not the address of the page")
    const path = url.split("?")[0] ?? url
    // A link to the page may stand anywhere.
    const isLink = path === "/" && headers["sec-fetch-mode"] === "navigate"
    if (
      !isOwnOrigin(headers["origin"], headers["host"]) ||
      (!isOwnSite(headers["sec-fetch-site"]) && !isLink)
    )
      return say(403, "pages of other sites are not answered")
    const route = routes.get(path)
    if (route === undefined) return say(404, "there is nothing here")
    if (method !== route.method) {
      return HttpServerResponse.setHeader(
        say(405, `only ${route.method} is answered here`),
        "allow",
        route.method
      )
    }
    return yield* route.answer
  }).pipe(Effect.map(HttpServerResponse.setHeaders(safeHeaders)))

  yield* Effect.locally(server.serve(answer), HttpMiddleware.currentTracerDisabledWhen, () => true)
  yield* Effect.addFinalizer(() => part(nodeServer, events.close))

  return {
    url: ownUrl(at.address, at.port),
    isPublic: !isLoopback(at.address),
    show: (sofar) =>
      Effect.suspend(() => {
        latest = sofar
        return events.show(sofar.state)
      }),
    end: (summary) =>
      Effect.suspend(() => {
        ended = summary
        return events.end(summary)
      }),
    stopped: Deferred.await(stopped),
    openPages: events.openPages,
    untilNoPage: events.untilNoPage
  }
})
