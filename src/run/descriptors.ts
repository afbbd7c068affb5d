/** File descriptors: the number that a load may need, the limit of this process, and a reserve for writing results. */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { closeSync, openSync } from "node:fs"
import { devNull } from "node:os"
import { descriptorLimit } from "./descriptorLimit.ts"
import { maxUsersOf, type RunSpec, workerCount } from "./RunSpec.ts"

/** Node itself, files, the live page, and the reserve. */
const besideConnections = 40

/** The event loop of a thread. */
const perWorker = 4

const besideConnectionsOf = (spec: RunSpec): number => {
  const workers = workerCount(spec)
  return besideConnections + (workers > 1 ? workers * perWorker : 0)
}

/** Maximum number of descriptors that a load has open at the same time. */
const descriptorsOf = (spec: RunSpec): number => {
  // The agents have the connections of the load.
  if (spec.agents !== undefined) return besideConnections + spec.agents.count
  const { connections = Number.POSITIVE_INFINITY } = spec.dms
  return Math.min(maxUsersOf(spec.plan), connections) + besideConnectionsOf(spec)
}

/** A warning if one of the loads may need more descriptors than this process may open. */
export const limitWarnings = (
  loads: ReadonlyArray<RunSpec>,
  limit: number | undefined
): ReadonlyArray<string> => {
  const needed = Math.max(...loads.map(descriptorsOf))
  if (limit === undefined || needed <= limit) return []
  const connections = Math.min(...loads.map((load) => limit - besideConnectionsOf(load)))
  const fewer = connections > 0 ? `, or run with --connections ${connections}` : ""
  return [
    `this load may need ${needed} file descriptors, but the limit of this process is ${limit}, and requests beyond it will fail: ` +
      `raise the limit with ulimit -n ${needed}${fewer}`
  ]
}

export const warnOfLimit = (loads: ReadonlyArray<RunSpec>): Effect.Effect<void> =>
  Effect.suspend(() =>
    Effect.forEach(limitWarnings(loads, descriptorLimit()), (warning) => Effect.logWarning(warning), {
      discard: true
    })
  )

/** A thread opens all of its modules at once. */
const perStart = 200

/** Maximum number of workers that start at the same time. */
export const workersAtOnce = (limit: number | undefined): number =>
  Math.max(1, Math.floor(((limit ?? Number.POSITIVE_INFINITY) - besideConnections) / perStart))

/** Enough to write files one after the other, and to load the modules that make them. */
const reserved = 8

/**
 * Holds some descriptors during the load, so that results can be written even if the load uses up all others.
 *
 * @returns an effect that closes them: run it when the load has ended
 */
export const reserveDescriptors: Effect.Effect<Effect.Effect<void>, never, Scope.Scope> = Effect.gen(
  function* () {
    const held: Array<number> = []
    const release = Effect.sync(() => {
      for (const descriptor of held.splice(0)) closeSync(descriptor)
    })
    const open = Effect.try(() => {
      while (held.length < reserved) held.push(openSync(devNull, "r"))
    })
    yield* Effect.addFinalizer(() => release)
    // Descriptors that cannot be opened now cannot be reserved.
    yield* Effect.ignore(open)
    return release
  }
)
