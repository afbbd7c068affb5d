/** Reads the metrics of a Prometheus exporter. */
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as Chunk from "effect/Chunk"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { excerpt } from "../domain/excerpt.ts"
import { rootMessage } from "../domain/rootMessage.ts"
import type { WatchTarget } from "../domain/WatchTarget.ts"
import { parseExporter } from "./parseExporter.ts"
import { ProcessesUnreadable, type ProcessSource } from "./ProcessReader.ts"

/** A scrape of node_exporter takes the server tens of milliseconds of CPU, so it is not done every second. */
const intervalMillis = 5000

const timeout = "4 seconds"
const maxBytes = 8 * 1024 * 1024

/** Credentials of the URL become a header: a URL with them is quoted in errors. */
const requestOf = (address: string): HttpClientRequest.HttpClientRequest => {
  const url = new URL(address)
  const { password, username } = url
  url.username = ""
  url.password = ""
  const request = HttpClientRequest.get(url.href, { headers: { accept: "text/plain; version=0.0.4" } })
  return username === ""
    ? request
    : HttpClientRequest.basicAuth(request, decodeURIComponent(username), decodeURIComponent(password))
}

class ScrapeFailed extends Data.TaggedError("ScrapeFailed")<{ readonly message: string }> {}

const fetchMetrics = (address: string) =>
  Effect.gen(function* () {
    const response = yield* HttpClient.execute(requestOf(address))
    if (response.status !== 200) return yield* new ScrapeFailed({ message: `status ${response.status}` })
    let bytes = 0
    const chunks = yield* response.stream.pipe(
      Stream.tap((chunk) => {
        bytes += chunk.length
        return bytes > maxBytes ? new ScrapeFailed({ message: `more than ${maxBytes} bytes` }) : Effect.void
      }),
      Stream.runCollect
    )
    return Buffer.concat(Chunk.toReadonlyArray(chunks)).toString("utf8")
  }).pipe(Effect.scoped)

/** The source of the metrics at an address, which has to respond. */
export const exporterSource = ({
  label,
  url
}: Extract<WatchTarget, { readonly _tag: "Exporter" }>): Effect.Effect<
  ProcessSource,
  ProcessesUnreadable,
  HttpClient.HttpClient
> =>
  Effect.gen(function* () {
    const client = yield* HttpClient.HttpClient
    const address = Redacted.value(url)
    const unreadable = (reason: string) => new ProcessesUnreadable({ label, reason })
    const read = fetchMetrics(address).pipe(
      Effect.provideService(HttpClient.HttpClient, client),
      Effect.mapError((cause) => unreadable(excerpt(rootMessage(cause).replaceAll(address, label)))),
      Effect.timeoutFail({ duration: timeout, onTimeout: () => unreadable(`no response within ${timeout}`) }),
      Effect.map(parseExporter)
    )
    const { cpuMicros, residentBytes } = yield* read
    if (cpuMicros === null && residentBytes === null) {
      return yield* unreadable("the response has no metric of CPU time or memory that is known")
    }
    return { label, intervalMillis, read }
  })
