/** The metrics of a run for monitoring systems: one table for Prometheus and OpenTelemetry. */
import { rounded } from "../metrics/rounded.ts"
import { type Figures, type Latency, succeededTimes, type Times } from "./Figures.ts"
import type { RunState } from "./Summary.ts"

/** One data point, as in Prometheus and OpenTelemetry. */
export interface MetricPoint {
  /** Snake case, with the base unit, and `_total` for counters: `edfi_perf_sent_bytes_total`. */
  readonly name: string
  readonly help: string
  /** A counter only grows during the run. */
  readonly kind: "counter" | "gauge"
  /** In UCUM: `s`, `By`, `1` for ratios and booleans, `{request}` for counts. */
  readonly unit: string
  /** `{ name: "students-batch-10", method: "POST", outcome: "succeeded" }` */
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

type Values = ReadonlyArray<Pick<MetricPoint, "labels" | "value">>
type Metric = Pick<MetricPoint, "name" | "help" | "kind" | "unit"> & {
  readonly values: (state: RunState) => Values
}
type Row = RunState["byName"][number]

const alone = (value: number): Values => [{ labels: {}, value }]
const yesOrNo = (value: boolean): number => (value ? 1 : 0)
const seconds = (millis: number): number => rounded(millis / 1000, 6)

type Keyed = ReadonlyArray<readonly [key: string, value: number]>

/** Figures of each kind of request, by one more label. */
const byName =
  (label: string, valuesOf: (row: Row) => Keyed) =>
  (state: RunState): Values =>
    state.byName.flatMap((row) =>
      valuesOf(row).map(([key, value]) => ({
        labels: { name: row.name, method: row.method, [label]: key },
        value
      }))
    )

const ofEach =
  (valueOf: (row: Row) => number) =>
  (state: RunState): Values =>
    state.byName.map((row) => ({ labels: { name: row.name, method: row.method }, value: valueOf(row) }))

/** Empty without a measured request. `0` is the minimum and `1` the maximum. */
const quantiles = (latency: Latency | null): Keyed =>
  latency === null
    ? []
    : [
        ["0", seconds(latency.min)],
        ["0.5", seconds(latency.p50)],
        ["0.9", seconds(latency.p90)],
        ["0.95", seconds(latency.p95)],
        ["0.99", seconds(latency.p99)],
        ["0.999", seconds(latency.p999)],
        ["1", seconds(latency.max)]
      ]

/** Of all, of succeeded and, where any failed, of failed requests, by the label `outcome`. */
const byOutcome = (
  figures: Pick<Figures, "byOutcome" | "latencyMs" | "requests" | "serviceMs">,
  read: (times: Times) => Latency | null,
  labels: MetricPoint["labels"] = {}
): Values => {
  const parts: ReadonlyArray<readonly [outcome: string, times: Times | undefined]> = [
    ["all", figures],
    ["succeeded", succeededTimes(figures)],
    ["failed", figures.byOutcome?.failed]
  ]
  return parts.flatMap(([outcome, times]) =>
    quantiles(times === undefined ? null : read(times)).map(([quantile, value]) => ({
      labels: { ...labels, outcome, quantile },
      value
    }))
  )
}

/** Failures that differ only in operation, resource or status are one series. */
const failures = ({ failures }: RunState): Values => {
  const groups = new Map<string, Values[number]>()
  for (const { count, kind, name, problemType } of failures) {
    const labels = { name, kind, problem_type: problemType ?? "" }
    const key = JSON.stringify(labels)
    groups.set(key, { labels, value: (groups.get(key)?.value ?? 0) + count })
  }
  return [...groups.values()]
}

type LastGenerator = NonNullable<NonNullable<RunState["last"]>["generator"]>

/** Of the newest second; empty when the generator was not observed. */
const newest =
  (valuesOf: (generator: LastGenerator) => Values) =>
  ({ last }: RunState): Values => {
    const generator = last?.generator
    return generator === undefined || generator === null ? [] : valuesOf(generator)
  }

const ofRun =
  (valueOf: (generator: NonNullable<RunState["generator"]>) => number) =>
  ({ generator }: RunState): Values =>
    generator === null ? [] : alone(valueOf(generator))

const outcomeHelp = "of all, succeeded and failed ones by the label outcome"

const metrics: ReadonlyArray<Metric> = [
  {
    name: "edfi_perf_running",
    help: "1 during the run, 0 after its end",
    kind: "gauge",
    unit: "1",
    values: ({ endedBy }) => alone(yesOrNo(endedBy === null))
  },
  {
    name: "edfi_perf_elapsed_seconds",
    help: "Time since the start of the run",
    kind: "gauge",
    unit: "s",
    values: ({ elapsedSeconds }) => alone(elapsedSeconds)
  },
  {
    name: "edfi_perf_users",
    help: "Virtual users running now",
    kind: "gauge",
    unit: "{user}",
    values: ({ last }) => alone(last?.users ?? 0)
  },
  {
    name: "edfi_perf_requests_total",
    help: "Completed requests: succeeded, failed, or refused as intended",
    kind: "counter",
    unit: "{request}",
    values: byName("outcome", ({ requests: { expectedFailures, failed, total } }) => [
      ["succeeded", total - failed - expectedFailures],
      ["failed", failed],
      ["failed_as_expected", expectedFailures]
    ])
  },
  {
    name: "edfi_perf_operations_total",
    help: "Operations sent: confirmed by the server, rolled back, refused or not reached, or without a verdict",
    kind: "counter",
    unit: "{operation}",
    values: byName("outcome", ({ operations: { refused, rolledBack, succeeded, unknown } }) => [
      ["succeeded", succeeded],
      ["rolled_back", rolledBack],
      ["refused", refused],
      ["unknown", unknown]
    ])
  },
  {
    name: "edfi_perf_operations_succeeded_total",
    help: "Operations confirmed by the server",
    kind: "counter",
    unit: "{operation}",
    values: byName("op", ({ operations }) => Object.entries(operations.byOp))
  },
  {
    name: "edfi_perf_rows_read_total",
    help: "Documents in the responses to reads",
    kind: "counter",
    unit: "{row}",
    values: ofEach(({ rows }) => rows.read)
  },
  {
    name: "edfi_perf_failures_total",
    help: "Failed requests by kind (rolledBack, refused, transport) and problem type or, for transport, phase",
    kind: "counter",
    unit: "{request}",
    values: failures
  },
  {
    name: "edfi_perf_sent_bytes_total",
    help: "Bytes of request bodies sent",
    kind: "counter",
    unit: "By",
    values: ofEach(({ bytes }) => bytes.sent)
  },
  {
    name: "edfi_perf_received_bytes_total",
    help: "Bytes of response bodies received",
    kind: "counter",
    unit: "By",
    values: ofEach(({ bytes }) => bytes.received)
  },
  {
    name: "edfi_perf_request_latency_seconds",
    help: `Quantiles of the latency of whole requests since the run began, by kind of request, ${outcomeHelp}`,
    kind: "gauge",
    unit: "s",
    values: (state) =>
      state.byName.flatMap((row) =>
        byOutcome(row, ({ latencyMs }) => latencyMs, { name: row.name, method: row.method })
      )
  },
  {
    name: "edfi_perf_latency_seconds",
    help: `Quantiles of the latency of whole requests since the run began, ${outcomeHelp}`,
    kind: "gauge",
    unit: "s",
    values: (state) => byOutcome(state, ({ latencyMs }) => latencyMs)
  },
  {
    name: "edfi_perf_service_seconds",
    help: `Open model, where latency starts at the due time: quantiles from sending to the last byte, ${outcomeHelp}`,
    kind: "gauge",
    unit: "s",
    values: (state) => byOutcome(state, ({ serviceMs }) => serviceMs)
  },
  {
    name: "edfi_perf_timed_starts_total",
    help: "Iterations with a scheduled start",
    kind: "counter",
    unit: "{iteration}",
    values: ({ starts }) => alone(starts.timed)
  },
  {
    name: "edfi_perf_late_starts_total",
    help: "Iterations that started more than 10 ms late",
    kind: "counter",
    unit: "{iteration}",
    values: ({ starts }) => alone(starts.late)
  },
  {
    name: "edfi_perf_dropped_starts_total",
    help: "Open model: scheduled iterations that were not started because no user was free in time",
    kind: "counter",
    unit: "{iteration}",
    values: ({ model, starts }) => (model === "open" ? alone(starts.dropped) : [])
  },
  {
    name: "edfi_perf_threshold_passed",
    help: "1 while a threshold is kept, else 0",
    kind: "gauge",
    unit: "1",
    values: ({ thresholds }) =>
      // A duplicate threshold is one series.
      [...new Map(thresholds.map(({ expression, passed }) => [expression, passed]))].map(
        ([expression, passed]) => ({ labels: { expression }, value: yesOrNo(passed) })
      )
  },
  {
    name: "edfi_perf_generator_limited",
    help: "1 when the load generator was the bottleneck of the run so far, so that the figures do not describe the DMS",
    kind: "gauge",
    unit: "1",
    // No verdict as long as the run is too short for one.
    values: ({ generator }) =>
      generator === null || generator.tooShort ? [] : alone(yesOrNo(generator.limited))
  },
  {
    name: "edfi_perf_generator_cpu_cores",
    help: "Processor time of the load generator per second in the newest second; 1 is one core",
    kind: "gauge",
    unit: "{core}",
    values: newest(({ cpuCores }) => alone(cpuCores))
  },
  {
    name: "edfi_perf_generator_busy_ratio",
    help: "Share of the newest second in which the event loop of the busiest thread ran code, 0 to 1",
    kind: "gauge",
    unit: "1",
    values: newest(({ busy }) => alone(busy))
  },
  {
    name: "edfi_perf_generator_processor_wait_ratio",
    help: "Share of the newest second in which a thread was ready to run and had no processor, 0 to 1; Linux only",
    kind: "gauge",
    unit: "1",
    values: newest(({ processorWait }) => (processorWait === null ? [] : alone(processorWait)))
  },
  {
    name: "edfi_perf_generator_loop_delay_seconds",
    help: "Lateness of timers in the newest second",
    kind: "gauge",
    unit: "s",
    values: newest(({ loopDelayMs }) => [
      { labels: { quantile: "0.5" }, value: seconds(loopDelayMs.p50) },
      { labels: { quantile: "0.99" }, value: seconds(loopDelayMs.p99) },
      { labels: { quantile: "1" }, value: seconds(loopDelayMs.max) }
    ])
  },
  {
    name: "edfi_perf_generator_gc_pauses_total",
    help: "Pauses for garbage collection",
    kind: "counter",
    unit: "{pause}",
    values: ofRun(({ gcPauses }) => gcPauses.count)
  },
  {
    name: "edfi_perf_generator_gc_pause_seconds_total",
    help: "Time spent in pauses for garbage collection",
    kind: "counter",
    unit: "s",
    values: ofRun(({ gcPauses }) => seconds(gcPauses.totalMs))
  },
  {
    name: "edfi_perf_generator_resident_memory_bytes",
    help: "Resident memory of the process in the newest second",
    kind: "gauge",
    unit: "By",
    values: newest(({ rssBytes }) => (rssBytes === null ? [] : alone(rssBytes)))
  },
  {
    name: "edfi_perf_generator_open_sockets",
    help: "Open connections of the HTTP clients in the newest second",
    kind: "gauge",
    unit: "{socket}",
    values: newest(({ openSockets }) => alone(openSockets))
  }
]

/** All metrics of the current state, grouped by name. */
export const metricPoints = (state: RunState): ReadonlyArray<MetricPoint> =>
  metrics.flatMap(({ values, ...metric }) =>
    values(state).map(({ labels, value }) => ({ ...metric, labels, value }))
  )
