/** Reads by key of a mixture's items: which answers are wrong. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { type Page, ReadClient, type Row } from "../../src/dms/ReadClient.ts"
import type { ReadStep } from "../../src/domain/Mixture.ts"
import { recordKey } from "../../src/domain/RecordId.ts"
import { SharedFixtures } from "../../src/fixtures/SharedFixtures.ts"
import { type PlannedRead, readStep } from "../../src/scenarios/mixtureReads.ts"
import { recordFacts } from "../../src/scenarios/recordSources.ts"

const step: ReadStep = {
  _tag: "Read",
  path: "ed-fi/students",
  by: "key",
  key: [{ name: "studentUniqueId", place: ["studentUniqueId"] }],
  limit: 25,
  totalCount: false,
  repeat: 1
}

const [seed, user, iteration] = [7, 1, 3]
const facts = recordFacts("ed-fi/students", [])

/** What the step says about an answer with these rows. */
const verdictOn = (rows: ReadonlyArray<Row>, created: boolean, listed: ReadonlyArray<Row> = []) =>
  Effect.gen(function* () {
    assert.isDefined(facts)
    const verdicts: Array<string | undefined> = []
    const asked: Array<unknown> = []
    const page: Page = { rows, totalCount: undefined, nextPageToken: undefined }
    const client = {
      document: () => Effect.die("no document is read"),
      value: () => Effect.die("no value is read"),
      page: ({ check, query }) =>
        Effect.sync(() => {
          asked.push(query)
          verdicts.push(check?.(page))
          return page
        })
    } satisfies ReadClient["Type"]
    const planned: PlannedRead = {
      _tag: "Read",
      step,
      created: created
        ? {
            _tag: "Write",
            step: { _tag: "Write", kind: "create", path: step.path },
            facts,
            create: 0,
            records: 1
          }
        : undefined
    }
    const { run } = yield* readStep(planned, seed).pipe(
      Effect.provideService(ReadClient, client),
      Effect.provideService(SharedFixtures, { keys: Effect.dieMessage("students need none") })
    )
    yield* run({
      records: undefined,
      keysAt: () => ({ user, iteration }),
      made: new Map(),
      listed: new Map([[step.path, listed]])
    })
    return { asked, verdicts }
  })

const own = recordKey({ seed, user, iteration, index: 0 })

describe("a read by key", () => {
  it.effect("asks for the key of the created record, and takes exactly that record", () =>
    Effect.gen(function* () {
      const answers = [[{ studentUniqueId: own }], [], [{ studentUniqueId: "other" }], [{}], [{}, {}]]
      const found = yield* Effect.forEach(answers, (rows) => verdictOn(rows, true))
      assert.deepStrictEqual(
        found.map(({ asked }) => asked),
        answers.map(() => [{ studentUniqueId: own }])
      )
      assert.deepStrictEqual(
        found.flatMap(({ verdicts }) => verdicts),
        [
          undefined,
          "the created document is not in the answer",
          "it is another document than the one asked for",
          "the document lacks a part of its key",
          "2 rows instead of one"
        ]
      )
    })
  )

  it.effect("of a listed document may find nothing, because others may have deleted it", () =>
    Effect.gen(function* () {
      const { asked, verdicts } = yield* verdictOn([], false, [{ studentUniqueId: "listed" }])
      assert.deepStrictEqual([asked, verdicts], [[{ studentUniqueId: "listed" }], [undefined]])
    })
  )

  it.effect("sends nothing if nothing is known", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual((yield* verdictOn([], false)).asked, [])
    })
  )
})
