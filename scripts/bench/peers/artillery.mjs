// What artillery.yml calls: builds the body of every request and checks every answer; a wrong one ends the test.
import { readFileSync } from "node:fs"
import { threadId } from "node:worker_threads"
import { batchMaker, checkAnswer } from "../../../.bench/scripts/bench/peers/batches.js"

const triples = Number(process.env.BENCH_TRIPLES)
const prefix = `${process.pid.toString(36)}-${threadId}`
const makeBatch = batchMaker(readFileSync(process.env.BENCH_PEOPLE, "utf8"), prefix, triples)

export const buildBatch = async (request) => {
  request.body = makeBatch()
}

export const checkBatch = async (_request, response) => {
  const wrong = checkAnswer(response.statusCode, response.body, triples)
  if (wrong === undefined) return
  process.stderr.write(`${wrong}\n`)
  process.kill(process.pid, "SIGKILL")
}
