/** Everything a local DMS can be told when it starts. */
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import type { Faults } from "./Faults.ts"
import * as Latency from "./Latency.ts"
import { findByEndpoint } from "./ResourceModel.ts"

const actions = ["create", "read", "update", "delete"] as const
export type Action = (typeof actions)[number]

/** An action the claim set of the client lacks: 403. */
export interface Denial {
  readonly endpoint: string
  readonly action: Action
}

export interface LocalDmsOptions {
  /** Client id a login needs. */
  readonly key: string
  readonly secret: Redacted.Redacted
  /** Operations a batch may have, 1 or more; one more is a 413. */
  readonly batchMaxOperations: number
  /** How long a token is good for, in seconds, 1 or more. */
  readonly tokenLifetimeSeconds: number
  /** Requests per 10 s and Host header, of every route; one more is a 429. 0 is no limit; the real one has 5000. */
  readonly rateLimit: number
  /** Added to every request to `/batch` and `/data`; a batch that is refused has no operations. */
  readonly latency: Latency.Latency
  /**
   * How many requests to `/batch` and `/data` are worked on at the same time, 1 or more, their latency included; the
   * others wait in line in the order in which they came. 4 with a latency of 20 ms are 200 requests/s. `undefined` is
   * no limit.
   */
  readonly concurrency: number | undefined
  /** Makes ids, tokens, faults and latency repeat; `undefined` takes one from the `Random` service. */
  readonly seed: number | undefined
  readonly deny: ReadonlyArray<Denial>
  /** How a batch names resources: `students` (the final server) or `Student` (up to commit 4db19822). */
  readonly dialect: "endpoint" | "resource"
  readonly faults: Faults
  /** Log a line per batch. */
  readonly logBatches: boolean
}

const defaults: LocalDmsOptions = {
  key: "local",
  secret: Redacted.make("local-secret"),
  batchMaxOperations: 100,
  tokenLifetimeSeconds: 1800,
  rateLimit: 0,
  latency: Latency.none,
  concurrency: undefined,
  seed: undefined,
  deny: [],
  dialect: "endpoint",
  faults: {},
  logBatches: false
}

export const LocalDmsOptions = {
  default: defaults,
  make: (overrides: Partial<LocalDmsOptions> = {}): LocalDmsOptions => ({ ...defaults, ...overrides })
}

/** A denial as a flag spells it: `students:delete`. */
export const parseDenial = (text: string): Option.Option<Denial> => {
  const [endpoint = "", given, ...rest] = text.split(":")
  const model = findByEndpoint(endpoint)
  const action = actions.find((known) => known === given)
  return model === undefined || action === undefined || rest.length > 0
    ? Option.none()
    : Option.some({ endpoint: model.endpoint, action })
}
