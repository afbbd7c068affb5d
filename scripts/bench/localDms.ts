/**
 * `npm run bench:local-dms`: what the local DMS carries on one core with batches of student operations: in memory
 * without a socket, in memory over a socket, and over a socket on PostgreSQL, where each batch is one commit; there
 * also with batches of one triple. The client has another core, PostgreSQL what is left of both.
 *
 * Then it compares batches of full course transcripts with those of students, and measures the memory of 200,000 full
 * students. With --against it does none of that, but compares students and sections with another commit, on both
 * stores, by the CPU time of the server and the elapsed time, in slices of batches that alternate.
 *
 * Usage: npm run bench:local-dms -- [--users 10] [--triples 10] [--seconds 3] [--rounds 5] [--store postgres://...]
 *        npm run bench:local-dms -- --against COMMIT [--rounds 9]
 * Without --store a throw-away PostgreSQL is started, which syncs every commit to the temporary folder's disk.
 */
import * as Reactivity from "@effect/experimental/Reactivity"
import * as PgClient from "@effect/sql-pg/PgClient"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { startThrowAwayPostgres } from "../throwAwayPostgres.ts"
import { againstCommit, printDocuments, printMemory } from "./localDmsFigures.ts"
import { onCore, out, printHeader, printTable } from "./report.ts"

const { values } = parseArgs({
  options: {
    users: { type: "string", default: "10" },
    triples: { type: "string", default: "10" },
    seconds: { type: "string", default: "3" },
    rounds: { type: "string", default: "5" },
    store: { type: "string" },
    against: { type: "string" }
  }
})
const { against, rounds, seconds, store, triples, users } = values

/** A compiled script of this project, on a core of its own where the machine can do that. */
const start = (core: number, script: string, words: ReadonlyArray<string>, variables: object = {}) => {
  const path = fileURLToPath(new URL(script, import.meta.url))
  const command = onCore(core, process.execPath, path, ...words)
  return spawn(command.program, command.words, {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, ...variables }
  })
}

/** The rounds that a script tells of, a line of JSON each; the names that are shown get `label` in front. */
const roundsOf = async (
  script: ReturnType<typeof start>,
  label: string,
  figures: Map<string, Array<number>>
): Promise<void> => {
  for await (const line of createInterface(script.stdout)) {
    for (const [name, value] of Object.entries(Object(JSON.parse(line)))) {
      const row = `${label}: ${name}`
      figures.set(row, [...(figures.get(row) ?? []), Number(value)])
    }
  }
}

/** The load client against a local DMS of its own. */
const overSocket = async (
  label: string,
  place: string,
  triples: string,
  figures: Map<string, Array<number>>
): Promise<void> => {
  const server = start(
    1,
    "../../src/bin.js",
    ["local-dms", "--port", "0", "--quiet", "--exitWithParent", "--poolSize", users],
    { PERF_API_KEY: "bench", PERF_API_SECRET: "bench-secret", PERF_LOCAL_DMS_STORE: place }
  )
  const ended = once(server, "exit")
  const [ready] = await once(createInterface(server.stdout), "line")
  const url = /http:\S+/.exec(String(ready))?.[0] ?? ""
  await roundsOf(start(0, "client.js", [url, users, triples, seconds, rounds]), label, figures)
  server.stdin.end()
  await ended
}

/** Transactions committed in the database so far; the connections that made them must be closed. */
const commits = (url: string): Promise<number> =>
  Effect.runPromise(
    PgClient.make({ url: Redacted.make(url) }).pipe(
      Effect.flatMap(
        (sql) => sql<{ readonly commits: number }>`
          SELECT xact_commit::float8 AS commits FROM pg_stat_database WHERE datname = current_database()`
      ),
      Effect.map(([row]) => row?.commits ?? 0),
      Effect.scoped,
      Effect.provide(Reactivity.layer),
      Effect.orDie
    )
  )

/** The figures of this checkout. */
const measureAll = async (database: string): Promise<void> => {
  out(`${users} users, ${rounds} rounds of ${seconds} s after a warm-up of 2 s`)
  const figures = new Map<string, Array<number>>()
  const size = (triples: string) => `batches of ${Number(triples) * 3}`

  await roundsOf(
    start(1, "response.js", [triples, seconds, rounds]),
    `memory, no socket, ${size(triples)}`,
    figures
  )
  await roundsOf(
    start(1, "response.js", [triples, seconds, rounds, "100000"]),
    `the same, 100,000 students held, ${size(triples)}`,
    figures
  )
  await overSocket(`memory, socket, ${size(triples)}`, "memory", triples, figures)
  const counted: Array<string> = []
  for (const count of new Set([triples, "1"])) {
    const label = `PostgreSQL, socket, ${size(count)}`
    const before = await commits(database)
    await overSocket(label, database, count, figures)
    const batchesPerSecond = figures.get(`${label}: batchesPerSecond`) ?? []
    const mean = batchesPerSecond.reduce((sum, value) => sum + value, 0) / batchesPerSecond.length
    const lasting = 2 + Number(rounds) * Number(seconds)
    const committed = (await commits(database)) - before
    counted.push(
      `${label}: PostgreSQL counted ${committed} commits, ${(committed / lasting).toFixed(0)} a second over warm-up and rounds; ` +
        `the client counted ${mean.toFixed(0)} batches a second in the rounds`
    )
  }

  printTable(new Map([...figures].filter(([name]) => /PerSecond|failures|p50|p99/.test(name))))
  out("")
  for (const line of counted) out(line)
  await printDocuments()
  await printMemory()
}

printHeader()
if (against === undefined) {
  const database = store === undefined ? await startThrowAwayPostgres() : { url: store, stop: async () => {} }
  await measureAll(database.url).finally(database.stop)
} else await againstCommit(against, Number(rounds))
