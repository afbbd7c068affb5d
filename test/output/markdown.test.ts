import { assert, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { escapedMarkdown, markdownReport } from "../../src/output/markdown.ts"
import type { Summary } from "../../src/result/Summary.ts"
import { stateOfSamples } from "../result/stateOfSamples.ts"

const ended = (part: Partial<Summary> = {}) =>
  Effect.map(stateOfSamples, (state): Summary => ({ ...state, endedBy: "runTime", ...part }))

describe("summary.md", () => {
  it.effect("says first how it went, then why", () =>
    Effect.gen(function* () {
      expect(markdownReport(yield* ended({ config: { baseUrl: "https://dms.test", seed: 7 } })))
        .toMatchInlineSnapshot(`
        "**❌ BATCH\\_VOLUME failed**: 1 of 2 thresholds not kept. 12 operations per second in 2.50 requests per second, 1 failed.

        | threshold | measured |  |
        |---|---:|---:|
        | latency.p95 &lt; 1s | 250 ms | ✅ kept |
        | failures.count &lt; 1 | 1 | ❌ not kept |

        | request | requests | failed | requests/s | operations/s | p50 ms | p95 ms | p99 ms | max ms |
        |---|---:|---:|---:|---:|---:|---:|---:|---:|
        | sections-batch-2 | 1 | 1 | 0.50 | 0 | 1.50 | 1.50 | 1.50 | 1.50 |
        | of which succeeded | 0 |  |  |  | - | - | - | - |
        | of which failed | 1 |  |  |  | 1.50 | 1.50 | 1.50 | 1.50 |
        | students-batch-2 | 4 | 0 | 2 | 12 | 2 | 250 | 250 | 250 |
        | total | 5 | 1 | 2.50 | 12 | 2 | 250 | 250 | 250 |
        | of which succeeded | 4 |  |  |  | 2 | 250 | 250 | 250 |
        | of which failed | 1 |  |  |  | 1.50 | 1.50 | 1.50 | 1.50 |

        Failures:

        - 1 x sections-batch-2, rolledBack: operation 3 (create sections) failed with 409, "quoted", and a comma

        <sub>edfi-perf, 3 users, 2 s, against https://&#8203;dms.test, started 2026-11-22T12:00:00.000Z, seed 7. Latency is that of whole requests.</sub>
        "
      `)
    })
  )

  it.effect("reports dropped iterations of the open model", () =>
    Effect.gen(function* () {
      const starts = { timed: 90, late: 0, maxLateMs: 0, dropped: 10 }
      const text = markdownReport(yield* ended({ model: "open", starts }))
      assert.include(text, "\n\n⚠️ 10 of 100 scheduled iterations were dropped ")
      assert.include(text, "edfi-perf, open model, max 3 in flight, ")
      assert.include(text, "Latency is that of whole requests, from their due time.</sub>")
      assert.notInclude(markdownReport(yield* ended()), "dropped")
    })
  )

  it.effect("opens with a good verdict when everything was kept", () =>
    Effect.gen(function* () {
      const { thresholds } = yield* ended()
      const kept = markdownReport(yield* ended({ thresholds: thresholds.filter(({ passed }) => passed) }))
      assert.match(
        kept,
        /^\*\*✅ BATCH\\_VOLUME passed\*\*: 12 operations per second in 2\.50 requests per second/
      )
      const none = markdownReport(yield* ended({ thresholds: [], failures: [] }))
      assert.notMatch(none, /threshold|Failures/)
    })
  )

  it.effect("says why the run as a whole failed, and that a threshold was not kept", () =>
    Effect.gen(function* () {
      const [first = ""] = markdownReport(yield* ended({ endedBy: "interrupt" })).split("\n")
      assert.include(first, "❌")
      assert.include(
        first,
        "The run was interrupted; the report covers everything up to then. 1 of 2 thresholds not kept."
      )
    })
  )

  it.effect("says that the generator was the bottleneck", () =>
    Effect.gen(function* () {
      const { generator } = yield* ended()
      assert.isNotNull(generator)
      if (generator === null) return
      const limited = { ...generator, limited: true, reasons: ["its event loop was busy"] }
      assert.match(
        markdownReport(yield* ended({ generator: limited })),
        /⚠️ The load generator was the bottleneck: its event loop was busy\. The figures/
      )
      assert.notInclude(markdownReport(yield* ended({ generator })), "bottleneck")
    })
  )

  it.effect("stays short however much fails", () =>
    Effect.gen(function* () {
      const base = yield* ended()
      const failures = Array.from({ length: 50 }, () => base.failures).flat()
      const text = markdownReport({ ...base, failures })
      assert.isBelow(text.split("\n").length, 30)
      assert.include(text, "- and 45 more kinds")
    })
  )

  it.effect("keeps its tables with any request name and any text from a server", () =>
    Effect.gen(function* () {
      const base = yield* ended()
      const odd = "a|b\n<img src=x> `c` *d* [e](http://f) @everyone"
      const text = markdownReport({
        ...base,
        byName: base.byName.map((row) => ({ ...row, name: odd })),
        failures: base.failures.map((failure) => ({ ...failure, example: odd }))
      })
      // Cells are separated by bars without a backslash before them.
      const widths = text
        .split("\n")
        .filter((line) => line.startsWith("| "))
        .map((line) => line.split(/(?<!\\)\|/).length)
      assert.deepStrictEqual(widths, [5, 5, 5, ...Array<number>(8).fill(11)])
      assert.notMatch(text, /<img|@everyone|http:\/\/f/)
    })
  )
})

describe("escapedMarkdown", () => {
  it.each([
    ["students-batch-10", "students-batch-10"],
    ["BATCH_VOLUME", String.raw`BATCH\_VOLUME`],
    ["a | b\r\n\tc", String.raw`a \| b c`],
    ["<b>&amp;", "&lt;b&gt;&amp;amp;"],
    [String.raw`\|`, String.raw`\\\|`],
    ["`x` WWW.x.test awww.", String.raw`\`x\` WWW&#8203;.x.test awww.`],
    ["#5 @me https://x", String.raw`\#5 @&#8203;me https://&#8203;x`]
  ])("writes %j as %j", (text, escaped) => {
    assert.strictEqual(escapedMarkdown(text), escaped)
  })
})
