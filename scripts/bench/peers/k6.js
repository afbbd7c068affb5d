// k6: BENCH_USERS virtual users that send batches built for every request; a wrong answer ends the test.
import exec from "k6/execution"
import http from "k6/http"
import { batchMaker, checkAnswer } from "../../../.bench/scripts/bench/peers/batches.js"

const triples = Number(__ENV.BENCH_TRIPLES)
// Every virtual user runs this file for itself, so each makes keys of its own.
const makeBatch = batchMaker(open(__ENV.BENCH_PEOPLE), String(__VU), triples)
const headers = { "content-type": "application/json", authorization: "Bearer bench-token" }

export const options = {
  scenarios: {
    batches: {
      executor: "constant-vus",
      vus: Number(__ENV.BENCH_USERS),
      duration: `${__ENV.BENCH_SECONDS}s`,
      gracefulStop: "1s"
    }
  }
}

export default function () {
  const { body, status } = http.post(`${__ENV.BENCH_URL}/batch`, makeBatch(), { headers })
  const wrong = checkAnswer(status, body, triples)
  if (wrong !== undefined) exec.test.abort(wrong)
}
