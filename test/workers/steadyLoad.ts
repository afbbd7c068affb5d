/** A load and a server for tests of workers and agents, which are the same wherever its users run. */
import type { UsersPlan } from "../../src/engine/LoadRun.ts"
import { outcomesOf } from "../dms/responses.ts"

/** Six users for four seconds, with short waits. */
export const steadyPlan: UsersPlan = {
  _tag: "Users",
  users: 6,
  spawnPerSecond: 40,
  runMillis: 4000.5,
  gracefulStopMillis: 30_000,
  waits: { seed: 7, minMillis: 0, maxMillis: 90 },
  maxFailRatio: 1,
  passes: Number.POSITIVE_INFINITY
}

/** The response to a committed batch of one triple. */
export const committed = { status: 200, body: JSON.stringify(outcomesOf(["create", "update", "delete"])) }

/** The response time of the server for a body: 10 to 70 ms, always the same for the same body. */
export const millisFor = (body: string): number => {
  let sum = 0
  for (let i = 0; i < body.length; i++) sum += body.charCodeAt(i)
  return 10 + (sum % 61)
}
