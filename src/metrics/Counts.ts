/** The counts of one kind of request. */
import type { OperationCounts, Sample } from "../domain/Sample.ts"
import type { Histogram, Latencies } from "./Histogram.ts"
import { allOf, type ByOutcome, LatenciesByOutcome } from "./LatenciesByOutcome.ts"

/** The counts of one kind of request, or of all requests, without their latencies. */
interface RequestCounts {
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
  /** Documents in the responses to succeeded reads. */
  readonly rowsRead: number
  readonly sentBytes: number
  readonly receivedBytes: number
}

/** The counts of one kind of request, or of all requests. */
export interface Measured extends RequestCounts {
  /** Of all requests. Open model: from the due time to the last byte (response times). Closed model: service times. */
  readonly latencies: Latencies
  /** Of all requests: service times in the open model; in the closed model `latencies` are the service times. */
  readonly services?: Latencies | undefined
  readonly latenciesByOutcome: ByOutcome<Latencies>
  readonly servicesByOutcome?: ByOutcome<Latencies> | undefined
}

/** Counts that can be added up, because their latencies have every bucket. */
export interface Addable extends RequestCounts {
  readonly latenciesByOutcome: ByOutcome<Histogram>
  readonly servicesByOutcome?: ByOutcome<Histogram> | undefined
}

export class Counts implements Measured, Addable {
  readonly latenciesByOutcome = new LatenciesByOutcome()
  servicesByOutcome: LatenciesByOutcome | undefined = undefined
  readonly succeeded = { create: 0, update: 0, delete: 0 }
  requests = 0
  failures = 0
  expectedFailures = 0
  rolledBack = 0
  refused = 0
  unknown = 0
  rowsRead = 0
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
    const isFailed = outcome._tag === "Failed"
    if (waitedMicros === undefined) this.latenciesByOutcome.record(latencyMicros, isFailed)
    else {
      this.latenciesByOutcome.record(waitedMicros + latencyMicros, isFailed)
      this.servicesByOutcome ??= new LatenciesByOutcome()
      this.servicesByOutcome.record(latencyMicros, isFailed)
    }
    if (outcome._tag === "Succeeded") {
      this.rowsRead += outcome.rows ?? 0
      return this.addSucceeded(outcome.operations)
    }
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
    this.rowsRead += other.rowsRead
    this.sentBytes += other.sentBytes
    this.receivedBytes += other.receivedBytes
    this.latenciesByOutcome.add(other.latenciesByOutcome)
    if (other.servicesByOutcome !== undefined) {
      this.servicesByOutcome ??= new LatenciesByOutcome()
      this.servicesByOutcome.add(other.servicesByOutcome)
    }
  }

  /** Made when it is read, where requests have failed. */
  get latencies(): Latencies {
    return allOf(this.latenciesByOutcome)
  }

  /** Made when it is read, where requests have failed. */
  get services(): Latencies | undefined {
    return this.servicesByOutcome && allOf(this.servicesByOutcome)
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
