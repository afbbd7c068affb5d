/** The rules of the link between coordinator and agent, each by itself. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FastCheck from "effect/FastCheck"
import type * as Mailbox from "effect/Mailbox"
import * as Schema from "effect/Schema"
import { offsetAfter, offsetOf } from "../../src/agents/ClockOffset.ts"
import { CommandQueue } from "../../src/agents/CommandQueue.ts"
import { usedSlots } from "../../src/agents/divideSlots.ts"
import { joinLine } from "../../src/agents/joinProgress.ts"
import { Lease } from "../../src/agents/Lease.ts"
import { Discard, messagesHash } from "../../src/agents/messages.ts"
import { ReportInbox } from "../../src/agents/ReportInbox.ts"
import { ReportOutbox } from "../../src/agents/ReportOutbox.ts"
import { schemaText } from "../../src/agents/schemaText.ts"
import { plannedStartMillis, reportIntervalMillis, startDelayMillis } from "../../src/agents/startInstant.ts"

describe("the offset of a clock", () => {
  it("is that of the probe with the shortest round trip, known to half of it", () => {
    const probes = [
      { sentMillis: 0, coordinatorMillis: 5090, receivedMillis: 100 },
      { sentMillis: 200, coordinatorMillis: 5203, receivedMillis: 206 },
      { sentMillis: 300, coordinatorMillis: 5340, receivedMillis: 350 }
    ] as const
    assert.deepStrictEqual(offsetOf(probes), { offsetMillis: 5000, roundTripMillis: 6, uncertaintyMillis: 3 })
  })

  it("is never farther from the true one than it says, however the delays are divided", () => {
    const delay = FastCheck.double({ min: 0, max: 500, noNaN: true })
    const probe = FastCheck.tuple(delay, delay)
    FastCheck.assert(
      FastCheck.property(
        FastCheck.integer({ min: -100_000, max: 100_000 }),
        probe,
        FastCheck.array(probe, { maxLength: 19 }),
        (trueOffset, first, others) => {
          const probeOf = ([there, back]: readonly [number, number]) => ({
            sentMillis: 1000,
            coordinatorMillis: 1000 + there + trueOffset,
            receivedMillis: 1000 + there + back
          })
          const measured = offsetOf([probeOf(first), ...others.map(probeOf)])
          const error = Math.abs(measured.offsetMillis - trueOffset)
          assert.isAtMost(error, measured.uncertaintyMillis + 1e-6)
        }
      )
    )
  })
})

describe("a clock that is measured again", () => {
  const measured = (offsetMillis: number, uncertaintyMillis: number) => ({
    offsetMillis,
    uncertaintyMillis,
    roundTripMillis: 2 * uncertaintyMillis
  })

  it("keeps the offset that is known better, which ages by 3 ms", () => {
    const [good, worse, alike] = [measured(100, 0.5), measured(230, 148), measured(104, 3)]
    assert.deepStrictEqual(offsetAfter(undefined, worse), worse)
    assert.deepStrictEqual(offsetAfter(worse, good), good)
    assert.deepStrictEqual(offsetAfter(good, worse), { ...good, uncertaintyMillis: 3.5 })
    assert.deepStrictEqual(offsetAfter(good, alike), alike)
  })
})

describe("the start of a load", () => {
  const clock = (roundTripMillis: number) => ({ roundTripMillis, uncertaintyMillis: roundTripMillis / 2 })

  it("is half a second ahead, or ten of the longest round trips, and 5 ms for each agent", () => {
    assert.strictEqual(startDelayMillis([clock(4), clock(1)]), 510)
    assert.strictEqual(startDelayMillis([clock(4), clock(90)]), 910)
    assert.strictEqual(startDelayMillis(Array.from({ length: 50 }, () => clock(1))), 750)
    assert.strictEqual(plannedStartMillis(50), 750)
  })

  it("lets up to 20 agents report four times a second, more of them once", () => {
    assert.deepStrictEqual([1, 20, 21, 50].map(reportIntervalMillis), [250, 250, 1000, 1000])
  })
})

describe("a coordinator that waits for agents", () => {
  const waiting = { address: "0.0.0.0:7077", count: 12, leftMillis: 106_500 }
  const named = (count: number) => Array.from({ length: count }, (_, index) => ({ name: `lab-${index}` }))

  it("says who has joined, how many are missing, and how long it still waits", () => {
    assert.strictEqual(
      joinLine([], waiting),
      "agents at 0.0.0.0:7077: 0 of 12 have joined, 12 missing, 107 s left"
    )
    assert.strictEqual(
      joinLine(named(2), waiting),
      "agents at 0.0.0.0:7077: 2 of 12 have joined (lab-0, lab-1), 10 missing, 107 s left"
    )
    assert.include(
      joinLine(named(11), waiting),
      "(lab-0, lab-1, lab-2, lab-3, lab-4, lab-5, lab-6, lab-7 and 3 more), 1 missing"
    )
  })
})

describe("the messages that a coordinator receives", () => {
  it("count once each, and none may be left out", () => {
    const inbox = new ReportInbox()
    const received = [1, 2, 2, 1, 3, 5, 4].map((sequence) => inbox.receive(sequence))
    assert.deepStrictEqual(received, ["new", "new", "repeated", "repeated", "new", "gap", "new"])
  })
})

describe("the messages that an agent sends", () => {
  it("are repeated unchanged until they are acknowledged; what happens meanwhile waits for the next one", () => {
    const outbox = new ReportOutbox<string>()
    const first = outbox.next(() => ["10 requests"])
    outbox.add("token refused")
    const again = outbox.next(() => assert.fail("counts were taken while a message was not acknowledged"))
    assert.deepStrictEqual(again, first)
    assert.deepStrictEqual(first, { sequence: 1, events: ["10 requests"] })
    outbox.acknowledge(1)
    assert.isFalse(outbox.isIdle)
    assert.deepStrictEqual(
      outbox.next(() => ["7 requests"]),
      { sequence: 2, events: ["token refused", "7 requests"] }
    )
    outbox.acknowledge(2)
    assert.isTrue(outbox.isIdle)
  })

  it("ignore an acknowledgement that comes twice", () => {
    const outbox = new ReportOutbox<string>()
    outbox.next(() => ["a"])
    outbox.acknowledge(1)
    const second = outbox.next(() => ["b"])
    outbox.acknowledge(1)
    assert.deepStrictEqual(
      outbox.next(() => []),
      second
    )
  })

  it("arrive once each and in order through a connection that loses any of them and of their acknowledgements", () => {
    const fate = FastCheck.constantFrom("arrives", "lost", "acknowledgement lost")
    FastCheck.assert(
      FastCheck.property(FastCheck.array(fate, { maxLength: 200 }), (fates) => {
        const outbox = new ReportOutbox<number>()
        const inbox = new ReportInbox()
        const arrived: Array<number> = []
        let counted = 0
        for (const each of [...fates, "arrives", "arrives"]) {
          const { events, sequence } = outbox.next(() => [++counted])
          if (each === "lost") continue
          const arrival = inbox.receive(sequence)
          assert.notStrictEqual(arrival, "gap")
          if (arrival === "new") arrived.push(...events)
          if (each === "arrives") outbox.acknowledge(sequence)
        }
        assert.deepStrictEqual(
          arrived,
          arrived.map((_, index) => index + 1)
        )
        assert.strictEqual(arrived.length, counted)
      })
    )
  })
})

describe("a lease", () => {
  it("expires when it is not renewed for its whole length", () => {
    const lease = new Lease(10_000, 0)
    assert.strictEqual(lease.leftMillis(9999), 1)
    lease.renew(9999)
    assert.strictEqual(lease.leftMillis(19_998), 1)
    assert.strictEqual(lease.leftMillis(25_000), 0)
  })
})

describe("the slots of a load", () => {
  const slotsOf = (agents: ReadonlyArray<number>, max: number) =>
    usedSlots(
      agents.map((slots) => ({ slots })),
      max
    )

  it("are all of them, or as many as there are users, divided evenly", () => {
    assert.deepStrictEqual(slotsOf([4, 4], 100), [4, 4])
    assert.deepStrictEqual(slotsOf([4, 1, 4], 6), [3, 1, 2])
    assert.deepStrictEqual(slotsOf([4, 4, 4], 2), [1, 1, 0])
    assert.deepStrictEqual(slotsOf([], 5), [])
  })
})

describe("the commands for an agent", () => {
  it.effect("come again over a new connection unless they were received", () =>
    Effect.gen(function* () {
      const commands = new CommandQueue()
      const [a, b, c] = [1, 2, 3].map((load) => new Discard({ load }))
      const taken = (mailbox: Mailbox.ReadonlyMailbox<{ readonly number: number }>) =>
        Effect.map(mailbox.takeAll, ([messages]) => [...messages].map(({ number }) => number))
      if (a === undefined || b === undefined || c === undefined) return
      commands.add(a)
      commands.add(b)
      const first = yield* commands.connect(0)
      assert.deepStrictEqual(yield* taken(first), [1, 2])
      commands.received(1)
      commands.add(c)
      const second = yield* commands.connect(1)
      assert.deepStrictEqual(yield* taken(second), [2, 3])
      commands.received(3)
      assert.isTrue(commands.isEmpty)
    })
  )
})

describe("the hash of the messages", () => {
  it("is the same in every process, and changes with the form of a message", () => {
    assert.match(messagesHash, /^[\da-f]{16}$/)
    const text = (schema: Schema.Schema.Any) => schemaText(schema.ast)
    const before = text(Schema.Struct({ load: Schema.NonNegativeInt, users: Schema.optional(Schema.String) }))
    assert.strictEqual(before, "{load:number;users?:string|undefined}")
    assert.notStrictEqual(text(Schema.Struct({ load: Schema.NonNegativeInt, users: Schema.String })), before)
  })

  it("covers recursive documents", () => {
    interface Tree {
      readonly children: ReadonlyArray<Tree>
    }
    const Tree: Schema.Schema<Tree> = Schema.Struct({
      children: Schema.Array(Schema.suspend((): Schema.Schema<Tree> => Tree))
    })
    assert.strictEqual(schemaText(Tree.ast), "{children:[...{children:[...itself]}]}")
  })
})
