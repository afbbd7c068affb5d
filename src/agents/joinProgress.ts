/** What a coordinator shows while it waits for agents. */
import type * as Effect from "effect/Effect"

export interface JoinProgress {
  /** Called every second. */
  readonly show: (line: () => string) => Effect.Effect<void>
  /** Clears the line for the output that follows. */
  readonly end: Effect.Effect<void>
}

interface Named {
  readonly name: string
}

export const namesOf = (agents: ReadonlyArray<Named>): string =>
  agents.length === 0 ? "none" : agents.map(({ name }) => name).join(", ")

/** Names in a line of progress. */
const maxNames = 8

interface Waiting {
  readonly address: string
  /** Number of agents that are needed. */
  readonly count: number
  readonly leftMillis: number
}

/** @example "agents at 0.0.0.0:7077: 2 of 3 have joined (lab-1, lab-2), 1 missing, 107 s left" */
export const joinLine = (joined: ReadonlyArray<Named>, { address, count, leftMillis }: Waiting): string => {
  const rest = joined.length - maxNames
  const names = namesOf(joined.slice(0, maxNames)) + (rest > 0 ? ` and ${rest} more` : "")
  const who = joined.length === 0 ? "" : ` (${names})`
  const left = Math.max(0, Math.ceil(leftMillis / 1000))
  return `agents at ${address}: ${joined.length} of ${count} have joined${who}, ${count - joined.length} missing, ${left} s left`
}
