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

/** In which two commits take turns within a round. */
const slicesPerRound = 20

const warmUpBatches = 400

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

/** What a batch cost a contender in one round. */
interface Cost {
  /** CPU time of its process. */
  readonly cpuMicros: number
  /** Elapsed time, its database and the client included; it depends on what else the machine does. */
  readonly elapsedMicros: number
}

/**
 * One round in new processes, which take turns: a slice of batches each, every second time in reverse order, so that
 * both have the same share of what else happens on the machine.
 */
const compareOnce = async (
  load: Load,
  contenders: ReadonlyArray<Contender>
): Promise<ReadonlyArray<Cost>> => {
  const sides: Array<{ readonly server: Server; readonly cpuBefore: number; elapsedMillis: number }> = []
  for (const { command, store } of contenders) {
    const server = await startServer(command, store)
    // On a database it is there after the first round, and a second creation is an update.
    await prepare(server, load)
    await sendBatches(server, load, warmUpBatches, records)
    sides.push({ server, cpuBefore: server.cpuMicros(), elapsedMillis: 0 })
  }
  for (let slice = 0; slice < slicesPerRound; slice++) {
    for (const side of slice % 2 === 0 ? sides : sides.toReversed()) {
      const before = performance.now()
      await sendBatches(side.server, load, batchesPerRound / slicesPerRound, records)
      side.elapsedMillis += performance.now() - before
    }
  }
  const costs = sides.map(({ cpuBefore, elapsedMillis, server }) => ({
    cpuMicros: (server.cpuMicros() - cpuBefore) / batchesPerRound,
    elapsedMicros: (elapsedMillis * 1000) / batchesPerRound
  }))
  for (const { server } of sides) await server.stop()
  return costs
}

const compare = async (load: Load, ours: Contender, theirs: Contender, rounds: number) => {
  const costs: { readonly ours: Array<Cost>; readonly theirs: Array<Cost> } = { ours: [], theirs: [] }
  for (let round = 0; round < rounds; round++) {
    const [one, other] = await compareOnce(load, [ours, theirs])
    if (one !== undefined) costs.ours.push(one)
    if (other !== undefined) costs.theirs.push(other)
  }
  return costs
}

/**
 * Students and sections against another commit, by the CPU time of the local DMS, without that of the database, and by
 * elapsed time. Each commit has a database of its own, since tables may differ.
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
        ["µs per batch", "this checkout", ref, "ratio (90 % interval)"]
      ]
      const stores = { memory: ["memory", "memory"], PostgreSQL: [ours.url, theirs.url] } as const
      for (const [place, [our, their]] of Object.entries(stores)) {
        for (const load of [students, sections]) {
          const contenders = [
            { command: bin, store: our },
            { command: theirBin, store: their }
          ] as const
          const costs = await compare(load, ...contenders, rounds)
          for (const figure of ["cpuMicros", "elapsedMicros"] as const) {
            const [here, there] = [costs.ours, costs.theirs].map((side) => side.map((one) => one[figure]))
            if (here === undefined || there === undefined) continue
            const name = `${load.name}, ${place}, ${figure === "cpuMicros" ? "CPU" : "elapsed"}`
            rows.push([name, spread(here), spread(there), ratioText(ratiosOf(here, there))])
            out(rows.at(-1)?.join("  ") ?? "")
          }
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
