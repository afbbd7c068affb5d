import { assert, describe, it } from "@effect/vitest"
import { Counts } from "../../src/metrics/Counts.ts"
import type { TimelinePoint } from "../../src/metrics/Timeline.ts"
import { type LoadEnd, figuresAt, fullLoadOf, sumOf } from "../../src/result/fullLoad.ts"

/** Seconds that ended at these times, each with a number of requests of three operations. */
const timelineOf = (parts: ReadonlyArray<readonly [end: number, requests: number]>) =>
  parts.map(([elapsedSeconds, requests], i): TimelinePoint => ({
    elapsedSeconds,
    seconds: elapsedSeconds - (parts[i - 1]?.[0] ?? 0),
    users: 1,
    requests,
    failures: 0,
    operations: 3 * requests,
    rows: 0,
    latencyMs: null,
    byOutcome: null,
    lateStarts: 0,
    dropped: 0,
    generator: null
  }))

const totalOf = (requests: number) => {
  const total = new Counts("Aggregated", "")
  for (let i = 0; i < requests; i++) {
    total.record({
      name: "students-batch-1",
      method: "POST",
      sentNanos: 0n,
      latencyMicros: 1000,
      sentBytes: 1,
      receivedBytes: 1,
      outcome: { _tag: "Succeeded", operations: { create: 1, update: 1, delete: 1 } }
    })
  }
  return total
}

/** What was at full load of a slice with these seconds. */
const atFullLoad = (
  parts: ReadonlyArray<readonly [end: number, requests: number]>,
  more: Partial<LoadEnd> = {}
) => {
  const total = totalOf(parts.reduce((sum, [, requests]) => sum + requests, 0))
  const elapsedSeconds = parts.at(-1)?.[0] ?? 0
  const timeline = timelineOf(parts)
  return fullLoadOf(total, { plannedSeconds: 2, elapsedSeconds, endedBy: "runTime", timeline, ...more })
}

describe("full load of a slice", () => {
  it.each([
    [
      "without a drain is all of it",
      [
        [1, 40],
        [2, 40]
      ],
      { seconds: 2, requests: 80, operations: 240, rows: 0 }
    ],
    [
      "contains the seconds before the load was stopped, and not the straggler",
      [
        [1, 40],
        [2, 38],
        [3, 1],
        [4, 0],
        [4.2, 1]
      ],
      { seconds: 2, requests: 78, operations: 234, rows: 0 }
    ],
    [
      "is nothing of a short drain",
      [
        [1, 40],
        [2, 40],
        [2.05, 2]
      ],
      { seconds: 2, requests: 80, operations: 240, rows: 0 }
    ],
    [
      "may end a moment late",
      [
        [1.03, 41],
        [2.06, 41],
        [2.3, 2]
      ],
      { seconds: 2.06, requests: 82, operations: 246, rows: 0 }
    ],
    [
      "is without a second that ended much later",
      [
        [1, 40],
        [2.4, 50]
      ],
      { seconds: 1, requests: 40, operations: 120, rows: 0 }
    ]
  ] as const)("%s", (_, parts, expected) => {
    assert.deepStrictEqual(atFullLoad(parts), expected)
  })

  it("is the whole slice where no second ended, and where the load was stopped before its time", () => {
    assert.deepStrictEqual(atFullLoad([[0.55, 20]], { plannedSeconds: 0.5 }), {
      seconds: 0.55,
      requests: 20,
      operations: 60,
      rows: 0
    })
    assert.deepStrictEqual(
      atFullLoad(
        [
          [1, 40],
          [1.5, 3]
        ],
        { endedBy: "interrupt" }
      ),
      {
        seconds: 1.5,
        requests: 43,
        operations: 129,
        rows: 0
      }
    )
  })

  it("has only whole seconds of a slice that is none", () => {
    const parts = [
      [1, 40],
      [1.55, 22]
    ] as const
    assert.deepStrictEqual(atFullLoad(parts, { plannedSeconds: 1.5 }), {
      seconds: 1,
      requests: 40,
      operations: 120,
      rows: 0
    })
  })

  it("gives figures of all requests their rates, also added up: 90 in 3 s", () => {
    const one = { seconds: 1, requests: 50, operations: 150, rows: 0 }
    const other = { seconds: 2, requests: 40, operations: 120, rows: 0 }
    const { operations, requests } = figuresAt(totalOf(100), sumOf([one, other]))
    assert.deepInclude(requests, { total: 100, perSecond: 30 })
    assert.deepInclude(operations, { succeeded: 300, perSecond: 90 })
  })
})
