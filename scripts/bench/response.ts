/**
 * The local DMS in memory without a socket: batches of student operations handed to `answer`, one after the other;
 * a line of JSON tells of each round. The requests are made beforehand, and so are the students that the store holds
 * all the time.
 *
 * Usage: node .bench/scripts/bench/answer.js TRIPLES SECONDS ROUNDS STUDENTS
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { tuneHeap } from "../../src/cli/tuneHeap.ts"
import type { JsonObject } from "../../src/domain/Json.ts"
import { LocalDms, LocalDmsOptions } from "../../src/local-dms/LocalDms.ts"
import type { Request } from "../../src/local-dms/Exchange.ts"

const [triples = 10, seconds = 3, rounds = 5, held = 0] = process.argv.slice(2).map(Number)
const { key, secret } = LocalDmsOptions.default

const post = (target: string, body: string, headers: Request["headers"]): Request => ({
  method: "POST",
  target,
  root: "http://dms.bench",
  headers: { host: "dms.bench", ...headers },
  body,
  tooLong: false
})

const login = post("/connect/token", "", {
  authorization: `Basic ${Buffer.from(`${key}:${Redacted.value(secret)}`).toString("base64")}`,
  "content-type": "application/x-www-form-urlencoded"
})

const studentTriple = (studentUniqueId: string): ReadonlyArray<JsonObject> => {
  const naturalKey = { studentUniqueId }
  const document = {
    ...naturalKey,
    firstName: "Ada",
    middleName: "B",
    lastSurname: "Lovelace",
    birthDate: "2010-05-01"
  }
  const resource = "students"
  return [
    { op: "create", resource, document },
    { op: "update", resource, naturalKey, document: { ...document, firstName: "Ada Updated" } },
    { op: "delete", resource, naturalKey }
  ]
}

tuneHeap()

const program = Effect.gen(function* () {
  const { respond } = yield* LocalDms
  const reply = yield* respond({ ...login, body: "grant_type=client_credentials" })
  const token: unknown = reply._tag === "Response" ? JSON.parse(reply.body) : undefined
  const authorization = `Bearer ${String(Object(token)["access_token"])}`
  const batches = Array.from({ length: 1000 }, (_, batch) => {
    const operations = Array.from({ length: triples }, (_, at) => studentTriple(`bench-${batch}-${at}`))
    return post("/batch", JSON.stringify(operations.flat()), { authorization })
  })
  const round = (lasting: number) =>
    Effect.gen(function* () {
      const start = yield* Clock.currentTimeNanos
      let sent = 0
      let elapsedSeconds = 0
      while (elapsedSeconds < lasting) {
        for (const batch of batches.slice(0, 100)) {
          const reply = yield* respond(batch)
          if (reply._tag === "Reset" || reply.status !== 200) {
            return yield* Effect.dieMessage("a batch was not taken")
          }
        }
        sent += 100
        batches.push(...batches.splice(0, 100))
        elapsedSeconds = Number((yield* Clock.currentTimeNanos) - start) / 1e9
      }
      return {
        batchesPerSecond: sent / elapsedSeconds,
        operationsPerSecond: (sent * triples * 3) / elapsedSeconds
      }
    })
  for (let first = 0; first < held; first += 100) {
    const creates = Array.from({ length: 100 }, (_, at) => studentTriple(`held-${first + at}`)[0])
    yield* respond(post("/batch", JSON.stringify(creates), { authorization }))
  }
  const { rows } = yield* (yield* LocalDms).stats
  if ((rows["students"] ?? 0) !== held) return yield* Effect.dieMessage("the students were not taken")
  yield* round(2)
  for (let i = 0; i < rounds; i++) process.stdout.write(`${JSON.stringify(yield* round(seconds))}\n`)
}).pipe(Effect.provide(LocalDms.layer()))

await Effect.runPromise(program)
