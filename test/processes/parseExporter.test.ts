import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import { parseExporter, readNames } from "../../src/processes/parseExporter.ts"

describe("the metrics of an exporter", () => {
  it("have the figures of the process that serves them", () => {
    assert.deepStrictEqual(
      parseExporter(`# HELP process_cpu_seconds_total Total user and system CPU time spent in seconds.
# TYPE process_cpu_seconds_total counter
process_cpu_seconds_total 12.5
process_resident_memory_bytes 1.5e+08
process_num_threads 27
http_requests_total{code="200",path="process_cpu_seconds_total 9"} 4 1700000000000
`),
      {
        cpuMicros: 12_500_000,
        residentBytes: 150_000_000,
        threads: 27,
        processes: null,
        readBytes: null,
        writtenBytes: null,
        processors: null,
        threadMicros: null,
        missing: []
      }
    )
  })

  it("have those of .NET, with CPU time in user and system mode", () => {
    const { cpuMicros, processors, residentBytes, threads } = parseExporter(
      [
        'dotnet_process_cpu_time_seconds_total{otel_scope_name="System.Runtime",cpu_mode="user"} 2',
        'dotnet_process_cpu_time_seconds_total{otel_scope_name="System.Runtime",cpu_mode="system"} 0.5',
        "dotnet_process_memory_working_set_bytes 2000",
        "dotnet_process_cpu_count 8"
      ].join("\n")
    )
    assert.deepStrictEqual([cpuMicros, residentBytes, threads, processors], [2_500_000, 2000, null, 8])
  })

  it("are those of the machine from node_exporter, and not of the exporter", () => {
    const { cpuMicros, processors, residentBytes, threads } = parseExporter(
      [
        'node_cpu_seconds_total{cpu="0",mode="idle"} 900',
        'node_cpu_seconds_total{cpu="0",mode="iowait"} 90',
        'node_cpu_seconds_total{cpu="0",mode="user"} 5',
        'node_cpu_seconds_total{cpu="1",mode="system"} 1',
        "node_memory_MemTotal_bytes 1000",
        "node_memory_MemAvailable_bytes 400",
        "process_cpu_seconds_total 77",
        "process_num_threads 3"
      ].join("\n")
    )
    assert.deepStrictEqual([cpuMicros, residentBytes, threads, processors], [6_000_000, 600, null, 2])
  })

  it("name what they lack", () => {
    assert.deepStrictEqual(parseExporter("process_cpu_seconds_total NaN\n<html>").missing, [
      "CPU time: the exporter has no metric of it that is known",
      "memory: the exporter has no metric of it that is known"
    ])
  })

  it("have the value that was written, whatever labels and lines are around it", () => {
    const label = FastCheck.string().map(
      (text) => `a="${text.replaceAll(/["\\\n]/g, (one) => `\\${one === "\n" ? "n" : one}`)}"`
    )
    const other = FastCheck.string().map((line) => line.replaceAll("\n", " "))
    FastCheck.assert(
      FastCheck.property(label, FastCheck.nat(), FastCheck.array(other), (labels, seconds, lines) => {
        FastCheck.pre(lines.every((line) => ![...readNames].some((name) => line.startsWith(name))))
        const text = [...lines, `process_cpu_seconds_total{${labels}} ${seconds}`, ...lines].join("\n")
        assert.strictEqual(parseExporter(text).cpuMicros, 1e6 * seconds)
      })
    )
  })
})
