/** What debug mode prints of operations with arbitrary ids of the server. */
import { assert, describe, it } from "@effect/vitest"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { printingLayer } from "../../src/run/printingClients.ts"
import { BatchClient } from "../../src/dms/BatchClient.ts"
import { SingleClient } from "../../src/dms/SingleClient.ts"
import { Tokens } from "../../src/dms/Tokens.ts"
import { atId, create, remove } from "../../src/domain/Operation.ts"
import { noReads } from "../dms/noReads.ts"
import { makeStudent, students } from "../../src/documents/students.ts"

const token = "token-nobody-may-see"
const tokens = Layer.succeed(Tokens, {
  current: Effect.succeed(Redacted.make(token)),
  isRefused: () => false,
  renew: () => Effect.void,
  redact: (text) => text.replaceAll(token, "<redacted>")
})

/** Clients of a server that returns this id for every operation. */
const clientsWith = (id: string) => {
  const batches = Layer.succeed(BatchClient, {
    naming: "endpoint",
    postBatch: (operations) =>
      Effect.succeed(
        operations.map(({ op }, index) => ({ index, status: "success" as const, op, documentId: id }))
      )
  })
  const singles = Layer.succeed(SingleClient, {
    send: () => Effect.succeed(id),
    sendBad: () => Effect.succeed({ detail: "refused" })
  })
  return Layer.provide(printingLayer, Layer.mergeAll(tokens, batches, noReads, singles))
}

/** The lines that a batch of two operations and a single request print. */
const printedWith = (id: string) =>
  Effect.gen(function* () {
    const printed: Array<string> = []
    const log = (...texts: ReadonlyArray<unknown>) => Effect.sync(() => void printed.push(texts.join(" ")))
    const console: Console.Console = { ...(yield* Effect.console), log }
    const student = create(students, makeStudent({ seed: 1, user: 0, iteration: 0, index: 0 }))
    const gone = remove(students, { documentId: "1" })
    yield* Effect.gen(function* () {
      const { postBatch } = yield* BatchClient
      const { send } = yield* SingleClient
      yield* postBatch([student, gone], "students-batch-1")
      yield* send(atId(gone, "1"))
    }).pipe(Effect.provide(clientsWith(id)), Effect.withConsole(console))
    return printed.join("\n").split("\n")
  })

describe("debug mode", () => {
  it.effect.each([
    ["the token", `Bearer ${token}`, "Bearer <redacted>"],
    ["the token across its limit", `${"x".repeat(95)}${token}`, `${"x".repeat(95)}<reda...`],
    ["a control sequence of a terminal", "\u001b[2J", "\\u001B[2J"],
    ["a plain id", "5f2c-11", "5f2c-11"]
  ] as const)("prints ids without secrets and harmless: %s", ([, id, shown]) =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* printedWith(id), [
        "students-batch-1: 2 operations succeeded",
        `  0 create students ${shown}`,
        `  1 delete students ${shown}`,
        `DELETE /data/ed-fi/students/{id}: succeeded, ${shown}`
      ])
    })
  )
})
