import { assert, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FastCheck from "effect/FastCheck"
import { type MetricPoint, metricPoints } from "../../src/result/metricPoints.ts"
import { prometheusText } from "../../src/output/prometheus.ts"
import type { RunState } from "../../src/result/Summary.ts"
import { stateOfSamples } from "../result/stateOfSamples.ts"

interface Series {
  readonly name: string
  readonly kind: string
  readonly help: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

const unescape = (text: string, allowed: RegExp): string => {
  assert.notMatch(text.replaceAll(allowed, ""), /\\/, "an escape that the format does not have")
  return text.replaceAll(allowed, (escape) => (escape === "\\n" ? "\n" : escape.slice(1)))
}

/**
 * A strict reader of text format 0.0.4, after its description: lines end with a line feed, the last one too; HELP and
 * TYPE of a name come once and before its samples; all lines of a name are one group; a series appears once.
 */
const read = (text: string): ReadonlyArray<Series> => {
  assert.isTrue(text === "" || text.endsWith("\n"), "the last line does not end")
  const helps = new Map<string, string>()
  const kinds = new Map<string, string>()
  const seen = new Set<string>()
  const read: Array<Series> = []
  const groups: Array<string> = []
  const enter = (name: string): void => {
    if (groups.at(-1) === name) return
    assert.notInclude(groups, name, "the lines of a name are apart")
    groups.push(name)
  }
  for (const line of text.split("\n").slice(0, -1)) {
    const [, keyword, about = "", rest = ""] =
      /^# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.*)$/.exec(line) ?? []
    if (keyword !== undefined) {
      enter(about)
      const into = keyword === "HELP" ? helps : kinds
      assert.isFalse(into.has(about), `a second ${keyword} of ${about}`)
      assert.isFalse(
        read.some(({ name }) => name === about),
        `${keyword} after a sample`
      )
      if (keyword === "TYPE") assert.include(["counter", "gauge", "histogram", "summary", "untyped"], rest)
      into.set(about, keyword === "HELP" ? unescape(rest, /\\[\\n]/g) : rest)
      continue
    }
    const sample =
      /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{((?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\.)*"(?:,(?!\})|(?=\})))*)\})? (\S+)$/.exec(
        line
      )
    assert.isNotNull(sample, `not a sample: ${line}`)
    const [, name = "", pairs = "", value = ""] = sample
    enter(name)
    assert.isFalse(seen.has(`${name}{${pairs}}`), `a second ${line}`)
    seen.add(`${name}{${pairs}}`)
    const labels = [...pairs.matchAll(/([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"/g)].map(
      ([, label = "", text = ""]) => [label, unescape(text, /\\[\\n"]/g)] as const
    )
    assert.strictEqual(new Set(labels.map(([label]) => label)).size, labels.length, "a label twice")
    assert.match(value, /^[-+]?(?:\d+(?:\.\d+)?(?:e[-+]?\d+)?|Inf|NaN)$/)
    read.push({
      name,
      kind: kinds.get(name) ?? "untyped",
      help: helps.get(name) ?? "",
      labels: Object.fromEntries(labels),
      value: Number(value)
    })
  }
  return read
}

describe("the metrics of a run", () => {
  it.effect("agree with the state of the run", () =>
    Effect.gen(function* () {
      const state = yield* stateOfSamples
      const found = read(prometheusText(metricPoints(state)))
      const valueOf = (name: string, labels: Record<string, string> = {}) => {
        const values = found.filter(
          (each) =>
            each.name === `edfi_perf_${name}` &&
            Object.entries(labels).every(([label, value]) => each.labels[label] === value)
        )
        return values.reduce((sum, { value }) => sum + value, 0)
      }
      const students = { name: "students-batch-2", method: "POST" }
      const sections = { name: "sections-batch-2", method: "POST" }
      expect({
        requests: valueOf("requests_total"),
        failed: valueOf("requests_total", { outcome: "failed" }),
        sections: valueOf("requests_total", { ...sections, outcome: "failed" }),
        operations: valueOf("operations_total", { ...students, outcome: "succeeded" }),
        updates: valueOf("operations_succeeded_total", { ...students, op: "update" }),
        rolledBack: valueOf("operations_total", { ...sections, outcome: "rolled_back" }),
        sent: valueOf("sent_bytes_total"),
        received: valueOf("received_bytes_total", students),
        p95: valueOf("request_latency_seconds", { ...students, quantile: "0.95", outcome: "all" }),
        mostOfAll: valueOf("latency_seconds", { quantile: "1", outcome: "all" }),
        leastSucceeded: valueOf("latency_seconds", { quantile: "0", outcome: "succeeded" }),
        mostFailed: valueOf("latency_seconds", { quantile: "1", outcome: "failed" }),
        succeededSections: valueOf("request_latency_seconds", { ...sections, outcome: "succeeded" }),
        usersNow: valueOf("users"),
        elapsed: valueOf("elapsed_seconds"),
        running: valueOf("running"),
        late: valueOf("late_starts_total"),
        kept: valueOf("threshold_passed", { expression: "latency.p95 < 1s" }),
        notKept: valueOf("threshold_passed", { expression: "failures.count < 1" }),
        rollbacks: valueOf("failures_total", {
          kind: "rolledBack",
          problem_type: "urn:ed-fi:api:data-conflict:unresolved-reference"
        }),
        cores: valueOf("generator_cpu_cores"),
        delay: valueOf("generator_loop_delay_seconds", { quantile: "0.99" }),
        pauseSeconds: valueOf("generator_gc_pause_seconds_total"),
        limited: valueOf("generator_limited")
      }).toMatchInlineSnapshot(`
        {
          "cores": 0.5,
          "delay": 0.001,
          "elapsed": 2,
          "failed": 1,
          "kept": 1,
          "late": 1,
          "leastSucceeded": 0.001,
          "limited": 0,
          "mostFailed": 0.0015,
          "mostOfAll": 0.25,
          "notKept": 0,
          "operations": 24,
          "p95": 0.25,
          "pauseSeconds": 0.006,
          "received": 2800,
          "requests": 5,
          "rollbacks": 1,
          "rolledBack": 6,
          "running": 1,
          "sections": 1,
          "sent": 26000,
          "succeededSections": 0,
          "updates": 8,
          "usersNow": 2,
        }
      `)
    })
  )

  it.effect(
    "are named by the rules of Prometheus, and kinds and labels are the same in all series of a name",
    () =>
      Effect.gen(function* () {
        const points = metricPoints(yield* stateOfSamples)
        for (const { help, kind, labels, name, unit, value } of points) {
          assert.match(name, /^edfi_perf_[a-z_]+$/)
          assert.strictEqual(name.endsWith("_total"), kind === "counter", name)
          const stem = name.replace(/_total$/, "")
          assert.strictEqual(stem.endsWith("_seconds"), unit === "s", name)
          assert.strictEqual(stem.endsWith("_bytes"), unit === "By", name)
          assert.isNotEmpty(help)
          assert.isTrue(Number.isFinite(value), name)
          const first = points.find((each) => each.name === name)
          assert.deepStrictEqual(Object.keys(labels), Object.keys(first?.labels ?? {}), name)
        }
      })
  )

  it.effect(
    "have one number for failures that differ only in the operation, and one for a threshold given twice",
    () =>
      Effect.gen(function* () {
        const state = yield* stateOfSamples
        const twice = metricPoints({
          ...state,
          thresholds: [...state.thresholds, ...state.thresholds],
          failures: state.failures.flatMap((failure) => [failure, { ...failure, index: 9, count: 4 }])
        })
        const found = read(prometheusText(twice))
        const failures = found.filter(({ name }) => name === "edfi_perf_failures_total")
        assert.deepStrictEqual(
          failures.map(({ value }) => value),
          [5]
        )
        assert.lengthOf(
          found.filter(({ name }) => name === "edfi_perf_threshold_passed"),
          2
        )
      })
  )

  it.effect("omit series without a measurement", () =>
    Effect.gen(function* () {
      const state = yield* stateOfSamples
      const bare = metricPoints({
        ...state,
        requests: { total: 0, failed: 0, expectedFailures: 0, perSecond: 0 },
        latencyMs: null,
        byOutcome: null,
        byName: [],
        last: null,
        generator: null
      })
      const names = bare.map(({ name }) => name)
      assert.isFalse(names.some((name) => name.includes("latency") || name.includes("generator")))
      assert.include(names, "edfi_perf_users")
    })
  )
})

describe("the text for Prometheus", () => {
  const point = (labels: Record<string, string>, help = "about", value = 1): MetricPoint => ({
    name: "some_name",
    help,
    kind: "gauge",
    unit: "1",
    labels,
    value
  })

  it("keeps every character of a label and of the help", () => {
    FastCheck.assert(
      FastCheck.property(
        FastCheck.string({
          unit: FastCheck.constantFrom("\\", "\n", '"', "{", "}", ",", "=", "n", " ", "ü")
        }),
        (text) => {
          const help = text.replaceAll('"', "'")
          const [only] = read(prometheusText([point({ label: text }, `about ${help}.`)]))
          assert.deepInclude(only, { labels: { label: text }, help: `about ${help}.` })
        }
      )
    )
  })

  it("writes numbers that can be read back", () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        assert.strictEqual(read(prometheusText([point({}, "about", value)]))[0]?.value, Number(String(value)))
      })
    )
  })

  it("is empty for no points", () => {
    assert.strictEqual(prometheusText([]), "")
  })

  it.effect("has service times and dropped starts in the open model alone", () =>
    Effect.gen(function* () {
      const state = yield* stateOfSamples
      const ofModel = (run: RunState) =>
        metricPoints(run)
          .filter(({ name }) => /service|dropped/.test(name))
          .map(({ labels, name, value }) => [name, labels["quantile"], value])
      assert.deepStrictEqual(ofModel(state), [])
      const serviceMs = { min: 1, mean: 2, p50: 3, p90: 4, p95: 5, p99: 6, p999: 7, max: 8 }
      const starts = { timed: 5, late: 0, maxLateMs: 0, dropped: 9 }
      assert.deepStrictEqual(ofModel({ ...state, model: "open", serviceMs, starts }), [
        ["edfi_perf_service_seconds", "0", 0.001],
        ["edfi_perf_service_seconds", "0.5", 0.003],
        ["edfi_perf_service_seconds", "0.9", 0.004],
        ["edfi_perf_service_seconds", "0.95", 0.005],
        ["edfi_perf_service_seconds", "0.99", 0.006],
        ["edfi_perf_service_seconds", "0.999", 0.007],
        ["edfi_perf_service_seconds", "1", 0.008],
        ["edfi_perf_dropped_starts_total", undefined, 9]
      ])
    })
  )
})
