/** The server of the live page of a run. */
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as HttpMiddleware from "@effect/platform/HttpMiddleware"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import { randomBytes } from "node:crypto"
import { createServer, type Server } from "node:http"
import type { MeasuredRun } from "../result/MeasuredRun.ts"
import type { Summary } from "../result/Summary.ts"
import { makeEvents } from "./Events.ts"
import { isLoopback } from "../domain/loopback.ts"
import { guard, isOwnHost, ownUrl } from "./guard.ts"
import { maxPages, type MetricsFormat, type PageFiles, pageRoutes, type RunPhase } from "./routes.ts"

export interface LivePage {
  /** For a browser on this machine: `http://127.0.0.1:8089/`. */
  readonly url: string
  /** Other machines may reach it too. */
  readonly isPublic: boolean
  /** Shows a second of the run; it is encoded once, however many pages are open. */
  readonly show: (run: MeasuredRun) => Effect.Effect<void>
  /** Shows the end; from now on downloads are the files in the folder. */
  readonly end: (summary: Summary) => Effect.Effect<void>
  /** Returns when the stop button is pressed. */
  readonly stopped: Effect.Effect<void>
  readonly openPages: () => number
  /** Returns at once when no page is open, else when the last one was closed and not just reloaded. */
  readonly untilNoPage: Effect.Effect<void>
}

export interface LivePageOptions {
  /** An address or a name of this machine: `127.0.0.1`, `localhost`, `0.0.0.0` for all. */
  readonly host: string
  /** 0 is any free port. */
  readonly port: number
  /** Makes the page, which has to send the token with its request to stop. */
  readonly html: (stopToken: string) => Effect.Effect<string>
  readonly files: PageFiles
  readonly metrics: MetricsFormat
}

/** The page cannot be served; reported before any request is sent, exit code 2. */
export class PageUnavailable extends Schema.TaggedError<PageUnavailable>()("PageUnavailable", {
  host: Schema.String,
  port: Schema.Int,
  cause: Schema.Defect
}) {
  override get message(): string {
    const reason = this.cause instanceof Error ? this.cause.message : String(this.cause)
    const isPort = /EADDRINUSE|EACCES/.test(reason)
    return `cannot serve the page on --webHost ${this.host} --webPort ${this.port}: ${reason}; ${
      isPort
        ? "choose another port, or --webPort 0 for any free one"
        : "--webHost takes an address of this machine"
    }`
  }
}

/**
 * Open pages and their other requests. Further connections are closed at once: each takes a file descriptor that the
 * run may need.
 */
export const maxConnections = maxPages + 28

/** A connection that sends no request is closed after ten seconds, checked every second. */
const idleLimits = { headersTimeout: 10_000, connectionsCheckingInterval: 1000 }

/** Time for open pages to read their last messages; then their connections are cut. */
const closingMillis = 1000

const listen = (host: string, port: number) =>
  Effect.gen(function* () {
    const node = createServer(idleLimits)
    node.maxConnections = maxConnections
    const server = yield* NodeHttpServer.make(() => node, { host, port }).pipe(
      Effect.mapError(({ cause }) => new PageUnavailable({ host, port, cause }))
    )
    // A connection that cannot be accepted, for example without a free descriptor, affects only its client.
    node.on("error", () => {})
    const bound = node.address()
    return {
      node,
      server,
      address: typeof bound === "object" && bound !== null ? bound : { address: host, port }
    }
  })

const close = (node: Server, endEvents: Effect.Effect<void>): Effect.Effect<void> =>
  endEvents.pipe(
    Effect.zipRight(Effect.async<void>((resume) => void node.close(() => resume(Effect.void)))),
    Effect.interruptible,
    Effect.timeoutOption(closingMillis),
    Effect.zipRight(Effect.sync(() => node.closeAllConnections()))
  )

/**
 * Serves the page until the scope closes, which first sends open pages what waits for them; a page that does not read
 * delays that by a second at most.
 */
export const openLivePage = Effect.fn("web.openLivePage")(function* ({
  files,
  host,
  html,
  metrics,
  port
}: LivePageOptions): Effect.fn.Return<LivePage, PageUnavailable, Scope.Scope> {
  const stopToken = yield* Effect.sync(() => randomBytes(32).toString("hex"))
  // Made before the server listens: a request before `serve` would never get a response.
  const document = new TextEncoder().encode(yield* html(stopToken))
  const { address, node, server } = yield* listen(host, port)
  const events = yield* makeEvents
  const stopped = yield* Deferred.make<void>()
  let phase: RunPhase = { _tag: "NotStarted" }

  const guarded = guard(isOwnHost([host, address.address], address.port))
  const routes = yield* pageRoutes({
    document,
    events,
    files,
    metrics,
    phase: () => phase,
    stop: Deferred.succeed(stopped, undefined),
    stopToken
  })
  yield* Effect.locally(server.serve(guarded(routes)), HttpMiddleware.currentTracerDisabledWhen, () => true)
  yield* Effect.addFinalizer(() => close(node, events.close))

  return {
    url: ownUrl(address.address, address.port),
    isPublic: !isLoopback(address.address),
    show: (run) =>
      Effect.suspend(() => {
        phase = { _tag: "Running", run }
        return events.show(run.state)
      }),
    end: (summary) =>
      Effect.suspend(() => {
        phase = { _tag: "Ended", summary }
        return events.end(summary)
      }),
    stopped: Deferred.await(stopped),
    openPages: events.openPages,
    untilNoPage: events.untilNoPage
  }
})
