/** The lines of `<testtype>_samples.jsonl`: one for each second of a run, and one for each request that ended. */
import * as Schema from "effect/Schema"
import { Failure, type Sample } from "../domain/Sample.ts"
import { TimelinePoint } from "./Timeline.ts"

const { index, kind, op, problemType, resource, status } = Failure.fields

/** A request that ended. Every line has every member, for tools that need columns. */
const RequestLine = Schema.Struct({
  type: Schema.Literal("request"),
  /**
   * When it ended, since the start of the run. Exact to the microsecond within a thread; the clocks of two threads differ
   * by less than 2 ms.
   */
  elapsedSeconds: Schema.Number,
  name: Schema.String,
  method: Schema.String,
  /** To the last byte of the response: from sending, in the open model from the due time. */
  latencyMs: Schema.Number,
  /** Open model: from sending to the last byte; `null` in the closed model, where that is the latency. */
  serviceMs: Schema.optionalWith(Schema.NullOr(Schema.Number), { default: () => null }),
  sentBytes: Schema.Int,
  receivedBytes: Schema.Int,
  /** Operations that the server confirmed. */
  operations: Schema.Struct({ create: Schema.Int, update: Schema.Int, delete: Schema.Int }),
  /** Documents in the response to a read. */
  rows: Schema.optionalWith(Schema.Int, { default: () => 0 }),
  /**
   * `null` when it succeeded, or was meant to be refused and was (its name ends in `[Deliberate Failure]`); `operations`
   * is the number of operations in the request.
   */
  failure: Schema.NullOr(
    Schema.Struct({ kind, status, op, resource, index, problemType, operations: Schema.Int })
  )
})

/** A second that ended: a point of the timeline. */
const SecondLine = Schema.Struct({ type: Schema.Literal("second"), ...TimelinePoint.fields })

/** Reads a line of the file. */
export const SampleLine = Schema.parseJson(Schema.Union(RequestLine, SecondLine))
export type SampleLine = typeof SampleLine.Type

const nothing = { create: 0, update: 0, delete: 0 }

const failureOf = ({ outcome }: Sample): typeof RequestLine.Type.failure => {
  if (outcome._tag !== "Failed") return null
  const { index, kind, op, problemType, resource, status } = outcome.failure
  return { kind, status, op, resource, index, problemType, operations: outcome.operationCount }
}

const confirmedBy = ({ outcome }: Sample): typeof RequestLine.Type.operations => {
  if (outcome._tag === "Succeeded") return outcome.operations
  return outcome._tag === "Failed" ? (outcome.written ?? nothing) : nothing
}

const millisOf = (micros: number): number => Math.round(micros) / 1000

/** @param elapsedMillis since the start of the run */
export const requestLine = (sample: Sample, elapsedMillis: number): string => {
  const line: typeof RequestLine.Type = {
    type: "request",
    elapsedSeconds: Math.round(elapsedMillis * 1000) / 1e6,
    name: sample.name,
    method: sample.method,
    latencyMs: millisOf(sample.latencyMicros + (sample.waitedMicros ?? 0)),
    serviceMs: sample.waitedMicros === undefined ? null : millisOf(sample.latencyMicros),
    sentBytes: sample.sentBytes,
    receivedBytes: sample.receivedBytes,
    operations: confirmedBy(sample),
    rows: (sample.outcome._tag === "Succeeded" ? sample.outcome.rows : undefined) ?? 0,
    failure: failureOf(sample)
  }
  // As fast as concatenating the text by hand.
  return `${JSON.stringify(line)}\n`
}

export const secondLine = (point: TimelinePoint): string =>
  `${JSON.stringify({ type: "second", ...point })}\n`
