/** The lines of `<testtype>_samples.jsonl`: one for each second of a run, and one for each request that ended. */
import * as Schema from "effect/Schema"
import { Failure, type Sample } from "../domain/Sample.ts"
import { TimelinePoint } from "./Timeline.ts"

const { index, kind, op, problemType, resource, status } = Failure.fields

/** A request that ended. Every line has every member, so that tools that want columns find them. */
const RequestLine = Schema.Struct({
  type: Schema.Literal("request"),
  /**
   * When it ended and was counted, since the run began. Of requests of one thread to the microsecond; the clocks of
   * two threads are less than 2 ms apart.
   */
  elapsedSeconds: Schema.Number,
  name: Schema.String,
  method: Schema.String,
  /** To the last byte of the answer: from sending, in the open model from the due time. */
  latencyMs: Schema.Number,
  /** Open model: from sending to the last byte; `null` in the closed model, where that is the latency. */
  serviceMs: Schema.optionalWith(Schema.NullOr(Schema.Number), { default: () => null }),
  sentBytes: Schema.Int,
  receivedBytes: Schema.Int,
  /** Confirmed by the server, one by one; all 0 when none was. */
  operations: Schema.Struct({ create: Schema.Int, update: Schema.Int, delete: Schema.Int }),
  /**
   * `null` when it succeeded, or was refused as it was meant to be (its name ends in `[Deliberate Failure]`);
   * `operations` is how many the request had.
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

/** @param elapsedMillis since the run began */
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
    failure: failureOf(sample)
  }
  // As fast as a text that is put together by hand.
  return `${JSON.stringify(line)}\n`
}

export const secondLine = (point: TimelinePoint): string =>
  `${JSON.stringify({ type: "second", ...point })}\n`
