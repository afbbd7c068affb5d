import { assert, describe, it } from "@effect/vitest"
import { connectionNote, secondsLeft, statusOf, timeLeft } from "../../src/page/status.ts"
import { afterEnd, afterLoss, afterProblem, afterState, connecting } from "../../src/page/LiveRun.ts"
import type { RunState } from "../../src/result/Summary.ts"
import { sampleSummary } from "../result/sampleSummary.ts"

const summary = sampleSummary(2, 1)
const under: RunState = { ...summary, endedBy: null, plannedSeconds: 90, elapsedSeconds: 14.2 }

describe("the status of a run", () => {
  it("is one word, and a sentence that says why it ended", () => {
    const { long, short } = statusOf({ ...summary, endedBy: "threshold" })
    assert.strictEqual(short, "stopped")
    assert.include(long, "a threshold was not kept")
    assert.strictEqual(statusOf({ ...summary, endedBy: null }).short, "running")
  })

  it("is a sentence for every end", () => {
    for (const endedBy of [
      "runTime",
      "passes",
      "recordCount",
      "failureRatio",
      "refused",
      "threshold",
      "localDmsExited",
      "interrupt",
      "defect"
    ] as const) {
      assert.match(statusOf({ ...summary, endedBy }).long, /^The run .*\.$/)
    }
  })

  it("is not good when its time was over but more failed than --maxFailRatio allows", () => {
    const requests = { total: 10, failed: 6, expectedFailures: 0, perSecond: 5 }
    const ended = {
      endedBy: "runTime",
      failOnLimited: false,
      generator: null,
      localDmsExit: null,
      refused: null,
      requests
    } as const
    assert.deepStrictEqual(statusOf({ ...ended, maxFailRatio: 0.5 }), {
      short: "failed",
      long: "60 % of the requests failed; --maxFailRatio allows 50 %.",
      tone: "bad"
    })
    assert.strictEqual(statusOf({ ...ended, maxFailRatio: 0.6 }).tone, "good")
  })

  it("is not good with --failOnLimited when the load generator was the bottleneck", () => {
    assert.strictEqual(statusOf(summary).tone, "good")
    assert.deepInclude(statusOf({ ...summary, failOnLimited: true }), {
      short: "failed",
      long: "The run failed because the load generator was the bottleneck (--failOnLimited).",
      tone: "bad"
    })
  })

  it("has a time left only while it is running with a planned duration", () => {
    assert.strictEqual(timeLeft(under), "1:16")
    assert.strictEqual(secondsLeft({ ...under, elapsedSeconds: 91 }), 0)
    assert.isUndefined(timeLeft({ ...under, plannedSeconds: null }))
    assert.isUndefined(timeLeft(summary))
  })

  it("has a note while the connection is not open", () => {
    const open = afterState(under)
    assert.strictEqual(connectionNote(open), "")
    assert.match(connectionNote(connecting), /^Connecting/)
    assert.match(connectionNote(afterLoss(open)), /^Connection lost, retrying\./)
    assert.strictEqual(connectionNote(afterProblem(open, "why")), "why")
    assert.strictEqual(connectionNote(afterEnd(summary)), statusOf(summary).long)
  })
})
