/** The state of a running local DMS, shared by all request handlers. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import { PCGRandom } from "effect/Utils"
import { makeClaims } from "./claims/Claims.ts"
import type { Claims } from "./claims/Claims.ts"
import { Congestion } from "./requests/Congestion.ts"
import { DataModel } from "./DataModel.ts"
import type { Models } from "./DataModel.ts"
import type { DefinedDescriptors } from "./requests/definedDescriptors.ts"
import { dialects } from "./Dialect.ts"
import type { Dialect } from "./Dialect.ts"
import { FaultInjector } from "./Faults.ts"
import { FifoSeats } from "./requests/FifoSeats.ts"
import type { LocalDmsOptions } from "./LocalDmsOptions.ts"
import { RateLimit } from "./requests/RateLimit.ts"
import { Counters } from "./Stats.ts"
import { Store } from "./Store.ts"
import { Tokens } from "./requests/Tokens.ts"

export interface ServerState {
  readonly options: LocalDmsOptions
  /** That of the options, or a random one. */
  readonly seed: number
  readonly startedAtMillis: number
  readonly dialect: Dialect
  readonly models: Models
  readonly store: Store["Type"]
  readonly descriptors: DefinedDescriptors
  /** What the client may do; `undefined` if that is everything. */
  readonly claims: Claims | undefined
  readonly counters: Counters
  readonly tokens: Tokens
  readonly rateLimit: RateLimit
  /** The queue of requests to `/batch` and `/data`. */
  readonly seats: FifoSeats
  /** How many requests have a seat or wait for one, and how much that slows them down. */
  readonly congestion: Congestion
  /** The connections to the database; `undefined` if there is one for each seat. */
  readonly connections: FifoSeats | undefined
  readonly faults: FaultInjector
  /** One random stream per purpose, so that switching one on does not change the others. */
  readonly random: { readonly ids: PCGRandom; readonly traces: PCGRandom; readonly latency: PCGRandom }
  /** The circuit breaker is open until this time. */
  circuit: { openUntilMillis: number }
  /** The server is frozen until this time. */
  freeze: { untilMillis: number }
  /** What the fault `leak` keeps. */
  readonly leaked: Array<Uint8Array>
}

/** Creates the state, over the provided store and data model. */
export const make = Effect.fn("ServerState.make")(function* (options: LocalDmsOptions) {
  const seed = options.seed ?? (yield* Random.nextIntBetween(0, 2 ** 31))
  const random = (stream: number) => new PCGRandom(seed, stream)
  const { coherency, contention } = options
  const concurrency = options.concurrency ?? Number.POSITIVE_INFINITY
  const stuckAbove = options.stuckAbove ?? Number.POSITIVE_INFINITY
  const poolSize = options.poolSize ?? Number.POSITIVE_INFINITY
  const dialect = dialects[options.dialect]
  const store = yield* Store
  if (dialect.hasChangeQueries) yield* store.recordChanges
  const congestion = new Congestion({ concurrency, contention, coherency, stuckAbove })
  const models = yield* DataModel
  const claims = makeClaims(options, dialect, models, store)
  const server: ServerState = {
    options,
    seed,
    startedAtMillis: yield* Clock.currentTimeMillis,
    dialect,
    models,
    store: claims?.store ?? store,
    claims,
    descriptors: new Map(),
    counters: new Counters(),
    tokens: new Tokens(options.tokenLifetimeSeconds, random(1)),
    rateLimit: new RateLimit(options.rateLimit),
    seats: new FifoSeats(concurrency, congestion),
    congestion,
    connections: poolSize < concurrency ? new FifoSeats(poolSize) : undefined,
    faults: new FaultInjector(options.faults, random(2)),
    random: { ids: random(3), traces: random(4), latency: random(5) },
    circuit: { openUntilMillis: Number.NEGATIVE_INFINITY },
    freeze: { untilMillis: Number.NEGATIVE_INFINITY },
    leaked: []
  }
  return server
})
