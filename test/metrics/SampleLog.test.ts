import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import type { Sample } from "../../src/domain/Sample.ts"
import { requestLine, SampleLine, secondLine } from "../../src/metrics/SampleLine.ts"
import { SampleBuffer, type SampleChunk } from "../../src/metrics/SampleLog.ts"
import type { TimelinePoint } from "../../src/metrics/Timeline.ts"

const read = Schema.decodeSync(SampleLine)

const sample = (name: string): Sample => ({
  name,
  method: "POST",
  sentNanos: 0n,
  latencyMicros: 4215.4,
  sentBytes: 27_914,
  receivedBytes: 3591,
  outcome: { _tag: "Succeeded", operations: { create: 10, update: 9, delete: 8 } }
})

const failed = (resource: string): Sample => ({
  ...sample("sections-batch-2"),
  outcome: {
    _tag: "Failed",
    operationCount: 6,
    failure: {
      kind: "rolledBack",
      status: 409,
      op: "create",
      resource,
      index: 3,
      problemType: "urn:x",
      example: "in words"
    }
  }
})

const point: TimelinePoint = {
  elapsedSeconds: 1.000213,
  seconds: 1.000213,
  users: 3,
  requests: 12,
  failures: 1,
  operations: 330,
  rows: 0,
  latencyMs: { p50: 4.2, p95: 5, p99: 6, max: 7 },
  byOutcome: null,
  lateStarts: 0,
  dropped: 0,
  generator: null
}

/** Names with everything that JSON and UTF-8 have to do something about. */
const oddNames = ['"quoted"\\', "zwölf\nZeilen", "\u{1f600} and \u0000", "half \ud800 a pair", "\u2028", ""]

const linesOf = ({ bytes }: SampleChunk) => {
  const lines = new TextDecoder("utf-8", { fatal: true }).decode(bytes).split("\n")
  assert.strictEqual(lines.pop(), "", "the last line is not whole")
  return lines.map((line) => read(line))
}
const namesOf = (chunk: SampleChunk) =>
  linesOf(chunk).map((line) => (line.type === "request" ? line.name : line.type))

describe("a line of the samples", () => {
  it("has the measurements of a successful request", () => {
    assert.deepStrictEqual(read(requestLine(sample("students-batch-10"), 1234.567_891)), {
      type: "request",
      elapsedSeconds: 1.234568,
      name: "students-batch-10",
      method: "POST",
      latencyMs: 4.215,
      serviceMs: null,
      sentBytes: 27_914,
      receivedBytes: 3591,
      operations: { create: 10, update: 9, delete: 8 },
      rows: 0,
      failure: null
    })
  })

  it("has the kind of a failure and its number of operations, but not its text", () => {
    const line = read(requestLine(failed("sections"), 0))
    assert.deepInclude(line, {
      elapsedSeconds: 0,
      operations: { create: 0, update: 0, delete: 0 },
      failure: {
        kind: "rolledBack",
        status: 409,
        op: "create",
        resource: "sections",
        index: 3,
        problemType: "urn:x",
        operations: 6
      }
    })
  })

  it.each(oddNames)("is one line whatever a request is called: %j", (name) => {
    for (const line of [requestLine(sample(name), 1), requestLine(failed(name), 1)]) {
      assert.strictEqual(line.indexOf("\n"), line.length - 1)
      assert.strictEqual(read(line).type, "request")
    }
    assert.deepInclude(read(requestLine(sample(name), 1)), { name })
  })

  it("has the point of the timeline of a second", () => {
    assert.deepStrictEqual(read(secondLine(point)), { type: "second", ...point })
  })
})

describe("SampleBuffer", () => {
  it("gives every line once, in order, over many pages and odd names", () => {
    const buffer = new SampleBuffer(100_000_000)
    const names = Array.from({ length: 5000 }, (_, i) => `${i} ${oddNames[i % 3] ?? ""}`)
    const taken: Array<SampleChunk> = []
    names.forEach((name, i) => {
      buffer.record(sample(name), i)
      if (i % 1777 === 0) taken.push(buffer.take())
    })
    taken.push(buffer.take())
    assert.deepStrictEqual(taken.flatMap(namesOf), names)
    assert.strictEqual(
      taken.reduce((sum, { samples }) => sum + samples, 0),
      names.length
    )
    assert.deepStrictEqual(
      taken.map(({ dropped }) => dropped),
      taken.map(() => 0)
    )
    assert.deepStrictEqual(buffer.take(), { bytes: new Uint8Array(), samples: 0, dropped: 0 })
  })

  it("takes a line that is longer than a page", () => {
    const buffer = new SampleBuffer(10_000_000)
    const names = ["short", "ü".repeat(1_000_000), "short again"]
    for (const name of names) buffer.record(sample(name), 1)
    assert.deepStrictEqual(namesOf(buffer.take()), names)
  })

  it("drops and counts requests while it is full, but no second, until it is emptied", () => {
    const maxBytes = 10_000
    const buffer = new SampleBuffer(maxBytes)
    for (let i = 0; i < 1000; i++) buffer.record(sample(String(i)), i)
    buffer.recordSecond(point)
    const chunk = buffer.take()
    assert.isAbove(chunk.dropped, 900)
    assert.strictEqual(chunk.samples + chunk.dropped, 1000)
    assert.isAtMost(chunk.bytes.length, maxBytes + 1000)
    assert.deepStrictEqual(namesOf(chunk).slice(-2), [String(chunk.samples - 1), "second"])
    buffer.record(sample("later"), 1)
    const next = buffer.take()
    assert.deepStrictEqual([namesOf(next), next.dropped], [["later"], 0])
  })

  it("takes the lines of another buffer, or drops and counts all of them", () => {
    const worker = new SampleBuffer(500)
    for (let i = 0; i < 10; i++) worker.record(sample(String(i)), i)
    const chunk = worker.take()
    const buffer = new SampleBuffer(chunk.bytes.length + 1)
    buffer.add(chunk)
    buffer.add(chunk)
    const both = buffer.take()
    assert.deepStrictEqual(namesOf(both), namesOf(chunk))
    assert.deepStrictEqual([both.samples, both.samples + both.dropped], [chunk.samples, 20])
  })
})
