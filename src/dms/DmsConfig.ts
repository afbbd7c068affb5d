/** Which DMS to talk to and how: what every client service needs to know. */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Layer from "effect/Layer"
import type * as Redacted from "effect/Redacted"
import type { ResourceNaming } from "../domain/Resource.ts"

export interface DmsAddress {
  /** Root URL without a trailing slash: `http://localhost:8080` or `https://host/api`. */
  readonly baseUrl: string
  readonly key: Redacted.Redacted
  readonly secret: Redacted.Redacted
}

export interface DmsOptions {
  readonly ignoreCertificateErrors: boolean
  /** From sending a request to the last byte of its answer. */
  readonly requestTimeout: Duration.Duration
  /** The maximum size of a response body in bytes, after decompression; a larger one is cut off and fails. */
  readonly maxResponseBytes: number
  /** The most connections that carry load, >= 1; without it there is one for each request under way. */
  readonly connections?: number | undefined
  /** Send a request once more when no verdict came back; both are counted. */
  readonly retryTransport: boolean
  /** Read every answer by its schema; slower, and no other answers pass. */
  readonly strictDecoding: boolean
  readonly resourceNaming: ResourceNaming | "auto"
  /** Override what discovery says: a URL, or a path below `baseUrl`. */
  readonly apiPrefix?: string | undefined
  readonly oauthEndpoint?: string | undefined
  readonly batchPath?: string | undefined
}

export class DmsConfig extends Context.Tag("edfi-perf/dms/DmsConfig")<DmsConfig, DmsAddress & DmsOptions>() {
  /** @example DmsConfig.layer({ baseUrl, key, secret, requestTimeout: Duration.seconds(10) }) */
  static readonly layer = (values: DmsAddress & Partial<DmsOptions>): Layer.Layer<DmsConfig> =>
    Layer.succeed(DmsConfig, { ...DmsConfig.defaults, ...values })

  /** What `edfi-perf run` uses when nothing is given: 60 seconds, no retry, naming asked of the server. */
  static readonly defaults: DmsOptions = {
    ignoreCertificateErrors: false,
    requestTimeout: Duration.seconds(60),
    maxResponseBytes: 16 * 1024 * 1024,
    retryTransport: false,
    strictDecoding: false,
    resourceNaming: "auto"
  }
}
