/** A DMS that responds from a function, without sockets. */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { type DmsAddress, DmsConfig, type DmsOptions } from "../../src/dms/DmsConfig.ts"
import { Authorized } from "../../src/dms/Authorized.ts"
import { BatchClient } from "../../src/dms/BatchClient.ts"
import { Discovery } from "../../src/dms/Discovery.ts"
import { ResourceClient } from "../../src/dms/ResourceClient.ts"
import { ReadClient } from "../../src/dms/ReadClient.ts"
import { SingleClient } from "../../src/dms/SingleClient.ts"
import { Tokens } from "../../src/dms/Tokens.ts"
import { Transport } from "../../src/dms/Transport.ts"
import type { HttpResponse, HttpRequest } from "../../src/wire/httpMessage.ts"
import type { TransportFailed } from "../../src/domain/BatchError.ts"
import { type Sample, SampleSink } from "../../src/domain/Sample.ts"

export interface FakeResponse {
  readonly status: number
  readonly body: string
  readonly headers?: HttpResponse["headers"]
  /** Delay of the response, by the clock in use. */
  readonly afterMillis?: number
}

export type Respond = (request: HttpRequest, index: number) => FakeResponse | TransportFailed

export const config = (options: Partial<DmsOptions & DmsAddress> = {}) =>
  DmsConfig.layer({
    baseUrl: "http://dms.test",
    key: Redacted.make("test-key"),
    secret: Redacted.make("test-secret"),
    resourceNaming: "endpoint",
    requestTimeout: Duration.seconds(60),
    ...options
  })

const discovery = Layer.succeed(Discovery, {
  data: "http://dms.test/data",
  oauth: new URL("http://dms.test/oauth/token"),
  batch: new URL("http://dms.test/batch")
})

/** The clients over these responses, with a token that needs no login, and the requests that they sent. */
export const clientsOver = (
  respond: Respond,
  options: Partial<DmsOptions> = {},
  tokens: Layer.Layer<Tokens> = Tokens.layerTest
) => {
  const sent: Array<HttpRequest> = []
  const samples: Array<Sample> = []
  const transport = Transport.layerMemory((request) =>
    Effect.suspend(() => {
      const response = respond(request, sent.length)
      sent.push(request)
      return "_tag" in response
        ? Effect.fail(response)
        : Effect.as(Effect.sleep(response.afterMillis ?? 0), response)
    })
  )
  const layer = Layer.mergeAll(
    BatchClient.layer,
    ResourceClient.layer,
    ReadClient.layer,
    SingleClient.layer,
    Layer.succeed(SampleSink, { unsafeRecord: (sample) => samples.push(sample) })
  ).pipe(
    Layer.provide(Authorized.layer),
    Layer.provide(Layer.mergeAll(transport, tokens, discovery, config(options)))
  )
  return { layer, sent, samples }
}

/** The response to a committed batch of students; the ids are used in turn. */
export const outcomesOf = (
  ops: ReadonlyArray<string | undefined>,
  documentIds: ReadonlyArray<string | undefined> = ["6f1e1c1a-5a43-4b8e-9d59-3f4ffd6c8a11"]
) =>
  ops.map((op, index) => ({
    index,
    status: "success",
    op,
    resource: "students",
    documentId: documentIds[index % documentIds.length]
  }))

export const bodyOf = (request: HttpRequest | undefined): unknown =>
  JSON.parse(new TextDecoder().decode(request?.body ?? new Uint8Array()))
