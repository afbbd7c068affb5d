import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import { Congestion, type CongestionOptions } from "../../../src/local-dms/requests/Congestion.ts"

const congestion = (options: Partial<CongestionOptions>) =>
  new Congestion({
    concurrency: Number.POSITIVE_INFINITY,
    contention: 0,
    coherency: 0,
    stuckAbove: Number.POSITIVE_INFINITY,
    ...options
  })

const enter = (target: Congestion, count: number) => {
  for (let each = 0; each < count; each++) target.enter()
}

const leave = (target: Congestion, count: number) => {
  for (let each = 0; each < count; each++) target.leave()
}

describe("Congestion", () => {
  it("without options a request has the same latency however many there are", () => {
    const server = congestion({})
    enter(server, 1000)
    assert.strictEqual(server.factor(), 1)
  })

  it("the tenth of ten requests has 1 + 9s + 90k times the latency, and one alone has its own", () => {
    const server = congestion({ contention: 0.05, coherency: 0.01 })
    server.enter()
    assert.strictEqual(server.factor(), 1)
    enter(server, 9)
    assert.approximately(server.factor(), 2.35, 1e-12)
    leave(server, 9)
    assert.strictEqual(server.factor(), 1)
  })

  it("requests that wait do not slow down others", () => {
    const server = congestion({ concurrency: 4, contention: 0.1 })
    enter(server, 40)
    assert.deepStrictEqual([server.underWay, server.waiting], [4, 36])
    assert.approximately(server.factor(), 1.3, 1e-12)
  })

  it("gets stuck when so many wait, and stays so until the last request has gone", () => {
    const server = congestion({ concurrency: 2, stuckAbove: 3 })
    enter(server, 4)
    assert.strictEqual(server.factor(), 1)
    server.enter()
    assert.strictEqual(server.factor(), 10)
    leave(server, 4)
    assert.deepStrictEqual([server.underWay, server.waiting, server.stuck], [1, 0, true])
    assert.strictEqual(server.factor(), 10)
    server.leave()
    server.enter()
    assert.strictEqual(server.factor(), 1)
  })

  it("each request is under way or waits, and a server without requests is not stuck", () => {
    const limits = FastCheck.record({
      concurrency: FastCheck.integer({ min: 1, max: 5 }),
      stuckAbove: FastCheck.integer({ min: 1, max: 5 })
    })
    const arrivals = FastCheck.array(FastCheck.boolean(), { maxLength: 60 })
    const law = FastCheck.property(limits, arrivals, (options, steps) => {
      const server = congestion(options)
      let requests = 0
      for (const arrives of steps) {
        if (arrives) server.enter()
        else if (requests > 0) server.leave()
        requests = Math.max(requests + (arrives ? 1 : -1), 0)
        assert.strictEqual(server.underWay, Math.min(requests, options.concurrency))
        assert.strictEqual(server.underWay + server.waiting, requests)
        if (server.waiting >= options.stuckAbove) assert.isTrue(server.stuck)
        if (requests === 0) assert.isFalse(server.stuck)
      }
    })
    assert.doesNotThrow(() => FastCheck.assert(law))
  })
})
