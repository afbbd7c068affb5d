/** Debug mode: clients that print the outcome of every operation. */
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { BatchClient } from "../dms/BatchClient.ts"
import { type DocumentAnswer, type Read, ReadClient } from "../dms/ReadClient.ts"
import { SingleClient } from "../dms/SingleClient.ts"
import { Tokens } from "../dms/Tokens.ts"
import { excerpt } from "../domain/excerpt.ts"
import { describeProblem } from "../domain/Problem.ts"
import { badName, singleName } from "../domain/requestName.ts"
import { plural } from "../result/numberFormat.ts"

const printFailure =
  (name: string | undefined) => (error: { readonly _tag: string; readonly message: string }) =>
    Console.log(`${name}: ${error._tag}: ${error.message}`)

const rowsOf = (answer: DocumentAnswer): string => {
  switch (answer._tag) {
    case "Found":
      return "1 row"
    case "Missing":
      return "not there, as expected"
    case "NotModified":
      return "not modified"
  }
}

/** The same for reads. */
const printingReads: Layer.Layer<ReadClient, never, ReadClient> = Layer.effect(
  ReadClient,
  Effect.map(ReadClient, ({ document, page, value }) => {
    const printing =
      (read: Read) =>
      <A, E extends Parameters<ReturnType<typeof printFailure>>[0], R>(
        sent: Effect.Effect<A, E, R>,
        said: (answer: A) => string
      ) =>
        Effect.tapBoth(sent, {
          onSuccess: (answer) => Console.log(`${read.name}: ${said(answer)}`),
          onFailure: printFailure(read.name)
        })
    return {
      document: (read) => printing(read)(document(read), rowsOf),
      page: (read) => printing(read)(page(read), ({ rows }) => plural(rows.length, "row")),
      value: (read, decode) => printing(read)(value(read, decode), () => "succeeded")
    }
  })
)

/** A document id for the console; redacted, cleaned and cut, because a server may send any text. */
const shownId = Effect.map(
  Tokens,
  ({ redact }) =>
    (id: string): string =>
      excerpt(redact(id), 100)
)

/** Prints one line per operation, or the one that failed, around another batch client. */
const printingBatches: Layer.Layer<BatchClient, never, BatchClient | Tokens> = Layer.effect(
  BatchClient,
  Effect.zipWith(BatchClient, shownId, ({ naming, postBatch }, shown) => ({
    naming,
    postBatch: (operations, name) =>
      Effect.tapBoth(postBatch(operations, name), {
        onSuccess: (outcomes) =>
          Console.log(
            [
              `${name}: ${outcomes.length} operations succeeded`,
              ...outcomes.map(
                ({ documentId, index, op, resource = operations[index]?.resource.endpoint }) =>
                  `  ${index} ${op} ${resource} ${shown(documentId)}`
              )
            ].join("\n")
          ),
        onFailure: printFailure(name)
      })
  }))
)

/** The same for single requests. */
const printingSingles: Layer.Layer<SingleClient, never, SingleClient | Tokens> = Layer.effect(
  SingleClient,
  Effect.zipWith(SingleClient, shownId, ({ send, sendBad }, shown) => ({
    send: (operation) => {
      const name = singleName(operation.op, operation.resource)
      return Effect.tapBoth(send(operation), {
        onSuccess: (id) => Console.log(`${name}: succeeded, ${shown(id)}`),
        onFailure: printFailure(name)
      })
    },
    sendBad: (operation) => {
      const name = badName(operation.resource)
      return Effect.tapBoth(sendBad(operation), {
        onSuccess: (problem) => Console.log(`${name}: refused, as expected: ${describeProblem(problem)}`),
        onFailure: printFailure(name)
      })
    }
  }))
)

export const printingLayer: Layer.Layer<
  BatchClient | ReadClient | SingleClient,
  never,
  BatchClient | ReadClient | SingleClient | Tokens
> = Layer.mergeAll(printingBatches, printingReads, printingSingles)
