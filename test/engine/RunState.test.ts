import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import type { EndReason } from "../../src/domain/LoadResult.ts"
import { isTimeOver, nextState, type RunEvent, type RunState, running } from "../../src/engine/RunState.ts"

const stopping = (reason: EndReason): RunState => ({ _tag: "Stopping", reason })
const ended = (reason: EndReason): RunEvent => ({ _tag: "Ended", reason })
const interrupted: RunEvent = { _tag: "Interrupted" }
const died = { _tag: "ObserverDied", cause: Cause.die("blind") } as const
const diedAgain = { _tag: "ObserverDied", cause: Cause.die("blind again") } as const

describe("the state of a run", () => {
  it.each([
    [running, ended("runTime"), stopping("runTime")],
    [running, ended("defect"), stopping("defect")],
    [running, interrupted, stopping("interrupt")],
    [running, died, died],
    // The first reason is the one that is reported, but a defect replaces it.
    [stopping("runTime"), ended("failureRatio"), stopping("runTime")],
    [stopping("runTime"), ended("defect"), stopping("defect")],
    [stopping("runTime"), interrupted, stopping("interrupt")],
    [stopping("runTime"), died, died],
    [stopping("defect"), ended("runTime"), stopping("defect")],
    [stopping("defect"), interrupted, stopping("defect")],
    [stopping("defect"), died, died],
    [died, ended("defect"), died],
    [died, interrupted, died],
    [died, diedAgain, diedAgain]
  ])("$0._tag after $1._tag", (before, event, after) => {
    assert.deepStrictEqual(nextState(before, event), after)
  })

  it("lets arrivals begin that were due, only while it stops for no reason but its time", () => {
    assert.deepStrictEqual(
      [running, stopping("runTime"), stopping("interrupt"), stopping("defect"), died].map(isTimeOver),
      [false, true, false, false, false]
    )
  })
})
