/**
 * Fault injection: the names of the faults, their rates, and the random choice for each request. Set by flags and by
 * `PUT /_local/faults`.
 */
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { PCGRandom } from "effect/Utils"

/** All faults, in the order in which a request passes them. */
export const faultNames = [
  /** The server discards all tokens; this request gets a 401 and the client has to log in again. */
  "dropTokens",
  /**
   * The circuit breaker opens: this request and all others of the next 30 s get a 500 without envelope. On a real server
   * unclassified failures open it; here no other fault does, so that each fault can be tried on its own.
   */
  "openCircuit",
  /**
   * The whole server stops for `freezeSeconds`: this request, all queued requests and all that arrive before the end,
   * logins included, are started only then and take their usual time. Requests in progress are not affected. A freeze
   * has no effect during another freeze.
   */
  "freeze",
  /**
   * The store is locked for `lockSeconds`: all writes wait until its end, reads do not. On PostgreSQL by a transaction on a
   * connection of its own. A lock has no effect during another lock.
   */
  "lock",
  /** `leakBytes` of memory stay in use until the server ends. */
  "leak",
  /** The response is delayed by `stallSeconds`; the transaction starts after that. */
  "stall",
  /** 500 `{message, traceId}`, as after a failed commit: nothing is written. */
  "error",
  /** One operation fails for an unknown reason: rolled back, 500 with the failure envelope. */
  "operationError",
  /** One operation fails with a write conflict: rolled back, 409 with the failure envelope. */
  "writeConflict",
  /** The connection is reset and nothing is written. */
  "resetBeforeCommit",
  /** The connection is reset although everything is written. */
  "resetAfterCommit",
  /** Everything is written, but the response body is cut off in the middle. */
  "malformedJson",
  /** Everything is written, but the last result is missing from the response array. */
  "truncatedArray"
] as const
export type FaultName = (typeof faultNames)[number]

/**
 * Which requests with a valid token have the fault: each with `probability`, every `every`-th, or only the `at`-th;
 * counted from the last change of the faults.
 */
const Rate = Schema.Union(
  Schema.Struct({ probability: Schema.Number.pipe(Schema.between(0, 1)) }),
  Schema.Struct({ every: Schema.Int.pipe(Schema.greaterThanOrEqualTo(1)) }),
  Schema.Struct({ at: Schema.Int.pipe(Schema.greaterThanOrEqualTo(1)) })
)
export type Rate = typeof Rate.Type

/** The maximum memory of one leak. */
export const maxLeakBytes = 1_000_000_000

/** `Finite`, because JSON can express infinity: `1e999`. */
const Seconds = Schema.Finite.pipe(Schema.nonNegative())

/**
 * Body of `PUT /_local/faults` and of its response: `{"writeConflict": {"probability": 0.01}, "stall": {"every": 500},
 * "stallSeconds": 10, "freeze": {"at": 1000}, "on": "batch"}`. Faults that are left out are off; `{}` switches all off.
 */
export const Faults = Schema.Struct({
  dropTokens: Schema.optional(Rate),
  openCircuit: Schema.optional(Rate),
  freeze: Schema.optional(Rate),
  lock: Schema.optional(Rate),
  leak: Schema.optional(Rate),
  stall: Schema.optional(Rate),
  error: Schema.optional(Rate),
  operationError: Schema.optional(Rate),
  writeConflict: Schema.optional(Rate),
  resetBeforeCommit: Schema.optional(Rate),
  resetAfterCommit: Schema.optional(Rate),
  malformedJson: Schema.optional(Rate),
  truncatedArray: Schema.optional(Rate),
  /** Duration of a freeze in seconds, default 2. */
  freezeSeconds: Schema.optional(Seconds),
  /** Duration of a lock in seconds, default 2. */
  lockSeconds: Schema.optional(Seconds),
  /** Memory of a leak in bytes, default 65,536. */
  leakBytes: Schema.optional(Schema.Int.pipe(Schema.between(1, maxLeakBytes))),
  /** Delay of a stalled response in seconds, default 60. */
  stallSeconds: Schema.optional(Seconds),
  /** Which requests can have faults: those to `/batch` (default), those to `/data`, or both. */
  on: Schema.optional(Schema.Literal("batch", "data", "both"))
})
export type Faults = typeof Faults.Type

/** Time for which the circuit breaker stays open, in milliseconds. @see contract section 3, "Circuit breaker" */
export const circuitMillis = 30_000

/** The faults of one request. */
export type InjectedFaults = ReadonlySet<FaultName>

const noFaults: InjectedFaults = new Set()

/** Chooses the faults of each request, from its own random stream so that other random choices do not shift them. */
export class FaultInjector {
  #faults: Faults
  #requests = 0
  constructor(
    initial: Faults,
    readonly random: PCGRandom
  ) {
    this.#faults = initial
  }

  get current(): Faults {
    return this.#faults
  }

  /** Replaces all faults and restarts the count of requests. */
  replace(faults: Faults): void {
    this.#faults = faults
    this.#requests = 0
  }

  get freezeMillis(): number {
    return (this.#faults.freezeSeconds ?? 2) * 1000
  }

  get lockMillis(): number {
    return (this.#faults.lockSeconds ?? 2) * 1000
  }

  get leakBytes(): number {
    return this.#faults.leakBytes ?? 65_536
  }

  get stallMillis(): number {
    return (this.#faults.stallSeconds ?? 60) * 1000
  }

  /** The position, 0-based, at which a batch of `count` operations fails. */
  pickOperation(count: number): number {
    return Math.floor(this.random.number() * count)
  }

  /** The faults of the next request to `route`. */
  faultsFor(route: "batch" | "data"): InjectedFaults {
    const on = this.#faults.on ?? "batch"
    if (on !== "both" && on !== route) return noFaults
    this.#requests++
    const injected = new Set<FaultName>()
    for (const name of faultNames) {
      const rate = this.#faults[name]
      if (rate === undefined) continue
      if (this.#applies(rate)) injected.add(name)
    }
    return injected.size === 0 ? noFaults : injected
  }

  #applies(rate: Rate): boolean {
    if ("every" in rate) return this.#requests % rate.every === 0
    return "at" in rate ? this.#requests === rate.at : this.random.number() < rate.probability
  }
}

const isFaultName = (name: string): name is FaultName => faultNames.some((known) => known === name)

/**
 * Parses a fault as written in a flag: `writeConflict=0.01` affects a random 1 % of the requests, `stall=1/500` every
 * 500th, `freeze=@500` only the 500th.
 */
export const parseFault = (
  text: string
): Option.Option<{ readonly name: FaultName; readonly rate: Rate }> => {
  const match = /^(\w+)=(1\/|@|)(\d*\.?\d+)$/.exec(text)
  const [, name, kind, digits] = match ?? []
  if (name === undefined || !isFaultName(name)) return Option.none()
  const number = Number(digits)
  const rate = kind === "1/" ? { every: number } : kind === "@" ? { at: number } : { probability: number }
  return Schema.is(Rate)(rate) ? Option.some({ name, rate }) : Option.none()
}
