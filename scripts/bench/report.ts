/** What the benches share: a header that says which code ran where and when, and a table of figures. */
import * as DateTime from "effect/DateTime"
import { execFileSync, spawnSync } from "node:child_process"
import { cpus } from "node:os"

/** Whether a process can be kept on a core of its own. */
export const canPin = cpus().length > 1 && spawnSync("taskset", ["--version"]).status === 0

/** A command, on one core where the machine can do that. */
export const onCore = (
  core: number,
  ...command: ReadonlyArray<string>
): { readonly program: string; readonly words: ReadonlyArray<string> } => {
  const [program = "", ...words] = canPin ? ["taskset", "-c", String(core), ...command] : command
  return { program, words }
}

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

const median = (figures: ReadonlyArray<number>): number => {
  const sorted = [...figures].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const [low = 0, high = 0] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]]
  return (low + high) / 2
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
