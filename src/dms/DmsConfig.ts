/** The settings of the client services: address, credentials, timeouts and limits. */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Layer from "effect/Layer"
import type * as Redacted from "effect/Redacted"
import type { WireName } from "../domain/wireNames.ts"
import type { ResourceNaming } from "../domain/Resource.ts"
import type { Route } from "./routes.ts"

export interface DmsAddress {
  /** Root URL without a trailing slash: `http://localhost:8080` or `https://host/api`. */
  readonly baseUrl: string
  readonly key: Redacted.Redacted
  readonly secret: Redacted.Redacted
}

export interface DmsOptions {
  readonly ignoreCertificateErrors: boolean
  /** From sending a request to the last byte of its response. */
  readonly requestTimeout: Duration.Duration
  /** Maximum size of a response body in bytes, after decompression; a larger response is cut off and fails. */
  readonly maxResponseBytes: number
  /** Maximum number of connections for the load, >= 1; by default one for each request in flight. */
  readonly connections?: number | undefined
  /** What sends the requests of the load. */
  readonly wire: WireName
  /** Send a request without a verdict once more; both are recorded. */
  readonly retryTransport: boolean
  /** Decode every response by its schema: slower, with the same result. */
  readonly strictDecoding: boolean
  readonly resourceNaming: ResourceNaming | "auto"
  /** Tenant and school year of the addresses, in the order in which the server has them: `["acme", "2026"]`. */
  readonly route?: Route | undefined
  /** Overrides the address from discovery: a URL, or a path below `baseUrl`. */
  readonly apiPrefix?: string | undefined
  readonly oauthEndpoint?: string | undefined
  readonly batchPath?: string | undefined
}

export class DmsConfig extends Context.Tag("edfi-perf/dms/DmsConfig")<DmsConfig, DmsAddress & DmsOptions>() {
  /** @example DmsConfig.layer({ baseUrl, key, secret, requestTimeout: Duration.seconds(10) }) */
  static readonly layer = (values: DmsAddress & Partial<DmsOptions>): Layer.Layer<DmsConfig> =>
    Layer.succeed(DmsConfig, { ...DmsConfig.defaults, ...values })

  /** The defaults of `edfi-perf run`: 60 seconds, no retry, naming detected from the server. */
  static readonly defaults: DmsOptions = {
    ignoreCertificateErrors: false,
    requestTimeout: Duration.seconds(60),
    maxResponseBytes: 16 * 1024 * 1024,
    wire: "node",
    retryTransport: false,
    strictDecoding: false,
    resourceNaming: "auto"
  }
}
