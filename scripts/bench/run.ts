/**
 * `npm run bench`: how many checked and recorded batches one core sends, against a target that answers at once on
 * another core. Prints the median, minimum and maximum of the rounds with commit, machine and date.
 *
 * Usage: npm run bench -- [--users 10] [--triples 10] [--seconds 3] [--rounds 5]
 */
import * as DateTime from "effect/DateTime"
import { execFileSync, spawn, spawnSync } from "node:child_process"
import { cpus } from "node:os"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"

const { values } = parseArgs({
  options: {
    users: { type: "string", default: "10" },
    triples: { type: "string", default: "10" },
    seconds: { type: "string", default: "3" },
    rounds: { type: "string", default: "5" }
  }
})
const { rounds, seconds, triples, users } = values

const canPin = cpus().length > 1 && spawnSync("taskset", ["--version"]).status === 0

/** A script beside this one, on a core of its own where the machine can do that. */
const start = (core: number, script: string, ...words: ReadonlyArray<string>) => {
  const command = [process.execPath, fileURLToPath(new URL(script, import.meta.url)), ...words]
  const [program = "", ...rest] = canPin ? ["taskset", "-c", String(core), ...command] : command
  return spawn(program, rest, { stdio: ["pipe", "pipe", "inherit"] })
}

const median = (figures: ReadonlyArray<number>): number => {
  const sorted = [...figures].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const [low = 0, high = 0] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]]
  return (low + high) / 2
}

const out = (line: string) => process.stdout.write(`${line}\n`)

const git = (...words: ReadonlyArray<string>) => execFileSync("git", words, { encoding: "utf8" }).trim()
const changed = git("status", "--porcelain") === "" ? "" : " with uncommitted changes"
out(`commit ${git("rev-parse", "--short", "HEAD")}${changed}`)
out(
  `machine ${cpus().length} x ${cpus()[0]?.model}, Node ${process.version}${canPin ? ", one core each" : ""}`
)
out(`date ${DateTime.formatIso(DateTime.unsafeNow())}`)
out(
  `${users} users, ${Number(triples) * 3} operations per batch, ${rounds} rounds of ${seconds} s after a warm-up`
)

const target = start(1, "target.js", String(Number(triples) * 3))
const [url = ""] = await new Promise<Array<string>>((resolve) =>
  createInterface(target.stdout).once("line", (line) => resolve([line]))
)
const figures = new Map<string, Array<number>>()
const client = start(0, "client.js", url, users, triples, seconds, rounds)
for await (const line of createInterface(client.stdout)) {
  const round: unknown = JSON.parse(line)
  if (typeof round !== "object" || round === null) continue
  for (const [name, value] of Object.entries(round)) {
    const all = figures.get(name) ?? []
    all.push(Number(value))
    figures.set(name, all)
  }
}
target.stdin.end()

out("")
out(["".padEnd(20), "median", "min", "max"].map((cell, i) => (i === 0 ? cell : cell.padStart(10))).join(" "))
for (const [name, all] of figures) {
  const cells = [median(all), Math.min(...all), Math.max(...all)]
  out([name.padEnd(20), ...cells.map((value) => value.toFixed(value < 100 ? 2 : 0).padStart(10))].join(" "))
}
