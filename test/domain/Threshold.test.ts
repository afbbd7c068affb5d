import { assert, describe, expect, it } from "@effect/vitest"
import * as Either from "effect/Either"
import * as FastCheck from "effect/FastCheck"
import {
  endsRun,
  figureNames,
  isByName,
  keeps,
  parseThreshold,
  pointAt,
  readFigure,
  splitThresholds,
  type Threshold
} from "../../src/domain/Threshold.ts"

const good = (text: string): Threshold => Either.getOrThrow(parseThreshold(text))

/** The expression with the mark, as people see it. */
const pointed = (text: string): string =>
  Either.match(parseThreshold(text), {
    onLeft: (mistake) => pointAt(text, mistake),
    onRight: () => "is good"
  })

describe("parseThreshold", () => {
  it.each([
    ["latency.p95 < 500ms", undefined, "latency.p95", "<", 500],
    ["latency.p95<500", undefined, "latency.p95", "<", 500],
    ["  latency.p999 <= 1.5 s  ", undefined, "latency.p999", "<=", 1500],
    ["latency.min > 250us", undefined, "latency.min", ">", 0.25],
    ["latency.max < 2min", undefined, "latency.max", "<", 120_000],
    ["latency.mean\t>=\t0.5ms", undefined, "latency.mean", ">=", 0.5],
    ["operations.perSecond > 3000", undefined, "operations.perSecond", ">", 3000],
    ["requests.perSecond >= 10/s", undefined, "requests.perSecond", ">=", 10],
    ["requests.total > 1000", undefined, "requests.total", ">", 1000],
    ["failures.ratio < 1%", undefined, "failures.ratio", "<", 0.01],
    ["failures.ratio <= 0.3 %", undefined, "failures.ratio", "<=", 0.003],
    ["failures.ratio < 0.25", undefined, "failures.ratio", "<", 0.25],
    ["students-batch-10.latency.p99 < 2s", "students-batch-10", "latency.p99", "<", 2000],
    [
      "POST /data/ed-fi/students/{id}.latency.p95 < 1s",
      "POST /data/ed-fi/students/{id}",
      "latency.p95",
      "<",
      1000
    ],
    ["GET /v1.2/a.b,c?d=e.failures.count < 1", "GET /v1.2/a.b,c?d=e", "failures.count", "<", 1],
    ["GET /students/<id>.latency.p50 < 1", "GET /students/<id>", "latency.p50", "<", 1],
    ["latency.p95.latency.max < 1s", "latency.p95", "latency.max", "<", 1000],
    ["requests.total < 5", undefined, "requests.total", "<", 5]
  ] as const)("reads %s", (text, name, figure, operator, bound) => {
    assert.deepStrictEqual(good(text), { expression: text.trim(), name, figure, operator, bound })
  })

  it("reads every figure, of all requests and of one name", () => {
    for (const figure of figureNames) {
      assert.deepInclude(good(`${figure} > 0`), { figure, name: undefined })
      if (isByName(figure)) {
        assert.deepInclude(good(`a ${figure}.${figure} > 0`), { figure, name: `a ${figure}` })
      }
    }
  })

  it("marks the wrong character, and names the expected text", () => {
    const wrong = [
      "",
      "latency",
      "latency.p96 < 500ms",
      "latency.p95x < 500ms",
      "students-batch-10.failures.rate < 1%",
      "Latency.p95 < 500ms",
      ".latency.p95 < 1s",
      "students-batch-10.starts.dropped < 1",
      "latency.p95",
      "  latency.p95  ",
      "latency.p95 = 500ms",
      "latency.p95 => 500ms",
      "latency.p95 != 1",
      "latency.p95 500ms",
      "latency.p95 <",
      "latency.p95 <> 5",
      "latency.p95 < fast",
      "latency.p95 < -5",
      "latency.p95 < .5s",
      "latency.p95 < 500m",
      "latency.p95 < 1e3",
      "latency.p95 < 5% ",
      "latency.p95 < 5 < 6",
      "requests.total > 5 req",
      "requests.perSecond > 5/min",
      `requests.total < 1${"0".repeat(400)}`
    ]
    expect(wrong.map((text) => pointed(text).replaceAll(/0{50,}/g, "0...0")).join("\n"))
      .toMatchInlineSnapshot(`
        "
        ^ expected a figure: latency.min, latency.mean, latency.p50, latency.p90, latency.p95, latency.p99, latency.p999, latency.max, service.min, service.mean, service.p50, service.p90, service.p95, service.p99, service.p999, service.max, starts.dropped, requests.total, requests.perSecond, failures.count, failures.ratio, operations.succeeded, operations.perSecond, operations.rolledBack, operations.refused, operations.unknown, rows.read, rows.perSecond, database.blockedSeconds, database.longestTransactionSeconds, process.memoryGrowth
        latency
        ^ expected a figure: latency.min, latency.mean, latency.p50, latency.p90, latency.p95, latency.p99, latency.p999, latency.max, service.min, service.mean, service.p50, service.p90, service.p95, service.p99, service.p999, service.max, starts.dropped, requests.total, requests.perSecond, failures.count, failures.ratio, operations.succeeded, operations.perSecond, operations.rolledBack, operations.refused, operations.unknown, rows.read, rows.perSecond, database.blockedSeconds, database.longestTransactionSeconds, process.memoryGrowth
        latency.p96 < 500ms
                ^ expected one of min, mean, p50, p90, p95, p99, p999, max
        latency.p95x < 500ms
                ^ expected one of min, mean, p50, p90, p95, p99, p999, max
        students-batch-10.failures.rate < 1%
                                   ^ expected one of count, ratio
        Latency.p95 < 500ms
        ^ expected a figure: latency.min, latency.mean, latency.p50, latency.p90, latency.p95, latency.p99, latency.p999, latency.max, service.min, service.mean, service.p50, service.p90, service.p95, service.p99, service.p999, service.max, starts.dropped, requests.total, requests.perSecond, failures.count, failures.ratio, operations.succeeded, operations.perSecond, operations.rolledBack, operations.refused, operations.unknown, rows.read, rows.perSecond, database.blockedSeconds, database.longestTransactionSeconds, process.memoryGrowth
        .latency.p95 < 1s
        ^ expected a request name before the dot, or no dot
        students-batch-10.starts.dropped < 1
        ^ expected starts.dropped alone, which is of the whole run
        latency.p95
                   ^ expected <, <=, > or >=
          latency.p95  
                       ^ expected <, <=, > or >=
        latency.p95 = 500ms
                    ^ expected <, <=, > or >=
        latency.p95 => 500ms
                    ^ expected <, <=, > or >=
        latency.p95 != 1
                    ^ expected <, <=, > or >=
        latency.p95 500ms
                    ^ expected <, <=, > or >=
        latency.p95 <
                     ^ expected a number such as 500 or 0.5
        latency.p95 <> 5
                     ^ expected a number such as 500 or 0.5
        latency.p95 < fast
                      ^ expected a number such as 500 or 0.5
        latency.p95 < -5
                      ^ expected a number such as 500 or 0.5
        latency.p95 < .5s
                      ^ expected a number such as 500 or 0.5
        latency.p95 < 500m
                         ^ expected us, ms, s, min or nothing more
        latency.p95 < 1e3
                       ^ expected us, ms, s, min or nothing more
        latency.p95 < 5% 
                       ^ expected us, ms, s, min or nothing more
        latency.p95 < 5 < 6
                        ^ expected us, ms, s, min or nothing more
        requests.total > 5 req
                           ^ expected nothing more
        requests.perSecond > 5/min
                              ^ expected /s or nothing more
        requests.total < 10...0
                         ^ expected a smaller number"
      `)
  })

  it("marks a character of the text, or its end, whatever the text is", () => {
    const letters = [
      "latency.",
      ".",
      " ",
      "\t",
      "\n",
      "<",
      ">=",
      "=",
      "5",
      "1.5",
      "ms",
      "%",
      "/s",
      ",",
      "{id}",
      "é",
      "𝒳"
    ]
    const part = FastCheck.constantFrom(...figureNames, ...letters)
    const text = FastCheck.oneof(
      FastCheck.array(part, { maxLength: 8 }).map((parts) => parts.join("")),
      FastCheck.string({ unit: "grapheme", maxLength: 30 })
    )
    FastCheck.assert(
      FastCheck.property(text, (expression) =>
        Either.match(parseThreshold(expression), {
          onRight: ({ bound, figure, name }) => {
            assert.isTrue(Number.isFinite(bound) && bound >= 0)
            assert.include(expression, name === undefined ? figure : `${name}.${figure}`)
          },
          onLeft: (mistake) => {
            assert.isAtLeast(mistake.at, 0)
            assert.isAtMost(mistake.at, expression.length)
            const [line = "", mark = "", ...more] = pointAt(expression, mistake, "  ").split("\n")
            assert.deepStrictEqual(more, [])
            assert.isAtMost(mark.indexOf("^"), line.length)
          }
        })
      ),
      { numRuns: 2000, seed: 5 }
    )
  })

  it("round-trips any figure, name, operator and bound", () => {
    FastCheck.assert(
      FastCheck.property(
        FastCheck.constantFrom(...figureNames.filter(isByName)),
        FastCheck.option(FastCheck.stringMatching(/^[A-Za-z/{}.?=, _-]{0,20}[A-Za-z}]$/)),
        FastCheck.constantFrom(...(["<", "<=", ">", ">="] as const)),
        FastCheck.nat({ max: 1_000_000 }),
        (figure, name, operator, thousandths) => {
          const bound = thousandths / 1000
          const blank = thousandths % 2 === 0 ? " " : ""
          const left = name === null ? figure : `${name.trim()}.${figure}`
          assert.deepInclude(good(`${left}${blank}${operator}${blank}${bound}`), {
            figure,
            operator,
            bound,
            name: name === null ? undefined : name.trim()
          })
        }
      ),
      { numRuns: 1000, seed: 5 }
    )
  })
})

describe("pointAt", () => {
  it("keeps tabs, makes one line of several, and counts a letter of two code units as one", () => {
    assert.strictEqual(pointAt("a\tb\nc", { at: 4, expected: "d" }, "> "), "> a\tb c\n>  \t  ^ expected d")
    assert.strictEqual(pointAt("𝒳 x", { at: 3, expected: "y" }), "𝒳 x\n  ^ expected y")
  })
})

describe("readFigure", () => {
  it("is the text before an operator", () => {
    assert.deepStrictEqual(readFigure("a.latency.p99"), Either.right({ name: "a", figure: "latency.p99" }))
    assert.deepStrictEqual(
      readFigure("operations.perSecond"),
      Either.right({ name: undefined, figure: "operations.perSecond" })
    )
    assert.isTrue(Either.isLeft(readFigure("latency")))
  })
})

describe("splitThresholds", () => {
  it.each([
    ["", []],
    [" , ,", []],
    ["latency.p95 < 500ms", ["latency.p95 < 500ms"]],
    ["latency.p95 < 500ms,failures.ratio < 1%", ["latency.p95 < 500ms", "failures.ratio < 1%"]],
    [" latency.p95<5 , , a,b.latency.p99 > 1,", ["latency.p95<5", "a,b.latency.p99 > 1"]],
    ["latency.p95,failures.ratio < 1%", ["latency.p95", "failures.ratio < 1%"]],
    ["operations.perSecond > 3,000", ["operations.perSecond > 3", "000"]],
    ["a,b", ["a", "b"]]
  ] as const)("makes of %j %j", (text, expressions) => {
    assert.deepStrictEqual(splitThresholds(text), [...expressions])
  })
})

describe("keeps", () => {
  it.each([
    ["latency.p95 < 5", [true, false, false]],
    ["latency.p95 <= 5", [true, true, false]],
    ["latency.p95 > 5", [false, false, true]],
    ["latency.p95 >= 5", [false, true, true]]
  ] as const)("%s by 4, 5 and 6 is %j", (text, verdicts) => {
    assert.deepStrictEqual(
      [4, 5, 6].map((value) => keeps(good(text), value)),
      [...verdicts]
    )
  })

  it("no threshold by a figure of which nothing was measured", () => {
    for (const operator of ["<", "<=", ">", ">="])
      assert.isFalse(keeps(good(`latency.p95 ${operator} 5`), null))
  })
})

describe("endsRun", () => {
  it.each([
    // Figures that can rise and fall are judged by their current value.
    ["latency.p95 < 5", [false, true]],
    ["latency.mean > 5", [true, false]],
    ["failures.ratio < 5%", [true, true]],
    ["operations.perSecond > 5", [true, false]],
    ["requests.perSecond < 5", [false, true]],
    // What only rises is awaited below and lost above.
    ["requests.total > 5", [false, false]],
    ["operations.succeeded >= 5", [false, false]],
    ["failures.count < 5", [false, true]],
    ["operations.unknown <= 5", [false, true]],
    ["latency.max < 5", [false, true]],
    ["latency.max > 5", [false, false]],
    // What only falls, the other way round.
    ["latency.min > 5", [true, false]],
    ["latency.min < 5", [false, false]]
  ] as const)("%s at 4 and at 6 is %j", (text, verdicts) => {
    assert.deepStrictEqual(
      [4, 6].map((value) => endsRun(good(text), value)),
      [...verdicts]
    )
  })

  it("waits for a measurement", () => {
    assert.isFalse(endsRun(good("a.latency.p95 < 5"), null))
  })
})
