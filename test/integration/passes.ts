import type { LoadPlan } from "../../src/engine/LoadRun.ts"

/** Users that run every scenario `passes` times without a pause, regardless of failures. */
export const passesOf = (users: number, passes: number): LoadPlan => ({
  _tag: "Users",
  users,
  spawnPerSecond: 10_000,
  runMillis: 60_000,
  gracefulStopMillis: 30_000,
  waits: { seed: 1, minMillis: 0, maxMillis: 0 },
  maxFailRatio: 1,
  passes
})
