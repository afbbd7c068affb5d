/** The parts a running local DMS is made of, handed to every function that answers a request. */
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import { PCGRandom } from "effect/Utils"
import type * as Context from "effect/Context"
import { FaultDice } from "./Faults.ts"
import { FifoSeats } from "./FifoSeats.ts"
import type { LocalDmsOptions } from "./LocalDmsOptions.ts"
import { RateLimit } from "./RateLimit.ts"
import { Ledger } from "./Stats.ts"
import { Store } from "./Store.ts"
import { Tokens } from "./Tokens.ts"

export interface ServerState {
  readonly options: LocalDmsOptions
  readonly store: Context.Tag.Service<typeof Store>
  readonly ledger: Ledger
  readonly tokens: Tokens
  readonly rateLimit: RateLimit
  /** Where requests to `/batch` and `/data` wait until they are worked on. */
  readonly line: FifoSeats
  readonly dice: FaultDice
  /** Each kind of chance has its own numbers, so that switching one on leaves the others as they were. */
  readonly random: { readonly ids: PCGRandom; readonly traces: PCGRandom; readonly latency: PCGRandom }
  /** The circuit breaker is open before this time. */
  circuit: { openUntilMillis: number }
  /** The whole server stands still before this time. */
  freeze: { untilMillis: number }
}

/** A machine over the store at hand. */
export const make = Effect.fn("Machine.make")(function* (options: LocalDmsOptions) {
  const seed = options.seed ?? (yield* Random.nextIntBetween(0, 2 ** 31))
  const random = (stream: number) => new PCGRandom(seed, stream)
  const machine: ServerState = {
    options,
    store: yield* Store,
    ledger: new Ledger(),
    tokens: new Tokens(options.tokenLifetimeSeconds, random(1)),
    rateLimit: new RateLimit(options.rateLimit),
    line: new FifoSeats(options.concurrency ?? Number.POSITIVE_INFINITY),
    dice: new FaultDice(options.faults, random(2)),
    random: { ids: random(3), traces: random(4), latency: random(5) },
    circuit: { openUntilMillis: Number.NEGATIVE_INFINITY },
    freeze: { untilMillis: Number.NEGATIVE_INFINITY }
  }
  return machine
})
