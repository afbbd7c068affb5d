/** The counts of one kind of request. */
import type { OperationCounts, Sample } from "../domain/Sample.ts"
import { Histogram, type Latencies } from "./Histogram.ts"

/** The counts of one kind of request, or of all requests. */
export interface Measured {
  /** `students-batch-10`; `Aggregated` for the sum. */
  readonly name: string
  /** HTTP method; empty for the sum. */
  readonly method: string
  readonly requests: number
  readonly failures: number
  /** Requests that the server was meant to refuse, and did; they are no failures. */
  readonly expectedFailures: number
  /** Operations that the server confirmed in a complete response. */
  readonly succeeded: OperationCounts
  /** Operations of batches that the server rolled back. */
  readonly rolledBack: number
  /** Operations of batches that the server refused before it ran any, or that never reached it. */
  readonly refused: number
  /** Operations of batches without a verdict: they may have been committed. */
  readonly unknown: number
  readonly sentBytes: number
  readonly receivedBytes: number
  /** Open model: from the due time to the last byte (response times). Closed model: service times. */
  readonly latencies: Latencies
  /** Service times in the open model; in the closed model `latencies` are the service times. */
  readonly services?: Latencies | undefined
}

/** Counts that can be added up, because their latencies have every bucket. */
export type Addable = Measured & {
  readonly latencies: Histogram
  readonly services?: Histogram | undefined
}

export class Counts implements Measured {
  readonly latencies = new Histogram()
  services: Histogram | undefined = undefined
  readonly succeeded = { create: 0, update: 0, delete: 0 }
  requests = 0
  failures = 0
  expectedFailures = 0
  rolledBack = 0
  refused = 0
  unknown = 0
  sentBytes = 0
  receivedBytes = 0

  constructor(
    readonly name: string,
    readonly method: string
  ) {}

  record({ latencyMicros, outcome, receivedBytes, sentBytes, waitedMicros }: Sample): void {
    this.requests++
    this.sentBytes += sentBytes
    this.receivedBytes += receivedBytes
    if (waitedMicros === undefined) this.latencies.record(latencyMicros)
    else {
      this.latencies.record(waitedMicros + latencyMicros)
      this.services ??= new Histogram()
      this.services.record(latencyMicros)
    }
    if (outcome._tag === "Succeeded") return this.addSucceeded(outcome.operations)
    if (outcome._tag === "ExpectedFailure") {
      this.expectedFailures++
      return
    }
    this.failures++
    const { failure, operationCount, written } = outcome
    if (written !== undefined) this.addSucceeded(written)
    else if (failure.kind === "rolledBack") this.rolledBack += operationCount
    else if (failure.kind === "refused" || failure.problemType === "connect") this.refused += operationCount
    else this.unknown += operationCount
  }

  /** The result is the same as if all requests had been counted here. */
  add(other: Addable): void {
    this.requests += other.requests
    this.failures += other.failures
    this.expectedFailures += other.expectedFailures
    this.addSucceeded(other.succeeded)
    this.rolledBack += other.rolledBack
    this.refused += other.refused
    this.unknown += other.unknown
    this.sentBytes += other.sentBytes
    this.receivedBytes += other.receivedBytes
    this.latencies.add(other.latencies)
    if (other.services !== undefined) {
      this.services ??= new Histogram()
      this.services.add(other.services)
    }
  }

  /** A copy that does not change with this one. */
  copy(): Counts {
    const copy = new Counts(this.name, this.method)
    copy.add(this)
    return copy
  }

  private addSucceeded(operations: OperationCounts): void {
    this.succeeded.create += operations.create
    this.succeeded.update += operations.update
    this.succeeded.delete += operations.delete
  }
}
