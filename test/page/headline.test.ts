import { assert, describe, it } from "@effect/vitest"
import { headlineOf } from "../../src/page/headline.ts"

describe("the headline of a study", () => {
  it("is the main clause of the first sentence, with the evidence and the caveats below", () => {
    assert.deepStrictEqual(
      headlineOf(
        "Batches of 10 triples did 3.6 times the operations per second of single requests (median of 10 pairs; 3.5 to 3.7): " +
          "2,757 against 770. The load generator was the bottleneck of the batches: take it as a lower bound."
      ),
      {
        answer:
          "Batches of 10 triples did 3.6 times the operations per second of single requests (median of 10 pairs; 3.5 to 3.7).",
        details:
          "2,757 against 770. The load generator was the bottleneck of the batches: take it as a lower bound."
      }
    )
  })

  it.each([
    [
      "170/s (5,100 operations per second) is the highest arrival rate that kept the objectives; at 180/s, latency.p95 was 955 ms.",
      "170/s (5,100 operations per second) is the highest arrival rate that kept the objectives.",
      "At 180/s, latency.p95 was 955 ms."
    ],
    [
      "Use batches of 10 triples with 1 user, 20 triples with 10 users. None can be recommended for 50 users.",
      "Use batches of 10 triples with 1 user, 20 triples with 10 users.",
      "None can be recommended for 50 users."
    ],
    [
      "No difference can be told: batches of 10 triples did 1.01 times the operations.",
      "No difference can be told.",
      "Batches of 10 triples did 1.01 times the operations."
    ],
    [
      "At least 170/s, the most that was asked for (--maxRate), kept the objectives.",
      "At least 170/s, the most that was asked for (--maxRate), kept the objectives.",
      ""
    ]
  ])("of %j is %j", (verdict, answer, details) => {
    assert.deepStrictEqual(headlineOf(verdict), { answer, details })
  })
})
