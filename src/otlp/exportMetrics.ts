/** Exports the metrics of a run to an OpenTelemetry collector: OTLP over HTTP, in JSON. */
import * as HttpClient from "@effect/platform/HttpClient"
import type * as HttpClientError from "@effect/platform/HttpClientError"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import type * as Cause from "effect/Cause"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"
import { randomUUID } from "node:crypto"
import { metricPoints } from "../result/metricPoints.ts"
import type { RunState } from "../result/Summary.ts"
import { type Attributes, metricsRequest } from "./metricsRequest.ts"

/** Pause between two exports, and so the maximum age of the metrics in the collector. */
const exportMillis = 1000

/** Time limits of one export during the run, and of the last one. */
const timeoutMillis = 2000
const lastTimeoutMillis = 3000

const serviceName = "edfi-perf"

export interface MetricsExport {
  /** Keeps the state for the next export. */
  readonly set: (state: RunState) => Effect.Effect<void>
  /** Exports the state that was set last, within a few seconds; no export follows. */
  readonly end: Effect.Effect<void>
}

export interface MetricsExportOptions {
  /** The collector: `http://localhost:4318`, with or without `/v1/metrics`. Its query may hold a key: no message shows it. */
  readonly endpoint: string
  readonly version: string
  /** Attributes of every metric, as `edfi_perf.NAME`, beside those of the service: no secrets. */
  readonly resource: Attributes
}

const metricsPath = "/v1/metrics"

/**
 * Where metrics go: `/v1/metrics` below the path of the endpoint, unless the endpoint ends in it already.
 * `http://a:4318` is `http://a:4318/v1/metrics`; `https://a/otlp?key=k` is `https://a/otlp/v1/metrics?key=k`.
 *
 * @see https://opentelemetry.io/docs/specs/otel/protocol/exporter/#endpoint-urls-for-otlphttp
 */
export const metricsUrl = (endpoint: string): URL => {
  const url = new URL(endpoint)
  const path = url.pathname.replace(/\/+$/, "")
  url.pathname = path.endsWith(metricsPath) ? path : path + metricsPath
  return url
}

/**
 * Attributes from the variable that OpenTelemetry has for them: `team=a,region=b`. A part of another form is skipped.
 *
 * @see https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
 */
const environmentAttributes: Effect.Effect<Attributes> = Config.string("OTEL_RESOURCE_ATTRIBUTES").pipe(
  Effect.orElseSucceed(() => ""),
  Effect.map((text) =>
    Object.fromEntries(
      text.split(",").flatMap((part) => {
        const [key, value, ...more] = part.split("=")
        return key === undefined || value === undefined || more.length > 0 ? [] : [[key.trim(), value.trim()]]
      })
    )
  )
)

/** What Node reports; a failed connection to a name with several addresses has only a code. */
const causeOf = (cause: unknown): string | undefined => {
  if (!(cause instanceof Error)) return undefined
  if (cause.message !== "") return cause.message
  return "code" in cause ? String(cause.code) : undefined
}

/** Without the message of the error, which has the URL and with it the keys of some collectors. */
const reasonOf = (
  error: HttpClientError.HttpClientError | Cause.TimeoutException,
  limitMillis: number
): string => {
  switch (error._tag) {
    case "ResponseError":
      return error.reason === "StatusCode" ? `status ${error.response.status}` : error.reason
    case "RequestError":
      return causeOf(error.cause) ?? error.reason
    case "TimeoutException":
      return `no response within ${limitMillis / 1000} s`
  }
}

/** Posts a body and never fails: the first failure is logged, later ones are not. */
const makePost = (
  httpClient: HttpClient.HttpClient,
  url: URL,
  version: string
): ((body: unknown, limitMillis: number) => Effect.Effect<void>) => {
  const client = HttpClient.filterStatusOk(httpClient)
  const request = HttpClientRequest.post(url.href, { headers: { "user-agent": `${serviceName}/${version}` } })
  let warned = false
  const warn = (reason: string): Effect.Effect<void> => {
    if (warned) return Effect.void
    warned = true
    return Effect.logWarning(
      `cannot export metrics to the OpenTelemetry collector at ${url.origin + url.pathname} (${reason}); ` +
        "the run continues and tries again every second"
    )
  }
  return (body, limitMillis) =>
    client.execute(HttpClientRequest.bodyUnsafeJson(request, body)).pipe(
      // The response is read to its end, so that its connection is free for the next export.
      Effect.flatMap(({ text }) => text),
      Effect.withTracerEnabled(false),
      // Inside `timeout`: an export ends at its limit even where its caller cannot be interrupted.
      Effect.interruptible,
      Effect.timeout(limitMillis),
      Effect.catchAll((error) => warn(reasonOf(error, limitMillis))),
      Effect.asVoid
    )
}

/**
 * Exports `metricPoints` of the state that was set last, every second until the end. At most one export is in flight.
 * A collector that is down, refuses or hangs causes one warning and neither disturbs nor prolongs the run, but for the
 * time limit of the last export.
 */
export const exportMetrics = ({
  endpoint,
  resource,
  version
}: MetricsExportOptions): Effect.Effect<MetricsExport, never, HttpClient.HttpClient | Scope.Scope> =>
  Effect.gen(function* () {
    const clock = yield* Effect.clock
    const post = makePost(yield* HttpClient.HttpClient, metricsUrl(endpoint), version)
    const nanos = () => String(clock.unsafeCurrentTimeNanos())
    const startTimeUnixNano = nanos()
    const service = {
      name: serviceName,
      attributes: {
        ...(yield* environmentAttributes),
        "service.instance.id": yield* Effect.sync(() => randomUUID()),
        ...Object.fromEntries(Object.entries(resource).map(([name, value]) => [`edfi_perf.${name}`, value])),
        "service.version": version
      }
    }
    let latest: RunState | undefined
    const exportLatest = (limitMillis: number): Effect.Effect<void> =>
      Effect.suspend(() => {
        if (latest === undefined) return Effect.void
        const interval = { startTimeUnixNano, timeUnixNano: nanos() }
        return post(metricsRequest(service, metricPoints(latest), interval), limitMillis)
      })
    const exporting = yield* Effect.sleep(exportMillis).pipe(
      Effect.zipRight(exportLatest(timeoutMillis)),
      Effect.forever,
      Effect.interruptible,
      Effect.forkScoped
    )
    const end = yield* Effect.once(
      Effect.zipRight(Fiber.interrupt(exporting), exportLatest(lastTimeoutMillis))
    )
    yield* Effect.addFinalizer(() => end)
    return {
      set: (state) =>
        Effect.sync(() => {
          latest = state
        }),
      end
    }
  })
