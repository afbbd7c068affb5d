import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { junitXml } from "../../src/output/junit.ts"
import type { Summary } from "../../src/result/Summary.ts"
import { stateOfSamples } from "../result/stateOfSamples.ts"
import { readXml, type XmlElement } from "./xml.ts"

const ended = (part: Partial<Summary> = {}) =>
  Effect.map(stateOfSamples, (state): Summary => ({ ...state, endedBy: "runTime", ...part }))

const all = (element: XmlElement, name: string): ReadonlyArray<XmlElement> => [
  ...(element.name === name ? [element] : []),
  ...element.children.flatMap((child) => all(child, name))
]

/** Each case by its name: why it failed, or `passed`. */
const verdicts = (xml: string) =>
  Object.fromEntries(
    all(readXml(xml), "testcase").map(({ attributes, children }) => [
      attributes["name"],
      children.find(({ name }) => name === "failure")?.attributes["message"] ?? "passed"
    ])
  )

describe("junit.xml", () => {
  it.effect("has a case for the run, for each name and for each threshold", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(verdicts(junitXml(yield* ended())), {
        "run completed": "passed",
        "sections-batch-2": "none of 1 requests succeeded",
        "students-batch-2": "passed",
        "latency.p95 < 1s": "passed",
        "failures.count < 1": "measured: 1"
      })
    })
  )

  it.effect("has a case for the load generator with --failOnLimited", () =>
    Effect.gen(function* () {
      const { generator } = yield* ended()
      const observed = { ...(generator ?? assert.fail()), tooShort: false }
      const judged = (some: Partial<Summary>) =>
        Effect.map(ended({ failOnLimited: true, ...some }), (summary) =>
          all(readXml(junitXml(summary)), "testcase").find(({ attributes }) =>
            attributes["classname"]?.endsWith(".generator")
          )
        )
      const outcome = (some: Partial<Summary>) =>
        Effect.map(judged(some), (found) =>
          found?.children.map(({ attributes, name }) => [name, attributes["message"]])
        )
      assert.isUndefined(yield* outcome({ failOnLimited: false }))
      assert.deepStrictEqual(yield* outcome({ generator: observed }), [])
      assert.deepStrictEqual(
        yield* outcome({ generator: { ...observed, limited: true, limitedBy: "machine" } }),
        [
          [
            "failure",
            "The run failed because other programs left the load generator too few processors (--failOnLimited)."
          ]
        ]
      )
      const [[skipped, reason = ""] = []] =
        (yield* outcome({ generator: { ...observed, tooShort: true } })) ?? []
      assert.strictEqual(skipped, "skipped")
      assert.match(reason, /^Too short to tell/)
    })
  )

  it.effect("has a skipped case, which is no failure, for a planned name without a request", () =>
    Effect.gen(function* () {
      const requestNames = [
        "students-batch-2",
        "POST /data/ed-fi/students",
        "PUT /data/ed-fi/students/{id}",
        "PUT /data/ed-fi/students/{id}"
      ]
      const base = yield* ended({ requestNames })
      const byName = base.byName.map((row) =>
        row.name === "sections-batch-2" ? { ...row, name: "POST /data/ed-fi/students" } : row
      )
      const root = readXml(junitXml({ ...base, byName }))
      const suite = all(root, "testsuite").find(({ attributes }) => attributes["name"]?.endsWith("requests"))
      assert.deepInclude(suite?.attributes, { tests: "3", failures: "1", skipped: "1" })
      assert.deepStrictEqual(
        all(root, "testcase")
          .filter(({ children }) => children.some(({ name }) => name === "skipped"))
          .map(({ attributes, children }) => [attributes["name"], children.map((child) => child.attributes)]),
        [
          [
            "PUT /data/ed-fi/students/{id}",
            [{ message: "the run ended before a request of this name was sent" }]
          ]
        ]
      )
      assert.deepInclude(root.attributes, { tests: "6", failures: "2" })
    })
  )

  it.effect("has a case for a name that was measured, whether or not the run knew it before", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(
        verdicts(junitXml(yield* ended({ requestNames: [] }))),
        verdicts(junitXml(yield* ended()))
      )
    })
  )

  it.effect("counts its cases per suite and in total, with names, times and a timestamp", () =>
    Effect.gen(function* () {
      const root = readXml(junitXml(yield* ended()))
      assert.strictEqual(root.name, "testsuites")
      assert.deepInclude(root.attributes, {
        name: "edfi-perf BATCH_VOLUME",
        tests: "5",
        failures: "2",
        errors: "0",
        time: "2.000"
      })
      for (const suite of root.children) {
        assert.strictEqual(suite.name, "testsuite")
        const cases = suite.children.filter(({ name }) => name === "testcase")
        const failed = cases.filter(({ children }) => children.some(({ name }) => name === "failure"))
        assert.deepInclude(suite.attributes, {
          tests: String(cases.length),
          failures: String(failed.length),
          skipped: "0",
          timestamp: "2026-11-22T12:00:00"
        })
        for (const { attributes } of cases) {
          assert.strictEqual(attributes["classname"], suite.attributes["name"])
          assert.match(attributes["time"] ?? "", /^\d+\.\d{3}$/)
        }
      }
      assert.deepStrictEqual(
        root.children.map(({ attributes }) => attributes["name"]),
        ["BATCH_VOLUME.run", "BATCH_VOLUME.requests", "BATCH_VOLUME.thresholds"]
      )
    })
  )

  it.effect("has the configuration as properties", () =>
    Effect.gen(function* () {
      const config = { clientCount: 3, scenarios: { StudentBatchVolumeTest: 2 }, strictDecoding: false }
      assert.deepStrictEqual(
        all(readXml(junitXml(yield* ended({ config }))), "property").map(({ attributes }) => attributes),
        [
          { name: "clientCount", value: "3" },
          { name: "scenarios", value: '{"StudentBatchVolumeTest":2}' },
          { name: "strictDecoding", value: "false" }
        ]
      )
    })
  )

  it.effect.each([
    ["failureRatio", /more requests failed than --maxFailRatio allows/],
    ["refused", /a scenario was refused from the start/],
    ["threshold", /a threshold was not kept/],
    ["interrupt", /was interrupted/],
    ["defect", /a defect of this program/],
    ["runTime", /^passed$/],
    ["passes", /^passed$/],
    ["recordCount", /^passed$/]
  ] as const)("says how a run went that was ended by %s", ([endedBy, message]) =>
    Effect.gen(function* () {
      assert.match(verdicts(junitXml(yield* ended({ endedBy })))["run completed"] ?? "", message)
    })
  )

  it.effect("fails the run when more failed than allowed, though not early enough to stop it", () =>
    Effect.gen(function* () {
      const caseWith = (maxFailRatio: number) =>
        Effect.map(ended({ maxFailRatio }), (summary) => verdicts(junitXml(summary))["run completed"])
      assert.strictEqual(yield* caseWith(0.2), "passed")
      assert.strictEqual(yield* caseWith(0.1), "20 % of the requests failed; --maxFailRatio allows 10 %.")
    })
  )

  it.effect("has the reason as the type of the failure of the run, never a planned end", () =>
    Effect.gen(function* () {
      const typeWith = (part: Partial<Summary>) =>
        Effect.map(
          ended(part),
          (summary) => all(readXml(junitXml(summary)), "failure")[0]?.attributes["type"]
        )
      assert.strictEqual(yield* typeWith({ maxFailRatio: 0.1 }), "failureRatio")
      assert.strictEqual(yield* typeWith({ endedBy: "interrupt", maxFailRatio: 0.1 }), "interrupt")
    })
  )

  it.effect("lists failures where they belong", () =>
    Effect.gen(function* () {
      const root = readXml(junitXml(yield* ended({ endedBy: "failureRatio" })))
      const texts = all(root, "failure").map(({ text }) => text)
      assert.strictEqual(texts.length, 3)
      for (const text of texts.slice(0, 2)) {
        assert.strictEqual(
          text,
          '1 x sections-batch-2, rolledBack: operation 3 (create sections) failed with 409, "quoted", and a comma'
        )
      }
    })
  )

  it.effect("is valid XML for any text of a server, and the text reads back", () =>
    Effect.gen(function* () {
      const base = yield* ended()
      const readBack = (example: string) => {
        const failures = base.failures.map((failure) => ({ ...failure, example, name: example }))
        const byName = base.byName.map((row) => ({ ...row, name: example }))
        const root = readXml(junitXml({ ...base, endedBy: "failureRatio", failures, byName }))
        return {
          text: all(root, "failure")[0]?.text.replace(/^.*?rolledBack: /s, ""),
          name: all(root, "testcase")[1]?.attributes["name"]
        }
      }
      for (const kept of [
        "<script>&amp;]]>'\"</script>",
        "two\nlines\r\nand\ta tab",
        "  spaces  ",
        "\u{1f600} \u2028 ü"
      ]) {
        assert.deepStrictEqual(readBack(kept), { text: kept, name: kept })
      }
      const forbidden = "\u0000 \u001b[31m \ufffe \uffff \ud800 \udc00\udc00 \u{1f600}"
      const shown = "\ufffd \ufffd[31m \ufffd \ufffd \ufffd \ufffd\ufffd \u{1f600}"
      assert.deepStrictEqual(readBack(forbidden), { text: shown, name: shown })
    })
  )

  it.effect("leaves out suites without a case", () =>
    Effect.gen(function* () {
      const root = readXml(junitXml(yield* ended({ byName: [], requestNames: [], thresholds: [] })))
      assert.deepStrictEqual(
        root.children.map(({ attributes }) => attributes["name"]),
        ["BATCH_VOLUME.run"]
      )
    })
  )
})

describe("the reader of these tests", () => {
  it.each([
    '<?xml version="1.0" encoding="UTF-8"?><a>&</a>',
    '<?xml version="1.0" encoding="UTF-8"?><a b="<"/>',
    '<?xml version="1.0" encoding="UTF-8"?><a b="1" b="2"/>',
    '<?xml version="1.0" encoding="UTF-8"?><a><b></a></b>',
    '<?xml version="1.0" encoding="UTF-8"?><a>\u0001</a>',
    '<?xml version="1.0" encoding="UTF-8"?><a>&#1;</a>',
    '<?xml version="1.0" encoding="UTF-8"?><a/><b/>',
    "<a/>"
  ])("refuses what is no XML: %s", (text) => {
    assert.throws(() => readXml(text))
  })
})
