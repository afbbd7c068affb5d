/** Tells an OpenTelemetry collector how a run goes: OTLP over HTTP, in JSON. */
import * as OtlpMetrics from "@effect/opentelemetry/OtlpMetrics"
import * as OtlpSerialization from "@effect/opentelemetry/OtlpSerialization"
import * as HttpBody from "@effect/platform/HttpBody"
import * as HttpClient from "@effect/platform/HttpClient"
import type * as HttpClientError from "@effect/platform/HttpClientError"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import type * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Metric from "effect/Metric"
import type * as ParseResult from "effect/ParseResult"
import * as Scope from "effect/Scope"
import { randomUUID } from "node:crypto"
import { type MetricPoint, metricPoints } from "../result/metricPoints.ts"
import type { RunState } from "../result/Summary.ts"
import { ownMetrics, runTag, unitTag } from "./ownMetrics.ts"

/** How often the collector is told; what it is told is a second old at most. */
const exportMillis = 1000

/** How long a collector may take for an answer, and for the last one at the end of a run. */
const patienceMillis = 2000
const lastPatienceMillis = 3000

export interface MetricsExport {
  /** Takes the state of the run over; it is sent with the next export. */
  readonly set: (state: RunState) => Effect.Effect<void>
  /** Sends what was set last, with a few seconds of patience, and nothing afterwards. */
  readonly end: Effect.Effect<void>
}

/** What Node says; a failed connection to a name with several addresses has only a code. */
const causeOf = (cause: unknown): string | undefined => {
  if (!(cause instanceof Error)) return undefined
  if (cause.message !== "") return cause.message
  return "code" in cause ? String(cause.code) : undefined
}

const reasonOf = (
  error: HttpClientError.HttpClientError | Cause.TimeoutException | ParseResult.ParseError
): string => {
  switch (error._tag) {
    case "ResponseError":
      return error.reason === "StatusCode" ? `it answered ${error.response.status}` : error.message
    case "RequestError":
      return causeOf(error.cause) ?? error.message
    case "TimeoutException":
      return `no answer within ${patienceMillis / 1000} s`
    case "ParseError":
      return `a defect of this program, nothing was sent: ${error.message.slice(0, 500)}`
  }
}

/** The request with those metrics alone that are of this run, as JSON. */
const ownRequest = (run: string, request: HttpClientRequest.HttpClientRequest) =>
  Effect.map(ownMetrics(run, request.body._tag === "Raw" ? request.body.body : undefined), (data) =>
    HttpClientRequest.setBody(request, HttpBody.unsafeJson(data))
  )

/**
 * A client that never fails: what goes wrong is told once, and the next export, a second later, has everything again.
 * The exporter itself would be silent for a minute after a failure, which may be longer than the run.
 *
 * @param run whose metrics are sent
 */
const forgiving = (client: HttpClient.HttpClient, address: string, run: string): HttpClient.HttpClient => {
  let told = false
  return HttpClient.make((request) =>
    ownRequest(run, request).pipe(
      Effect.flatMap(HttpClient.filterStatusOk(client).execute),
      // The answer is read, so that its connection is free for the next export.
      Effect.flatMap(({ text }) => text),
      Effect.timeout(patienceMillis),
      Effect.catchAll((error) => {
        if (told) return Effect.void
        told = true
        return Effect.logWarning(
          `the OpenTelemetry collector at ${address} does not get the metrics (${reasonOf(error)}); ` +
            "the run goes on, and each second they are offered again"
        )
      }),
      Effect.as(HttpClientResponse.fromWeb(request, new Response()))
    )
  )
}

/** The metrics of one run in Effect's registry: counters grow by what was counted since the last time. */
const makeRegistry = (run: string) => {
  const counted = new Map<string, number>()
  const update = ({ help, kind, labels, name, unit, value }: MetricPoint): Effect.Effect<void> => {
    const tagged = <Type, In, Out>(metric: Metric.Metric<Type, In, Out>) =>
      Object.entries({ ...labels, [unitTag]: unit, [runTag]: run }).reduce(
        (sofar, [key, label]) => Metric.tagged(sofar, key, label),
        metric
      )
    if (kind === "gauge") return Metric.set(tagged(Metric.gauge(name, { description: help })), value)
    const key = JSON.stringify([name, labels])
    const grown = value - (counted.get(key) ?? 0)
    counted.set(key, value)
    return Metric.incrementBy(tagged(Metric.counter(name, { description: help, incremental: true })), grown)
  }
  return { set: (state: RunState) => Effect.forEach(metricPoints(state), update, { discard: true }) }
}

/**
 * Exports the metrics of `report/metrics.ts` every second until its end. A collector that is not there, refuses or
 * hangs is told of once, and neither disturbs nor prolongs the run but for the patience at its end.
 *
 * Effect's registry of metrics is that of the process and lets nothing go: the series of a run, some hundred numbers,
 * stay in it after its end, are never exported again, and are looked through with each export of a later run. A command
 * ends with its run; a program that makes thousands of runs in one process had better make them in several.
 *
 * @param endpoint such as `http://localhost:4318`; `/v1/metrics` is added to its path, and its query, which may hold
 * a key, is in no message
 * @param resource what all metrics of the run have in common, beside service and instance: no secrets
 */
export const exportMetrics = (options: {
  readonly endpoint: string
  readonly version: string
  readonly resource: Readonly<Record<string, string | number>>
}): Effect.Effect<MetricsExport, never, HttpClient.HttpClient | Scope.Scope> =>
  Effect.gen(function* () {
    const { endpoint, resource, version } = options
    const run = yield* Effect.sync(() => randomUUID())
    const url = new URL(endpoint)
    url.pathname = `${url.pathname.replace(/\/$/, "")}/v1/metrics`
    const registry = makeRegistry(run)
    const scope = yield* Effect.acquireRelease(Scope.make(), Scope.close)
    yield* OtlpMetrics.make({
      url: url.href,
      resource: {
        serviceName: "edfi-perf",
        serviceVersion: version,
        attributes: {
          "service.instance.id": run,
          ...Object.fromEntries(Object.entries(resource).map(([name, value]) => [`edfi_perf.${name}`, value]))
        }
      },
      exportInterval: exportMillis,
      shutdownTimeout: lastPatienceMillis
    }).pipe(
      Scope.extend(scope),
      Effect.provideService(
        HttpClient.HttpClient,
        forgiving(yield* HttpClient.HttpClient, url.origin + url.pathname, run)
      ),
      Effect.provideService(OtlpSerialization.OtlpSerialization, {
        // As it is: `forgiving` writes it down, where a mistake can be told.
        metrics: (data) => HttpBody.raw(data),
        logs: () => HttpBody.empty,
        traces: () => HttpBody.empty
      })
    )
    return {
      set: registry.set,
      end: Scope.close(scope, Exit.void)
    }
  })
