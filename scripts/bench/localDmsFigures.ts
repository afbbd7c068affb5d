/** Figures of the local DMS by the CPU time and the memory of its process, which other processes disturb little. */
import * as Effect from "effect/Effect"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { startThrowAwayPostgres } from "../throwAwayPostgres.ts"
import { build, commitOf } from "./againstCommit.ts"
import { bin } from "./contenders.ts"
import {
  courseTranscripts,
  fullStudents,
  prepare,
  sections,
  sendBatches,
  startServer,
  students
} from "./localDmsServer.ts"
import type { Load, Server } from "./localDmsServer.ts"
import { median, medianInterval, out, printColumns, spread } from "./report.ts"

/** Records per batch: 30 operations. */
const records = 10

/** CPU time is known in steps of 10 ms. */
const batchesPerRound = 1000

const cpuPerBatch = async (server: Server, load: Load, batches: number): Promise<number> => {
  const before = server.cpuMicros()
  await sendBatches(server, load, batches, records)
  return (server.cpuMicros() - before) / batches
}

/** CPU time per batch of the alternatives in turn, every second round in reverse order, after a warm-up. */
const alternate = async (
  rounds: number,
  alternatives: ReadonlyArray<() => Promise<number>>
): Promise<ReadonlyArray<ReadonlyArray<number>>> => {
  const figures = alternatives.map((): Array<number> => [])
  for (let round = -2; round < rounds; round++) {
    const order = [...alternatives.entries()]
    for (const [at, measure] of round % 2 === 0 ? order : order.toReversed()) {
      const figure = await measure()
      if (round >= 0) figures[at]?.push(figure)
    }
  }
  return figures
}

const ratiosOf = (ours: ReadonlyArray<number>, theirs: ReadonlyArray<number>) =>
  ours.map((figure, round) => figure / (theirs[round] ?? Number.NaN))

/** Median and 90 % interval of ratios. */
const ratioText = (ratios: ReadonlyArray<number>): string => {
  const [low, high] = medianInterval(ratios)
  return `${median(ratios).toFixed(3)} (${low.toFixed(3)}..${high.toFixed(3)})`
}

/** Batches of full course transcripts beside those of students, in memory. */
export const printDocuments = async (): Promise<void> => {
  const server = await startServer(bin, "memory")
  await prepare(server, courseTranscripts)
  const [light = [], full = []] = await alternate(5, [
    () => cpuPerBatch(server, students, batchesPerRound),
    () => cpuPerBatch(server, courseTranscripts, batchesPerRound)
  ])
  await server.stop()
  out("\nCPU µs of the server per batch of 30 operations, in memory")
  printColumns([
    ["students", spread(light)],
    ["full courseTranscripts", spread(full)],
    ["batches per CPU second, transcripts/students", ratioText(ratiosOf(light, full))]
  ])
}

/** The memory of the process after 200,000 full students in batches of 100. */
export const printMemory = async (): Promise<void> => {
  const server = await startServer(bin, "memory")
  const idle = server.peakRssMegabytes()
  await prepare(server, fullStudents)
  await sendBatches(server, fullStudents, 2000, 100)
  out(
    `\n200,000 full students: at most ${server.peakRssMegabytes().toFixed(0)} MB, empty ${idle.toFixed(0)} MB`
  )
  await server.stop()
}

/** A command and the store that it uses. */
interface Contender {
  readonly command: string
  readonly store: string
}

const compare = async (load: Load, ours: Contender, theirs: Contender, rounds: number) => {
  const measured = async ({ command, store }: Contender) => {
    const server = await startServer(command, store)
    // On a database it is there after the first round, and a second creation is an update.
    await prepare(server, load)
    await sendBatches(server, load, 200, records)
    const figure = await cpuPerBatch(server, load, batchesPerRound)
    await server.stop()
    return figure
  }
  return await alternate(rounds, [() => measured(ours), () => measured(theirs)])
}

/**
 * Students and sections against another commit, each round in a new process. On PostgreSQL only the CPU time of the
 * local DMS is counted, not that of the database; each commit has a database of its own, since tables may differ.
 */
export const againstCommit = async (ref: string, rounds: number): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), "edfi-perf-bench-"))
  const [ours, theirs] = [await startThrowAwayPostgres(), await startThrowAwayPostgres()]
  await Effect.gen(function* () {
    const commit = yield* commitOf(ref)
    out(`against ${ref}, which is ${commit.slice(0, 7)}`)
    const theirBin = join(yield* build(commit, folder), "bin.js")
    yield* Effect.promise(async () => {
      const rows: Array<ReadonlyArray<string>> = [
        ["CPU µs per batch", "this checkout", ref, "ratio (90 % interval)"]
      ]
      const stores = { memory: ["memory", "memory"], PostgreSQL: [ours.url, theirs.url] } as const
      for (const [place, [our, their]] of Object.entries(stores)) {
        for (const load of [students, sections]) {
          const contenders = [
            { command: bin, store: our },
            { command: theirBin, store: their }
          ] as const
          const [here = [], there = []] = await compare(load, ...contenders, rounds)
          const name = `${load.name}, ${place}`
          rows.push([name, spread(here), spread(there), ratioText(ratiosOf(here, there))])
          out(rows.at(-1)?.join("  ") ?? "")
        }
      }
      printColumns(rows)
    })
  }).pipe(
    Effect.scoped,
    Effect.ensuring(Effect.promise(() => Promise.all([ours.stop(), theirs.stop()]))),
    Effect.ensuring(Effect.sync(() => rmSync(folder, { recursive: true, force: true }))),
    Effect.runPromise
  )
}
