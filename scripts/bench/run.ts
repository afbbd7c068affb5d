/**
 * `npm run bench`: how many checked and recorded batches one core sends, against a target that answers at once on
 * another core. Prints the median, minimum and maximum of the rounds with commit, machine and date.
 *
 * Usage: npm run bench -- [--users 10] [--triples 10] [--seconds 3] [--rounds 5]
 */
import { spawn } from "node:child_process"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { onCore, out, printHeader, printTable } from "./report.ts"

const { values } = parseArgs({
  options: {
    users: { type: "string", default: "10" },
    triples: { type: "string", default: "10" },
    seconds: { type: "string", default: "3" },
    rounds: { type: "string", default: "5" }
  }
})
const { rounds, seconds, triples, users } = values

/** A script beside this one, on a core of its own where the machine can do that. */
const start = (core: number, script: string, ...words: ReadonlyArray<string>) => {
  const path = fileURLToPath(new URL(script, import.meta.url))
  const command = onCore(core, process.execPath, path, ...words)
  return spawn(command.program, command.words, { stdio: ["pipe", "pipe", "inherit"] })
}

printHeader()
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

printTable(figures)
