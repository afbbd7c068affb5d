import { assert, describe, it } from "@effect/vitest"
import { noBlocking } from "../../src/result/DatabaseLocks.ts"
import { heldUpOf, heldUpText, isHeldUp } from "../../src/result/heldUp.ts"
import { databaseOf } from "./sampleSlices.ts"

const slice = (seconds: number, elapsedSeconds = 10) => ({
  elapsedSeconds,
  database: {
    ...databaseOf(1000, 30, 10, { waits: [] }),
    blocking: { ...noBlocking, longestHold: { seconds, state: "active", statement: "CREATE INDEX i ON t" } }
  }
})

describe("a slice that was held up", () => {
  it("had a transaction that held others up for two seconds and a tenth of its time", () => {
    assert.isTrue(isHeldUp(slice(2), null))
    assert.isFalse(isHeldUp(slice(1.9), null))
    assert.isTrue(isHeldUp(slice(6, 60), null))
    assert.isFalse(isHeldUp(slice(5.9, 60), null))
  })

  it("was held up for longer than four requests of the load before take: shorter ones are its own contention", () => {
    assert.isTrue(isHeldUp(slice(8), 2000))
    assert.isFalse(isHeldUp(slice(7.9), 2000))
  })

  it("is not known without the database", () => {
    assert.isFalse(isHeldUp({ elapsedSeconds: 10, database: null }, null))
  })

  it("is counted, with the longest hold", () => {
    assert.isNull(heldUpOf([]))
    const held = heldUpOf([slice(8), slice(12.5)]) ?? assert.fail()
    assert.strictEqual(
      heldUpText(held, 3),
      "a transaction of the database held others up for at least 12.5 s in 2 of 3 slices"
    )
  })
})
