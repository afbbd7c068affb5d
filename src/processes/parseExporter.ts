/**
 * The figures that a Prometheus exporter has of a process or a machine.
 *
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
 */
import type { ProcessReading } from "./ProcessReader.ts"

/** Names of one figure in different exporters; the first that is there counts. All samples of a name are added up. */
const names = {
  /** Of the machine, from node_exporter: then nothing of the exporter's own process counts. */
  machineCpu: ["node_cpu_seconds_total"],
  machineMemory: ["node_memory_MemTotal_bytes"],
  machineFree: ["node_memory_MemAvailable_bytes"],
  /** Of the process that serves the metrics: client libraries of Prometheus; .NET's `System.Runtime`; OpenTelemetry. */
  cpu: [
    "process_cpu_seconds_total",
    "dotnet_process_cpu_time_seconds_total",
    "process_cpu_time_seconds_total"
  ],
  memory: [
    "process_resident_memory_bytes",
    "process_working_set_bytes",
    "dotnet_process_memory_working_set_bytes",
    "process_memory_usage_bytes"
  ],
  threads: ["process_num_threads", "process_thread_count"],
  /** Available to the process. */
  processors: ["dotnet_process_cpu_count", "process_cpu_count"]
} as const

/** Every name that is read. */
export const readNames: ReadonlySet<string> = new Set(Object.values(names).flat())

/** Modes of `node_cpu_seconds_total` in which no program ran. */
const idleModes = /[{,]\s*mode="(?:idle|iowait|steal)"/

const sample = /^([a-zA-Z_:][\w:]*)(\{(?:[^"}]|"(?:[^"\\]|\\.)*")*\})?[ \t]+(\S+)/

/** The processors of the machine that node_exporter runs on, by the label `cpu`. */
const processorsIn = (text: string): number =>
  new Set([...text.matchAll(/^node_cpu_seconds_total\{(?:[^}]*,)?cpu="(\d+)"/gm)].map(([, cpu]) => cpu)).size

/** The sums of the samples of each known name; lines that are no sample are skipped. */
const sumsOf = (text: string): ReadonlyMap<string, number> => {
  const sums = new Map<string, number>()
  for (const line of text.split("\n")) {
    const [, name = "", labels = "", value] = sample.exec(line) ?? []
    if (!readNames.has(name) || idleModes.test(labels)) continue
    const number = Number(value)
    if (Number.isFinite(number) && number >= 0) sums.set(name, number + (sums.get(name) ?? 0))
  }
  return sums
}

/**
 * @param text of `/metrics`
 * @returns a reading without any figure if the text has none of the names
 * @example parseExporter("process_cpu_seconds_total 1.5\nprocess_resident_memory_bytes 2e6") // 1,500,000 us, 2,000,000 bytes
 */
export const parseExporter = (text: string): ProcessReading => {
  const sums = sumsOf(text)
  const valueOf = (of: keyof typeof names): number | null =>
    names[of].map((name) => sums.get(name)).find((value) => value !== undefined) ?? null
  const machine = valueOf("machineCpu")
  const [total, free] = [valueOf("machineMemory"), valueOf("machineFree")]
  const cpuSeconds = machine ?? valueOf("cpu")
  const used = total === null || free === null ? null : Math.max(0, total - free)
  const residentBytes = machine === null ? valueOf("memory") : used
  const missing = [
    ...(cpuSeconds === null ? ["CPU time: the exporter has no metric of it that is known"] : []),
    ...(residentBytes === null ? ["memory: the exporter has no metric of it that is known"] : [])
  ]
  return {
    cpuMicros: cpuSeconds === null ? null : 1e6 * cpuSeconds,
    residentBytes: residentBytes === null ? null : Math.round(residentBytes),
    threads: machine === null ? valueOf("threads") : null,
    processes: null,
    readBytes: null,
    writtenBytes: null,
    processors: machine === null ? valueOf("processors") : processorsIn(text) || null,
    threadMicros: null,
    missing
  }
}
