import { assert, describe, it } from "@effect/vitest"
import { iterationsToJudge, type Refusal } from "../../src/domain/Refusal.ts"
import { oneIteration, RefusalWatch } from "../../src/engine/RefusalWatch.ts"

const denied: Refusal = { op: "update", resource: "students", status: 403, problem: { type: "urn:denied" } }
const invalid: Refusal = { op: "create", resource: "students", status: 400, problem: { type: "urn:bad" } }

/** `d`: denied, `i`: invalid, `-`: succeeded, or failed without a lasting refusal. */
const read = (letter: string): Refusal | undefined => ({ d: denied, i: invalid })[letter]

const seeing = (letters: string, watch = new RefusalWatch(["a"], true)): RefusalWatch => {
  for (const letter of letters) watch.add({ scenario: "a", iterations: oneIteration(read(letter)) })
  return watch
}

describe("a watch for refusals", () => {
  it("judges ten iterations", () => assert.strictEqual(iterationsToJudge, 10))

  it.each([
    ["", { refused: undefined, isOpen: true, isSuspicious: false }],
    ["d", { refused: undefined, isOpen: true, isSuspicious: true }],
    ["ddddddddd", { refused: undefined, isOpen: true, isSuspicious: true }],
    ["dddddddddd", { refused: 403, isOpen: false, isSuspicious: false }],
    ["ddddddddddd-", { refused: 403, isOpen: false, isSuspicious: false }],
    ["iiiiiiiiii", { refused: 400, isOpen: false, isSuspicious: false }],
    ["-", { refused: undefined, isOpen: false, isSuspicious: false }],
    ["-dddddddddd", { refused: undefined, isOpen: false, isSuspicious: false }],
    ["ddddddddd-", { refused: undefined, isOpen: false, isSuspicious: false }],
    ["ddddddddd-d", { refused: undefined, isOpen: false, isSuspicious: false }],
    ["dddddddddi", { refused: undefined, isOpen: false, isSuspicious: false }]
  ])("that saw %j", (letters, expected) => {
    const { isOpen, isSuspicious, refused } = seeing(letters)
    assert.deepStrictEqual({ refused: refused?.refusal.status, isOpen, isSuspicious }, expected)
  })

  it("judges each scenario by its own iterations", () => {
    const watch = new RefusalWatch(["a", "b"], true)
    seeing("-", watch)
    assert.isFalse(watch.watches("a"))
    assert.isTrue(watch.watches("b"))
    for (let i = 0; i < 10; i++) watch.add({ scenario: "b", iterations: oneIteration(denied) })
    assert.deepStrictEqual(watch.refused, { _tag: "RefusedScenario", scenario: "b", refusal: denied })
  })

  it("that is disabled sees nothing", () => {
    const { isOpen, refused } = seeing("dddddddddd", new RefusalWatch(["a"], false))
    assert.deepStrictEqual([isOpen, refused], [false, undefined])
  })

  it("adds up the observations of several threads", () => {
    const all = new RefusalWatch(["a"], true)
    for (const letters of ["dddd", "ddd", "dd"]) {
      const share = seeing(letters)
      all.addAll(share.take())
      assert.deepStrictEqual(share.take(), [])
    }
    const before = all.refused
    all.addAll(seeing("d").take())
    assert.deepStrictEqual([before?.scenario, all.refused?.scenario], [undefined, "a"])
  })

  it("ends in a share after ten iterations, however often they were taken", () => {
    const share = new RefusalWatch(["a"], true)
    for (const letters of ["ddddd", "ddddd"]) seeing(letters, share).take()
    assert.isFalse(share.isOpen)
  })

  it("finds no refusal if one thread was refused while another was not", () => {
    const all = new RefusalWatch(["a"], true)
    all.addAll([...seeing("dddddddddd").take(), ...seeing("-").take()])
    assert.isUndefined(all.refused)
  })
})
