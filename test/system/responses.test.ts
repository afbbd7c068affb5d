/** Ten thousand generated responses through each way to send: every response gives one request exactly one outcome. */
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as FastCheck from "effect/FastCheck"
import * as Layer from "effect/Layer"
import type { DmsConfig } from "../../src/dms/DmsConfig.ts"
import type { WireName } from "../../src/domain/wireNames.ts"
import { decodeBatch } from "../../src/dms/decode.ts"
import { HttpAgent } from "../../src/dms/HttpAgent.ts"
import { Transport } from "../../src/dms/Transport.ts"
import { makeStudent, students } from "../../src/documents/students.ts"
import type { TransportFailed } from "../../src/domain/BatchError.ts"
import { triple } from "../../src/domain/Operation.ts"
import type { HttpResponse } from "../../src/wire/httpMessage.ts"
import { makeCertificate } from "../certificate.ts"
import { config } from "../dms/responses.ts"
import {
  type Meaning,
  maxResponseBytes,
  numberHeader,
  type ResponseStream,
  responseStream,
  serveStreams
} from "../dms/responseStreams.ts"

const settingsOf = (wire: WireName) =>
  config({ wire, requestTimeout: Duration.minutes(2), maxResponseBytes, ignoreCertificateErrors: true })

const sent = triple(students, makeStudent({ seed: 1, user: 0, iteration: 0, index: 0 }), { firstName: "B" })

const text = (body: Uint8Array): string => Buffer.from(body).toString("latin1")

/** The error of an outcome; `undefined` if it matches the stream. */
const wrongWith = (
  meaning: Meaning,
  outcome: Either.Either<HttpResponse, TransportFailed>
): string | undefined => {
  if (Either.isLeft(outcome)) {
    if (outcome.left.detail.length > 1000) return "a long detail"
    return meaning._tag === "Response" ? outcome.left.message : undefined
  }
  // Reading it always gives a value.
  decodeBatch(sent, outcome.right, (said) => said)
  if (meaning._tag === "Failure") return `taken for a response with ${outcome.right.status}`
  if (meaning._tag === "Either") return undefined
  const { body, status } = outcome.right
  return status === meaning.status && text(body) === text(meaning.body)
    ? undefined
    : `${status} with ${body.length} bytes instead of ${meaning.status} with ${meaning.body.length}`
}

const holds = (streams: ReadonlyArray<ResponseStream>, tls?: ReturnType<typeof makeCertificate>) =>
  Effect.gen(function* () {
    const { askedFor, url } = yield* serveStreams(streams, tls)
    const { send } = yield* Transport
    const outcomes = yield* Effect.forEach(
      streams,
      (_, index) =>
        Effect.either(
          send({
            method: "POST",
            url,
            headers: { "content-type": "application/json", [numberHeader]: String(index) },
            body: Buffer.from(`[${index}]`)
          })
        ),
      { concurrency: 20 }
    )
    const wrong = streams.flatMap(({ bytes, meaning }, index) => {
      const outcome = outcomes[index]
      const why =
        outcome === undefined
          ? "no outcome"
          : askedFor(index) === 1
            ? wrongWith(meaning, outcome)
            : `sent ${askedFor(index)} times`
      return why === undefined ? [] : [`${index}: ${why}: ${JSON.stringify(text(bytes.subarray(0, 200)))}`]
    })
    assert.deepStrictEqual(wrong.slice(0, 5), [])
    assert.strictEqual(outcomes.length, streams.length)
  })

const describeOver = (
  name: string,
  wire: WireName,
  layer: Layer.Layer<Transport, never, DmsConfig>,
  count: number
) =>
  describe(`responses through ${name}`, () => {
    const provided = Layer.provide(layer, settingsOf(wire))
    const drawn = (seed: number, numRuns = count) => FastCheck.sample(responseStream, { seed, numRuns })
    const what = (number: number) =>
      `${number} of them, split at random: each request is sent once and has one outcome`
    /** TLS hands the same bytes to the same readers. */
    const overTls = Math.min(count, 2000)
    const atMostMillis = 300_000

    it.scopedLive(what(count), () => Effect.provide(holds(drawn(255901)), provided), atMostMillis)

    it.scopedLive(
      `${what(overTls)}, over TLS`,
      () => Effect.provide(holds(drawn(2026, overTls), makeCertificate("localhost")), provided),
      atMostMillis
    )
  })

// Every implementation of `Transport` is listed here and must behave alike.
describeOver("undici", "undici", Transport.layer, 10_000)
describeOver("node:net", "node", Transport.layer, 10_000)
describeOver(
  "an HttpClient",
  "undici",
  Transport.layerHttpClient.pipe(Layer.provide(HttpAgent.layerHttpClient), Layer.provide(HttpAgent.layer)),
  2000
)
