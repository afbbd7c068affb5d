/** A small made-up run, for tests of reports. */
import type { Sample } from "../../src/domain/Sample.ts"

export const samples: ReadonlyArray<Sample> = [
  ...[1000, 2000, 3000, 250_000].map((latencyMicros): Sample => ({
    name: "students-batch-2",
    method: "POST",
    sentNanos: 0n,
    latencyMicros,
    sentBytes: 5000,
    receivedBytes: 700,
    outcome: { _tag: "Succeeded", operations: { create: 2, update: 2, delete: 2 } }
  })),
  {
    name: "sections-batch-2",
    method: "POST",
    sentNanos: 0n,
    latencyMicros: 1500.25,
    sentBytes: 6000,
    receivedBytes: 300,
    outcome: {
      _tag: "Failed",
      operationCount: 6,
      failure: {
        kind: "rolledBack",
        status: 409,
        op: "create",
        resource: "sections",
        index: 3,
        problemType: "urn:ed-fi:api:data-conflict:unresolved-reference",
        example: 'operation 3 (create sections) failed with 409, "quoted", and a comma'
      }
    }
  }
]
