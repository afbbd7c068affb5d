/** Finds out how a server spells resources in operations: by a delete of a student that cannot exist. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { BatchError, BatchRefused, TransportFailed } from "../domain/BatchError.ts"
import type { Operation } from "../domain/Operation.ts"
import type { ResourceNaming } from "../domain/Resource.ts"
import { shownAddress } from "../domain/shownAddress.ts"
import { isTransientStatus, retryTransient, waitNote } from "./transientRetry.ts"
import type { PostBatch } from "./postBatch.ts"
import { withProxyNote } from "./proxyNote.ts"

/** The server is up and the login is good, but it has no transactional batches (404, 405 or 501). */
export class BatchUnsupported extends Schema.TaggedError<BatchUnsupported>()("BatchUnsupported", {
  url: Schema.String,
  status: Schema.Int
}) {
  override get message(): string {
    const { status, url } = this
    return `this DMS has no batch endpoint at ${url} (it answered ${status}, and the login was good); --batchPath gives another address`
  }
}

/** The server answered the question of how it spells resources with something that is no answer to it. */
export class NamingUnknown extends Schema.TaggedError<NamingUnknown>()("NamingUnknown", {
  url: Schema.String,
  detail: Schema.String,
  /** How to solve it. */
  advice: Schema.optionalWith(Schema.String, {
    default: () => "--resourceNaming endpoint or resource settles it"
  })
}) {
  override get message(): string {
    return `${this.url} did not show how it spells resources: ${this.detail}; ${this.advice}`
  }
}

/** No document of ours has this key, and nobody else's should. */
const nobody = "EDFI-PERF-NOBODY-0000000000000"

const question: ReadonlyArray<Operation> = [
  {
    op: "delete",
    resource: { endpoint: "students", name: "Student" },
    target: { naturalKey: { studentUniqueId: nobody } }
  }
]

/**
 * `endpoint` is tried first, because servers since commit 86dd9b048 take it. The wrong spelling fails with 400
 * inside `failedOperation`; any other failure of the operation, 404 as a rule, comes after the spelling was right.
 */
export const detectNaming = (
  { href }: URL,
  postBatchWith: (naming: ResourceNaming) => PostBatch
): Effect.Effect<ResourceNaming, BatchUnsupported | NamingUnknown> => {
  const url = shownAddress(href)
  const unknown = (error: BatchRefused | TransportFailed) =>
    new NamingUnknown({
      url,
      detail: `${error.message}${waitNote(error)}`,
      ...(isRedirect(error) ? { advice: "--batchPath gives another address" } : {})
    })
  const ask = (naming: ResourceNaming): Effect.Effect<boolean, BatchUnsupported | NamingUnknown> =>
    retryTransient(postBatchWith(naming)(question), { what: url, isTransient }).pipe(
      Effect.as(true),
      Effect.catchTags({
        BatchRolledBack: ({ failedOperation, status }) =>
          Effect.succeed((failedOperation.problem.status ?? status) !== 400),
        BatchRefused: (error) => {
          const { status } = error
          return status === 404 || status === 405 || status === 501
            ? Effect.fail(new BatchUnsupported({ url, status }))
            : Effect.fail(unknown(error))
        },
        TransportFailed: (error) => Effect.mapError(withProxyNote(error), unknown)
      })
    )
  return Effect.gen(function* () {
    if (yield* ask("endpoint")) return "endpoint"
    if (yield* ask("resource")) return "resource"
    return yield* new NamingUnknown({ url, detail: "it knows neither students nor Student" })
  })
}

/** Another spelling does not help where the server redirects batches. */
const isRedirect = (error: BatchError): boolean =>
  error._tag === "BatchRefused" && error.status >= 300 && error.status < 400

/** Worth asking again: no verdict, or a server that wants to be asked later. */
const isTransient = (error: BatchError): boolean =>
  error._tag === "TransportFailed" || (error._tag === "BatchRefused" && isTransientStatus(error.status))
