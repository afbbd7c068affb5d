import { assert, describe, it } from "@effect/vitest"
import { type Connection, ConnectionPool } from "../../src/wire/ConnectionPool.ts"

const connections = (max: number) =>
  new ConnectionPool<Connection>(() => ({ destroy: () => Promise.resolve() }), max)

const takeInto = (taken: Array<Connection>) => ({
  start: (connection: Connection) => void taken.push(connection)
})

describe("Connections", () => {
  it("makes a connection for each request in flight, and reuses the one released last", () => {
    const all = connections(Number.POSITIVE_INFINITY)
    const taken: Array<Connection> = []
    for (let i = 0; i < 3; i++) all.acquire(takeInto(taken))
    const [first, second, third] = taken
    assert.strictEqual(new Set(taken).size, 3)
    if (first === undefined || second === undefined || third === undefined) return
    all.release(third)
    all.release(first)
    const again: Array<Connection> = []
    for (let i = 0; i < 2; i++) all.acquire(takeInto(again))
    assert.deepStrictEqual(
      again.map((each) => taken.indexOf(each)),
      [0, 2]
    )
  })

  it("makes at most the maximum, and serves waiting requests first in, first out", async () => {
    const all = connections(1)
    const order: Array<string> = []
    const taken: Array<Connection> = []
    const waiting = (name: string) => ({
      start: (connection: Connection) => {
        order.push(name)
        taken.push(connection)
      }
    })
    all.acquire(waiting("first"))
    all.acquire({ start: (connection) => all.release(connection) })
    all.acquire(waiting("third"))
    all.acquire(waiting("fourth"))
    assert.deepStrictEqual(order, ["first"])
    for (let i = 0; i < 3; i++) {
      const connection = taken.at(-1)
      if (connection !== undefined) all.release(connection)
      // Until all microtasks are done.
      await new Promise(setImmediate)
    }
    assert.deepStrictEqual(order, ["first", "third", "fourth"])
    assert.strictEqual(new Set(taken).size, 1)
  })
})
