/** The options of a local DMS. */
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import type { DialectName } from "./Dialect.ts"
import type { Faults } from "./Faults.ts"
import * as Latency from "./Latency.ts"
import { dataStandard52 } from "./model/dataStandard52.ts"
import { tpdm11 } from "./model/tpdm11.ts"

const actions = ["create", "read", "update", "delete"] as const
export type Action = (typeof actions)[number]

/** `readChanges` is the right to `/deletes` and `/keyChanges`; lists by change version take `read`. @see api-facts section 3 */
const claimActions = [...actions, "readChanges"] as const

/** What a claim set allows or not. */
export type ClaimAction = (typeof claimActions)[number]

export const claimSetNames = ["none", "sandbox"] as const

/** What the client may do. `none`: everything. `sandbox`: what the stock claim set `EdFiSandbox` allows. */
export type ClaimSetName = (typeof claimSetNames)[number]

/** An action that the client's claim set does not allow: 403. */
export interface Denial {
  readonly endpoint: string
  readonly action: ClaimAction
}

export interface LocalDmsOptions {
  /** The client id for logins. */
  readonly key: string
  readonly secret: Redacted.Redacted
  /** Maximum number of operations in a batch, 1 or more; larger batches get a 413. */
  readonly batchMaxOperations: number
  /** Lifetime of a token in seconds, 1 or more. */
  readonly tokenLifetimeSeconds: number
  /**
   * Maximum number of requests per 10 s and Host header, over all routes; further ones get a 429. 0 means no limit; the
   * real server has 5000.
   */
  readonly rateLimit: number
  /** Added to every request to `/batch` and `/data`; a refused batch counts as one without operations. */
  readonly latency: Latency.Latency
  /** By how many per cent of itself the latency grows in a minute, 0 or more: 1 makes 20 ms 32 ms after an hour. */
  readonly latencyGrowth: number
  /**
   * Maximum number of requests to `/batch` and `/data` in progress at the same time, 1 or more, latency included; the
   * others are queued in order of arrival. 4 with a latency of 20 ms give 200 requests/s. `undefined` means no limit.
   */
  readonly concurrency: number | undefined
  /**
   * `s` of the Universal Scalability Law, 0 to 1: a request that begins while N are in progress, itself included, takes
   * `1 + s(N - 1) + kN(N - 1)` times its latency. With s = 0.05 and k = 0.01 ten users get 4.3 times the throughput of
   * one, and forty 2.2 times.
   */
  readonly contention: number
  /** `k` of that law, 0 to 1. A closed loop has its highest throughput with `sqrt((1 - s) / k)` users. */
  readonly coherency: number
  /**
   * The number of waiting requests, 1 or more, from which on the server is stuck: each request that begins takes ten
   * times its latency until no request waits or is in progress. It needs `concurrency`, without which no request waits.
   * `undefined` means never.
   */
  readonly stuckAbove: number | undefined
  /**
   * Number of connections to the database, 1 or more. A request in progress takes one for its latency and its work, and
   * waits in order of arrival if all are taken. `undefined` means no limit by the server; the store may have its own.
   */
  readonly poolSize: number | undefined
  /** Maximum wait for one of the `poolSize` connections in seconds, 0 or more, then 500; `undefined` means no limit. */
  readonly poolTimeoutSeconds: number | undefined
  /** Makes ids, the population, tokens, faults and latencies repeatable; `undefined` takes a seed from the `Random` service. */
  readonly seed: number | undefined
  /** Whether a new store has the descriptor values of `descriptors.ts` and the district, or school years only. */
  readonly descriptors: "seeded" | "none"
  /** Number of students, 0 to 1,000,000, with which the store is filled at the start. It needs seeded descriptors. */
  readonly population: number
  /** Actions that are refused whatever the claim set says. */
  readonly deny: ReadonlyArray<Denial>
  readonly claimSet: ClaimSetName
  /** Whether the claim set's rules by relationship count; `undefined` leaves it to the dialect. */
  readonly relationships: boolean | undefined
  /** The client's education organizations; it reaches these and all below them. */
  readonly educationOrganizationIds: ReadonlyArray<number>
  /** The client's namespaces begin with one of these. */
  readonly namespacePrefixes: ReadonlyArray<string>
  /** Which server it answers as. */
  readonly dialect: DialectName
  /** How batches name resources: `students` (the final server) or `Student` (up to commit 4db19822). */
  readonly resourceNaming: "endpoint" | "resource"
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
  latencyGrowth: 0,
  concurrency: undefined,
  contention: 0,
  coherency: 0,
  stuckAbove: undefined,
  poolSize: undefined,
  poolTimeoutSeconds: undefined,
  seed: undefined,
  descriptors: "seeded",
  population: 0,
  deny: [],
  claimSet: "none",
  relationships: undefined,
  educationOrganizationIds: [255901],
  namespacePrefixes: ["uri://ed-fi.org", "uri://tpdm.ed-fi.org"],
  dialect: "batch",
  resourceNaming: "endpoint",
  faults: {},
  logBatches: false
}

export const LocalDmsOptions = {
  default: defaults,
  make: (overrides: Partial<LocalDmsOptions> = {}): LocalDmsOptions => ({ ...defaults, ...overrides })
}

const stock = [dataStandard52, tpdm11]

/** The endpoints of the stock data model, without its facts. */
export const stockEndpoints: ReadonlyArray<string> = stock.flatMap(({ descriptors, resources }) =>
  [...resources, ...descriptors].map(([endpoint]) => endpoint)
)

/**
 * Parses a denial as written in a flag: `students:delete`, `students:readChanges`.
 *
 * @param endpoints of the data model; `undefined` if it is not known yet: any
 */
export const parseDenial = (
  text: string,
  endpoints: ReadonlyArray<string> | undefined
): Option.Option<Denial> => {
  const [given = "", word, ...rest] = text.split(":")
  const endpoint =
    endpoints === undefined ? given : endpoints.find((known) => known.toLowerCase() === given.toLowerCase())
  const action = claimActions.find((known) => known === word)
  return endpoint === undefined || endpoint === "" || action === undefined || rest.length > 0
    ? Option.none()
    : Option.some({ endpoint, action })
}
