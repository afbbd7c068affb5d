import { assert, describe, it } from "@effect/vitest"
import * as Either from "effect/Either"
import * as FastCheck from "effect/FastCheck"
import { compileTemplate } from "../../src/dms/compileTemplate.ts"
import { encodeBatch } from "../../src/dms/encode.ts"
import { type BatchAt, type BatchPattern, type KeysIn, operationsAt } from "../../src/domain/BatchPattern.ts"
import type { JsonObject } from "../../src/domain/Json.ts"
import { create, triple } from "../../src/domain/Operation.ts"
import { draw, type RecordId, recordKey, variation } from "../../src/domain/RecordId.ts"
import type { Resource, ResourceNaming } from "../../src/domain/Resource.ts"
import { countOf } from "../../src/domain/Sample.ts"
import { tripleCounts } from "../../src/domain/tripleCounts.ts"
import { scenarios } from "../../src/scenarios/index.ts"
import { patternOf } from "../scenarios/prepared.ts"

const notes: Resource = { endpoint: "notes", name: "Note", keyOf: ({ id = null }) => ({ id }) }

const pattern = (
  operationsOf: BatchPattern["operationsOf"],
  more: Partial<BatchPattern> = {}
): BatchPattern => ({ name: "notes", seed: 255901, groups: 3, recordsPerGroup: 1, operationsOf, ...more })

/** A batch as the template writes it, and as its operations are encoded. */
const bothWays = (of: BatchPattern, at: BatchAt, naming: ResourceNaming = "endpoint") => {
  const { maxBytes, write } = Either.getOrThrow(compileTemplate(of, naming))
  const target = Buffer.alloc(maxBytes, "?")
  return {
    written: target.subarray(0, write(at, target, 0)).toString("utf8"),
    plain: Buffer.from(encodeBatch(operationsAt(of, at), naming)).toString("utf8")
  }
}

const users = FastCheck.nat({ max: 60_000_000 })
const iterations = FastCheck.nat({ max: 78_000_000_000 })
const places = FastCheck.record({ user: users, iteration: iterations })

describe("compileTemplate", () => {
  for (const { name, operationsPerRecord = tripleCounts, tripleCount } of scenarios.filter(
    (each) => each.tripleCount !== "none"
  )) {
    it(`writes ${name}'s batches with the bytes of their encoded operations`, () => {
      FastCheck.assert(
        FastCheck.property(
          FastCheck.nat({ max: Number.MAX_SAFE_INTEGER }),
          FastCheck.integer({ min: 1, max: 40 }),
          FastCheck.array(places, { minLength: 1, maxLength: 5 }),
          FastCheck.constantFrom<ResourceNaming>("endpoint", "resource"),
          FastCheck.boolean(),
          (seed, configured, ats, naming, deleteResources) => {
            const batchTripleCount = typeof tripleCount === "number" ? tripleCount : configured
            const of = patternOf(name, { seed, batchTripleCount, deleteResources })
            const template = Either.getOrThrow(compileTemplate(of, naming))
            const each = countOf(operationsPerRecord({ deleteResources }))
            assert.strictEqual(template.operations.length, each * batchTripleCount)
            const target = Buffer.alloc(template.maxBytes)
            for (const at of ats) {
              const written = target.subarray(0, template.write(at, target, 0))
              const operations = operationsAt(of, at)
              assert.isTrue(written.equals(encodeBatch(operations, naming)))
              assert.deepStrictEqual(
                template.operations.map(({ op }) => op),
                operations.map(({ op }) => op)
              )
            }
          }
        ),
        { numRuns: 3 }
      )
    })
  }

  it("keeps every character that JSON escapes, in values, around keys and in member names", () => {
    const texts = FastCheck.oneof(
      FastCheck.string({ unit: "binary", maxLength: 12 }),
      FastCheck.constantFrom('"', "\\", "\n", "\u2028", "\ud800", "é", "😀", "\u0000", "[{", '"}]', "$&", "-")
    )
    FastCheck.assert(
      FastCheck.property(
        FastCheck.array(FastCheck.tuple(texts, texts, texts), { minLength: 1, maxLength: 5 }),
        places,
        (choices, at) => {
          const documentOf = (record: RecordId): JsonObject => {
            const [before, after, other] = choices[draw(record, "choice") % choices.length] ?? ["", "", ""]
            return {
              id: before + recordKey(record) + after,
              [`m${other}`]: other,
              [recordKey(record)]: [draw(record, "n"), draw(record, "b") % 2 === 0, null]
            }
          }
          const of = pattern(([record]) =>
            record === undefined ? [] : triple(notes, documentOf(record), { id: documentOf(record)["id"] })
          )
          const { plain, written } = bothWays(of, at)
          assert.strictEqual(written, plain)
          assert.deepStrictEqual(JSON.parse(written), JSON.parse(plain))
        }
      ),
      { numRuns: 6 }
    )
  })

  it("has room for the longest keys", () => {
    const of = pattern(
      ([record]) => (record === undefined ? [] : triple(notes, { id: recordKey(record) }, {})),
      {
        seed: Number.MAX_SAFE_INTEGER,
        groups: 100
      }
    )
    const at = { user: Number.MAX_SAFE_INTEGER, iteration: Number.MAX_SAFE_INTEGER }
    const { plain, written } = bothWays(of, at)
    assert.strictEqual(written, plain)
  })

  const looks: ReadonlyArray<readonly [name: string, look: (record: RecordId) => boolean]> = [
    ["whether the user is even", ({ user }) => user % 2 === 0],
    ["whether the user is the first", ({ user }) => user === 0],
    ["whether the user is one of many", ({ user }) => user > 2000],
    ["whether the iteration is the first", ({ iteration }) => iteration === 0],
    ["whether the iteration is an early one", ({ iteration }) => iteration < 100],
    ["whether the iteration is a late one", ({ iteration }) => iteration > 10_000_000]
  ]
  const lookingAtMore = looks.map(
    ([name, look]) =>
      [
        name,
        pattern((records) =>
          records.map((record) => create(notes, { id: recordKey(record), seen: look(record) }))
        )
      ] as const
  )

  const refused: ReadonlyArray<readonly [what: string, pattern: BatchPattern]> = [
    [
      "a value of the record that its variant does not decide",
      pattern((records) =>
        records.map((record) => create(notes, { id: recordKey(record), n: variation(record, "n") }))
      )
    ],
    [
      "a part of the key",
      pattern((records) => records.map((at) => create(notes, { id: recordKey(at).slice(2) })))
    ],
    [
      "the length of the key",
      pattern((records) =>
        records.map((record) => create(notes, { id: recordKey(record), n: recordKey(record).length }))
      )
    ],
    [
      "the key in lower case",
      pattern((records) => records.map((record) => create(notes, { id: recordKey(record).toLowerCase() })))
    ],
    [
      "the index of the record",
      pattern((records) => records.map((record) => create(notes, { id: recordKey(record), n: record.index })))
    ],
    ...lookingAtMore,
    [
      "other operations for other variants",
      pattern((records) =>
        records.flatMap((record) => {
          const one = create(notes, { id: recordKey(record) })
          return draw(record, "twice") % 2 === 0 ? [one] : [one, one]
        })
      )
    ],
    [
      "an operation about the variants of two records",
      pattern(
        (records) => [create(notes, { id: records.map((record) => String(draw(record, "n"))).join() })],
        { recordsPerGroup: 2 }
      )
    ],
    ["no operation at all", pattern(() => [])]
  ]
  it.each(refused)("has no template for %s", (_, of) => {
    assert.isTrue(Either.isLeft(compileTemplate(of, "endpoint")))
  })

  it("inserts the keys of several records where the operations of a group use them", () => {
    const of = pattern(
      ([first, second]) =>
        first === undefined || second === undefined
          ? []
          : [
              create(notes, { id: recordKey(second), n: draw(first, "n"), also: recordKey(first) }),
              create(notes, { id: recordKey(first), n: draw(second, "n") })
            ],
      { recordsPerGroup: 2 }
    )
    const { plain, written } = bothWays(of, { user: 40, iteration: 99 }, "resource")
    assert.strictEqual(written, plain)
    assert.include(written, '"also":"5HGD-14-2R-4"')
  })

  it("writes records that differ only in their keys, of any form and number, as they are encoded", () => {
    const keysIn: KeysIn = (iteration) => (index) => [
      recordKey({ ...iteration, index }),
      `${recordKey({ ...iteration, index })}-1`,
      String(10_000_000_000 + iteration.user * 67_108_864 + iteration.iteration + index)
    ]
    const of = (seed: number, groups: number) =>
      pattern(
        ([record]) => {
          const [id = "", other = "", number = ""] = record === undefined ? [] : keysIn(record)(record.index)
          return triple(notes, { id, other, n: Number(number), text: "ä" }, { text: "b" })
        },
        { seed, groups, keysIn }
      )
    FastCheck.assert(
      FastCheck.property(
        FastCheck.nat({ max: Number.MAX_SAFE_INTEGER }),
        FastCheck.integer({ min: 1, max: 40 }),
        FastCheck.record({
          user: FastCheck.nat({ max: 131_071 }),
          iteration: FastCheck.nat({ max: 67_108_863 })
        }),
        (seed, groups, at) => {
          const { plain, written } = bothWays(of(seed, groups), at)
          assert.strictEqual(written, plain)
        }
      )
    )
  })

  it("writes keys whose lengths change from batch to batch, wherever the batch begins", () => {
    const keysIn: KeysIn = (iteration) => (index) => {
      const key = recordKey({ ...iteration, index })
      return [key, `${key}-1`]
    }
    const of = pattern(
      ([record]) => {
        const [id = "", other = ""] = record === undefined ? [] : keysIn(record)(record.index)
        return triple(notes, { id, other, text: "ä" }, { other, id })
      },
      { groups: 40, keysIn }
    )
    const { maxBytes, write } = Either.getOrThrow(compileTemplate(of, "endpoint"))
    const numbers = FastCheck.constantFrom(0, 35, 36, 1295, 1296, 46_656, 131_071)
    FastCheck.assert(
      FastCheck.property(
        FastCheck.array(FastCheck.record({ user: numbers, iteration: numbers, from: FastCheck.nat(9) }), {
          minLength: 1,
          maxLength: 20
        }),
        (batches) => {
          for (const { from, ...at } of batches) {
            const target = Buffer.alloc(from + maxBytes, "?")
            const written = target.subarray(from, write(at, target, from))
            assert.isTrue(written.equals(encodeBatch(operationsAt(of, at), "endpoint")))
            assert.strictEqual(target.toString("latin1", 0, from), "?".repeat(from))
          }
        }
      ),
      { numRuns: 20 }
    )
  })

  it("has no template for records that differ in more than their keys", () => {
    const of = pattern(([record]) => [create(notes, { id: record?.user ?? 0, n: record?.iteration ?? 0 })], {
      keysIn:
        ({ user }) =>
        () => [String(user)]
    })
    assert.deepStrictEqual(
      Either.flip(compileTemplate(of, "endpoint")),
      Either.right("its records differ in more than their keys")
    )
  })
})
