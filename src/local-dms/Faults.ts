/**
 * Misbehaviour on demand: which faults there are, how often each strikes, and the dice. Set by flags and by
 * `PUT /_local/faults`; where a fault takes effect is told beside its name.
 */
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { PCGRandom } from "effect/Utils"

/** Every fault, in the order in which a request meets them. */
export const faultNames = [
  /** The server forgets all tokens, so this request gets a 401 and the client has to log in again. */
  "dropTokens",
  /**
   * The circuit breaker opens: this request and all others of the next 30 s get a 500 without envelope. The real
   * one is opened by unclassified failures; here no other fault opens it, so that each can be tried alone.
   */
  "openCircuit",
  /**
   * The whole server stops for `freezeSeconds`: this request and all that come until the end, logins and those in
   * line too, are begun only then, and take their time as ever. What is worked on already ends as if nothing were. A
   * freeze that would strike during another does not.
   */
  "freeze",
  /** The answer is held back for `stallSeconds`; the transaction starts after that. */
  "stall",
  /** 500 `{message, traceId}`, as if the commit had failed: nothing is written. */
  "error",
  /** One operation fails for an unknown reason: rolled back, 500 with the failure envelope. */
  "operationError",
  /** One operation meets a write conflict: rolled back, 409 with the failure envelope. */
  "writeConflict",
  /** The connection is reset and nothing is written. */
  "resetBeforeCommit",
  /** The connection is reset although everything is written. */
  "resetAfterCommit",
  /** All is written, but the answer is cut off in the middle of its text. */
  "malformedJson",
  /** All is written, but the last result is missing from the answered array. */
  "truncatedArray"
] as const
export type FaultName = (typeof faultNames)[number]

/**
 * Each request with a good token is struck with `probability`, or every `every`-th one is, or once the `at`-th one;
 * counted from the last change.
 */
const Rate = Schema.Union(
  Schema.Struct({ probability: Schema.Number.pipe(Schema.between(0, 1)) }),
  Schema.Struct({ every: Schema.Int.pipe(Schema.greaterThanOrEqualTo(1)) }),
  Schema.Struct({ at: Schema.Int.pipe(Schema.greaterThanOrEqualTo(1)) })
)
export type Rate = typeof Rate.Type

/** JSON can spell infinity: `1e999`. */
const Seconds = Schema.Finite.pipe(Schema.nonNegative())

/**
 * What `PUT /_local/faults` takes, and answers: `{"writeConflict": {"probability": 0.01}, "stall": {"every": 500},
 * "stallSeconds": 10, "freeze": {"at": 1000}, "on": "batch"}`. A fault that is not named does not strike; `{}` ends them all.
 */
export const Faults = Schema.Struct({
  dropTokens: Schema.optional(Rate),
  openCircuit: Schema.optional(Rate),
  freeze: Schema.optional(Rate),
  stall: Schema.optional(Rate),
  error: Schema.optional(Rate),
  operationError: Schema.optional(Rate),
  writeConflict: Schema.optional(Rate),
  resetBeforeCommit: Schema.optional(Rate),
  resetAfterCommit: Schema.optional(Rate),
  malformedJson: Schema.optional(Rate),
  truncatedArray: Schema.optional(Rate),
  /** How long the server stands still when it freezes, in seconds; 2 if left out. */
  freezeSeconds: Schema.optional(Seconds),
  /** How long a stalled answer is held back, in seconds; 60 if left out. */
  stallSeconds: Schema.optional(Seconds),
  /** Which requests are struck: those to `/batch` (the default), those to `/data`, or both. */
  on: Schema.optional(Schema.Literal("batch", "data", "both"))
})
export type Faults = typeof Faults.Type

/** How long the circuit breaker stays open, in milliseconds. @see contract section 3, "Circuit breaker" */
export const circuitMillis = 30_000

/** The faults that one request suffers. */
export type Strikes = ReadonlySet<FaultName>

const unharmed: Strikes = new Set()

/** Throws the dice, with its own random numbers so that nothing else shifts them. */
export class FaultDice {
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

  /** Replaces all faults and starts counting requests anew. */
  replace(faults: Faults): void {
    this.#faults = faults
    this.#requests = 0
  }

  get freezeMillis(): number {
    return (this.#faults.freezeSeconds ?? 2) * 1000
  }

  get stallMillis(): number {
    return (this.#faults.stallSeconds ?? 60) * 1000
  }

  /** Which of `count` operations a fault inside a batch strikes, 0-based. */
  pick(count: number): number {
    return Math.floor(this.random.number() * count)
  }

  /** What the next request to `route` suffers. */
  throwFor(route: "batch" | "data"): Strikes {
    const on = this.#faults.on ?? "batch"
    if (on !== "both" && on !== route) return unharmed
    this.#requests++
    const strikes = new Set<FaultName>()
    for (const name of faultNames) {
      const rate = this.#faults[name]
      if (rate === undefined) continue
      if (this.#strikes(rate)) strikes.add(name)
    }
    return strikes.size === 0 ? unharmed : strikes
  }

  #strikes(rate: Rate): boolean {
    if ("every" in rate) return this.#requests % rate.every === 0
    return "at" in rate ? this.#requests === rate.at : this.random.number() < rate.probability
  }
}

const isFaultName = (name: string): name is FaultName => faultNames.some((known) => known === name)

/**
 * One fault as a flag spells it: `writeConflict=0.01` strikes one request in a hundred by chance, `stall=1/500`
 * every 500th, `freeze=@500` the 500th alone.
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
