/**
 * autocannon through its API. With `BENCH_FRESH=true` the documents are built for each request and every answer is
 * checked; otherwise the same bytes go out all the time and no answer is looked at, which is the floor.
 */
import autocannon from "autocannon"
import { readFileSync } from "node:fs"
import { batchMaker, checkAnswer } from "./batches.ts"

const { BENCH_FRESH, BENCH_PEOPLE, BENCH_SECONDS, BENCH_TRIPLES, BENCH_URL, BENCH_USERS } = process.env
const triples = Number(BENCH_TRIPLES)
const makeBatch = batchMaker(readFileSync(String(BENCH_PEOPLE), "utf8"), process.pid.toString(36), triples)

const check = (status: number, body: string): void => {
  const wrong = checkAnswer(status, body, triples)
  if (wrong === undefined) return
  process.stderr.write(`${wrong}\n`)
  process.exit(1)
}

const run = autocannon(
  {
    url: String(BENCH_URL),
    connections: Number(BENCH_USERS),
    duration: Number(BENCH_SECONDS),
    requests: [
      {
        method: "POST",
        path: "/batch",
        headers: { "content-type": "application/json", authorization: "Bearer bench-token" },
        ...(BENCH_FRESH === "true"
          ? { setupRequest: (request) => ({ ...request, body: makeBatch() }), onResponse: check }
          : { body: makeBatch() })
      }
    ]
  },
  () => process.exit(0)
)

process.on("SIGINT", () => run.stop())
