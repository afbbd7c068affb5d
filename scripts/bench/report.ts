/** What the benches share: a header that says which code ran where and when, and a table of figures. */
import * as DateTime from "effect/DateTime"
import { execFileSync, spawnSync } from "node:child_process"
import { cpus } from "node:os"

/** Whether a process can be kept on a core of its own. */
export const canPin = cpus().length > 1 && spawnSync("taskset", ["--version"]).status === 0

/** A command on some of the cores, `"0"` or `"0,1"`, where the machine can do that; `"all"` leaves it free. */
export const onCores = (
  cores: string,
  ...command: ReadonlyArray<string>
): { readonly program: string; readonly words: ReadonlyArray<string> } => {
  const [program = "", ...words] = canPin && cores !== "all" ? ["taskset", "-c", cores, ...command] : command
  return { program, words }
}

/** A command, on one core where the machine can do that. */
export const onCore = (core: number, ...command: ReadonlyArray<string>) => onCores(String(core), ...command)

export const out = (line: string): void => void process.stdout.write(`${line}\n`)

const git = (...words: ReadonlyArray<string>): string =>
  execFileSync("git", words, { encoding: "utf8" }).trim()

/** Commit, machine and date. */
export const printHeader = (): void => {
  const changed = git("status", "--porcelain") === "" ? "" : " with uncommitted changes"
  out(`commit ${git("rev-parse", "--short", "HEAD")}${changed}`)
  out(
    `machine ${cpus().length} x ${cpus()[0]?.model}, Node ${process.version}${canPin ? ", one core each" : ""}`
  )
  out(`date ${DateTime.formatIso(DateTime.unsafeNow())}`)
}

export const median = (figures: ReadonlyArray<number>): number => {
  const sorted = [...figures].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const [low = 0, high = 0] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]]
  return (low + high) / 2
}

/**
 * Where the true median lies, at least nine times out of ten, whatever the noise looks like: between the k-th smallest
 * and the k-th largest figure, with the largest k for which fewer than k of n coin tosses are that unlikely. Fewer
 * than five figures give their minimum and maximum, which is less sure.
 *
 * @example medianInterval([1, 2, 3, 4, 5, 6, 7, 8]) // [2, 7]
 */
export const medianInterval = (figures: ReadonlyArray<number>): readonly [number, number] => {
  const sorted = [...figures].sort((a, b) => a - b)
  const n = sorted.length
  let skipped = 0
  // The chance that exactly `skipped` of n tosses are heads, and that at most so many are.
  let exactly = 0.5 ** n
  let atMost = exactly
  while (atMost + (exactly * (n - skipped)) / (skipped + 1) <= 0.05) {
    exactly *= (n - skipped) / (skipped + 1)
    skipped++
    atMost += exactly
  }
  // With `skipped` figures left out on either side, the median is missed when at most so many lie beyond it.
  return [sorted[skipped] ?? Number.NaN, sorted[n - 1 - skipped] ?? Number.NaN]
}

/** Median, minimum and maximum of the rounds; a row per name, in the order of the map. */
export const printTable = (figures: ReadonlyMap<string, ReadonlyArray<number>>): void => {
  const width = Math.max(20, ...[...figures.keys()].map(({ length }) => length))
  out("")
  out(["".padEnd(width), ...["median", "min", "max"].map((cell) => cell.padStart(10))].join(" "))
  for (const [name, all] of figures) {
    const cells = [median(all), Math.min(...all), Math.max(...all)]
    out(
      [name.padEnd(width), ...cells.map((value) => value.toFixed(value < 100 ? 2 : 0).padStart(10))].join(" ")
    )
  }
}

const digits = (value: number): string =>
  value.toLocaleString("en", { maximumFractionDigits: value < 10 ? 2 : 0 })

/** `8,912 (8,720..9,001)`: the median of some rounds and their spread; `-` for none. */
export const spread = (figures: ReadonlyArray<number>): string =>
  figures.length === 0
    ? "-"
    : `${digits(median(figures))} (${digits(Math.min(...figures))}..${digits(Math.max(...figures))})`

/** Columns as wide as their widest cell, the first one aligned to the left. */
export const printColumns = (rows: ReadonlyArray<ReadonlyArray<string>>): void => {
  const widthOf = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0))
  const widths = (rows[0] ?? []).map((_, column) => widthOf(column))
  out("")
  for (const row of rows) {
    out(
      row
        .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
        .join("  ")
        .trimEnd()
    )
  }
}
