/** Detects how a server spells resources in operations, with a delete of a student that cannot exist. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { BatchError, BatchRefused, TransportFailed } from "../domain/BatchError.ts"
import type { Operation } from "../domain/Operation.ts"
import type { ResourceNaming } from "../domain/Resource.ts"
import { shownAddress } from "../domain/shownAddress.ts"
import { isTransientStatus, retryTransient, retryAfterNote } from "./transientRetry.ts"
import type { PostBatch } from "./postBatch.ts"
import { withProxyNote } from "../wire/errorReason.ts"

/** The login succeeded, but the server has no batch endpoint (404, 405 or 501). */
export class BatchUnsupported extends Schema.TaggedError<BatchUnsupported>()("BatchUnsupported", {
  url: Schema.String,
  status: Schema.Int
}) {
  override get message(): string {
    const { status, url } = this
    return (
      `this DMS has no batch endpoint at ${url} (status ${status}; the login succeeded); ` +
      "edfi-perf run --testType VOLUME sends single requests, which every DMS accepts; --batchPath sets another address"
    )
  }
}

/** The responses of the server do not show how it spells resources. */
export class NamingUnknown extends Schema.TaggedError<NamingUnknown>()("NamingUnknown", {
  url: Schema.String,
  detail: Schema.String,
  /** How to solve it. */
  advice: Schema.optionalWith(Schema.String, {
    default: () => "set it with --resourceNaming endpoint or --resourceNaming resource"
  })
}) {
  override get message(): string {
    return `cannot detect how ${this.url} spells resources: ${this.detail}; ${this.advice}`
  }
}

/** No student has this key: edfi-perf never creates it, and other clients should not. */
const unusedStudentId = "EDFI-PERF-NOBODY-0000000000000"

const probeBatch: ReadonlyArray<Operation> = [
  {
    op: "delete",
    resource: { endpoint: "students", name: "Student" },
    target: { naturalKey: { studentUniqueId: unusedStudentId } }
  }
]

/** The server redirects batches, so that the other spelling fails as well. */
const isRedirect = (error: BatchError): boolean =>
  error._tag === "BatchRefused" && error.status >= 300 && error.status < 400

const isTransient = (error: BatchError): boolean =>
  error._tag === "TransportFailed" || (error._tag === "BatchRefused" && isTransientStatus(error.status))

/**
 * Tries `endpoint` first, which servers accept since commit 86dd9b048. The wrong spelling fails with 400 inside
 * `failedOperation`. Any other failure of the operation, usually 404, means that the spelling is right.
 */
export const detectNaming = (
  { href }: URL,
  postBatchWith: (naming: ResourceNaming) => PostBatch
): Effect.Effect<ResourceNaming, BatchUnsupported | NamingUnknown> => {
  const url = shownAddress(href)
  const unknown = (error: BatchRefused | TransportFailed) =>
    new NamingUnknown({
      url,
      detail: `${error.message}${retryAfterNote(error)}`,
      ...(isRedirect(error) ? { advice: "set the address of batches with --batchPath" } : {})
    })
  const isAccepted = (naming: ResourceNaming): Effect.Effect<boolean, BatchUnsupported | NamingUnknown> =>
    retryTransient(postBatchWith(naming)(probeBatch), { target: url, isTransient }).pipe(
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
    if (yield* isAccepted("endpoint")) return "endpoint"
    if (yield* isAccepted("resource")) return "resource"
    return yield* new NamingUnknown({ url, detail: "it accepts neither students nor Student" })
  })
}
