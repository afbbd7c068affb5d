/** The routes of the live page. */
import type * as PlatformError from "@effect/platform/Error"
import type * as HttpApp from "@effect/platform/HttpApp"
import * as HttpRouter from "@effect/platform/HttpRouter"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type * as Stream from "effect/Stream"
import type { MeasuredRun } from "../result/MeasuredRun.ts"
import { tokenHeader } from "../result/PageData.ts"
import type { RunState, Summary } from "../result/Summary.ts"
import type { Events } from "./Events.ts"
import { isToken } from "./guard.ts"
import { pathOf, plainText } from "./plainText.ts"

/** Maximum number of open pages: each keeps a connection and a few messages. */
export const maxPages = 100

/** The phase of a run, with the state that the page can show. */
export type RunPhase =
  | { readonly _tag: "NotStarted" }
  | { readonly _tag: "Running"; readonly run: MeasuredRun }
  | { readonly _tag: "Ended"; readonly summary: Summary }

/** The result files that the page offers for download. */
export interface PageFiles {
  readonly names: ReadonlyArray<string>
  /**
   * The content of a file: made from the state of a run in progress, otherwise from the folder. `OnlyAtTheEnd` is a file
   * that cannot be made before the run has ended; its message is shown.
   */
  readonly read: (
    name: string,
    running?: MeasuredRun
  ) => Effect.Effect<
    Stream.Stream<Uint8Array, PlatformError.PlatformError>,
    { readonly _tag: "OnlyAtTheEnd"; readonly message: string } | PlatformError.PlatformError
  >
}

/** The text of `/metrics`. */
export interface MetricsFormat {
  readonly contentType: string
  readonly render: (state: RunState) => string
}

export interface PageRoutes {
  /** The page, encoded. */
  readonly document: Uint8Array
  readonly events: Events
  readonly files: PageFiles
  readonly metrics: MetricsFormat
  readonly phase: () => RunPhase
  /** Asks the run to stop. */
  readonly stop: Effect.Effect<void>
  /** Required to stop the run. */
  readonly stopToken: string
}

type Handler = Effect.Effect<
  HttpServerResponse.HttpServerResponse,
  never,
  HttpServerRequest.HttpServerRequest | Scope.Scope
>

const contentTypes: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  json: "application/json",
  csv: "text/csv; charset=utf-8"
}

const contentTypeOf = (name: string): string =>
  contentTypes[name.slice(name.lastIndexOf(".") + 1)] ?? "application/octet-stream"

const notFound = plainText(404, "there is nothing here")

const sendEvents = (events: Events): Handler =>
  Effect.suspend(() =>
    events.openPages() >= maxPages
      ? Effect.succeed(plainText(503, `too many open pages (maximum ${maxPages}); close one of them`))
      : Effect.map(events.open, (messages) =>
          HttpServerResponse.stream(messages, {
            contentType: "text/event-stream; charset=utf-8",
            // The last message leaves before the connection is closed.
            headers: { connection: "close" }
          })
        )
  )

const stopRun = ({ phase, stop, stopToken }: PageRoutes): Handler =>
  Effect.gen(function* () {
    const { headers } = yield* HttpServerRequest.HttpServerRequest
    if (!isToken(stopToken, headers[tokenHeader])) {
      return plainText(403, `the header ${tokenHeader} does not have the token of this run`)
    }
    if (phase()._tag === "Ended") return plainText(409, "the run has ended")
    yield* stop
    return plainText(202, "the run is stopping")
  })

const metricsText = ({ contentType, render }: MetricsFormat, phase: RunPhase): Handler => {
  switch (phase._tag) {
    case "NotStarted":
      return Effect.succeed(HttpServerResponse.text("", { contentType }))
    case "Running":
      return Effect.sync(() => HttpServerResponse.text(render(phase.run.state), { contentType }))
    case "Ended":
      return Effect.sync(() => HttpServerResponse.text(render(phase.summary), { contentType }))
  }
}

const download = (files: PageFiles, name: string, phase: RunPhase): Handler => {
  const notYet = plainText(404, `${name} is not there yet`)
  // Until the first second of a run, the folder may have the files of an earlier one.
  if (phase._tag === "NotStarted") return Effect.succeed(notYet)
  return Effect.match(files.read(name, phase._tag === "Running" ? phase.run : undefined), {
    onFailure: (error) => (error._tag === "OnlyAtTheEnd" ? plainText(404, error.message) : notYet),
    onSuccess: (bytes) =>
      HttpServerResponse.stream(bytes, {
        contentType: contentTypeOf(name),
        headers: { "content-disposition": `attachment; filename="${name}"` }
      })
  })
}

/**
 * Answers only the exact path and method. HttpRouter alone also matches other letter cases, encodings and slashes, and
 * takes HEAD for GET.
 */
const exactly = (method: "GET" | "POST", path: string, handler: Handler): Handler =>
  Effect.flatMap(HttpServerRequest.HttpServerRequest, (request) => {
    if (pathOf(request) !== path) return Effect.succeed(notFound)
    if (request.method === method) return handler
    return Effect.succeed(
      HttpServerResponse.setHeader(plainText(405, `only ${method} is allowed here`), "allow", method)
    )
  })

/** Handles every request; unknown paths get status 404. */
export const pageRoutes = (options: PageRoutes): Effect.Effect<HttpApp.Default<never, Scope.Scope>> => {
  const { document, events, files, metrics, phase } = options
  const page = HttpServerResponse.uint8Array(document, { contentType: "text/html; charset=utf-8" })
  const file = Effect.flatMap(HttpRouter.params, ({ name }) =>
    name === undefined || !files.names.includes(name)
      ? Effect.succeed(notFound)
      : exactly(
          "GET",
          `/files/${encodeURIComponent(name)}`,
          Effect.suspend(() => download(files, name, phase()))
        )
  )
  return HttpRouter.empty.pipe(
    HttpRouter.all("/", exactly("GET", "/", Effect.succeed(page))),
    HttpRouter.all("/events", exactly("GET", "/events", sendEvents(events))),
    HttpRouter.all("/stop", exactly("POST", "/stop", stopRun(options))),
    HttpRouter.all(
      "/metrics",
      exactly(
        "GET",
        "/metrics",
        Effect.suspend(() => metricsText(metrics, phase()))
      )
    ),
    HttpRouter.all("/files/:name", file),
    HttpRouter.toHttpApp,
    // The longest name that a file can have.
    HttpRouter.withRouterConfig({ maxParamLength: 255 }),
    Effect.map(Effect.catchTag("RouteNotFound", () => Effect.succeed(notFound)))
  )
}
