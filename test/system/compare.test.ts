/** The page of a comparison in a real browser, opened from disk as people open it. */
import { afterAll, assert, describe, it } from "@effect/vitest"
import * as Either from "effect/Either"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import type { BrowserContextOptions, Page } from "playwright-core"
import { compareRuns } from "../../src/compare/compareRuns.ts"
import { parseFailOn } from "../../src/compare/failOn.ts"
import { pageTemplate } from "../../src/output/pageTemplate.ts"
import { figuresOf, runOf, timelineOf } from "../compare/runs.ts"
import { axeViolations, desk, openAll, phone, useBrowser } from "./browser.ts"

const figures = (operations: number, p95: number) =>
  figuresOf({
    "operations.perSecond": operations,
    "requests.perSecond": operations / 30,
    "requests.total": operations * 2,
    "latency.p50": p95 / 2,
    "latency.p95": p95,
    "failures.count": 0,
    "failures.ratio": 0
  })

const waves = (around: number) =>
  timelineOf(Array.from({ length: 60 }, (_, i) => around + 10 * Math.round(5 * Math.sin(i))))

const runs = [
  runOf("before", {
    total: figures(1000, 20),
    timeline: waves(1000),
    byName: [{ name: "</script><b>students", method: "POST", figures: figures(1000, 20) }]
  }),
  runOf("after", {
    total: figures(1200, 25),
    timeline: waves(1200),
    config: { clientCount: 20 },
    notes: [{ kind: "limited", sentence: "The load generator was the bottleneck." }]
  }),
  runOf("old", {
    source: "locust",
    path: "old/volume_stats.csv",
    testType: null,
    config: null,
    unknown: ["operations.perSecond"],
    total: figuresOf({ "requests.perSecond": 30, "latency.p95": 200 }),
    notes: [{ kind: "source", sentence: "Locust's files do not tell operations." }],
    timeline: waves(700).map((point) => ({ ...point, operations: null }))
  })
]
const failOns = ["latency.p95 +10%", "requests.perSecond -5%"].map((text) =>
  Either.getOrThrow(parseFailOn(text))
)
const folder = mkdtempSync(join(tmpdir(), "edfi-perf-"))
const file = join(folder, "compare.html")
writeFileSync(file, pageTemplate({ _tag: "Compared", comparison: compareRuns(runs, failOns) }))
const url = pathToFileURL(file).href
const openPage = useBrowser()

afterAll(() => rmSync(folder, { recursive: true }))

const open = (options: BrowserContextOptions = {}) => openPage(url, options)

/** The cells of a table's row. */
const cellsOf = (page: Page, table: string, row: string) =>
  page
    .getByRole("table", { name: table })
    .getByRole("row")
    .filter({ has: page.getByRole("rowheader", { name: row, exact: true }) })
    .getByRole("cell")
    .allTextContents()

describe("the page of a comparison, from disk", () => {
  it("asks nobody for anything and has nothing to complain about", async () => {
    const { errors, page, requests } = await open()
    await page.getByRole("heading", { name: "before / after / old" }).waitFor()
    assert.deepStrictEqual([requests, errors], [[url], []])
    assert.strictEqual(await page.title(), "before / after / old – edfi-perf")
  })

  it("has figures with their changes in signs and words, and words where there are none", async () => {
    const { page } = await open()
    assert.deepStrictEqual(await cellsOf(page, "All requests", "operations.perSecond"), [
      "1,000",
      "1,200",
      "+20.0 %",
      "-",
      ""
    ])
    assert.deepStrictEqual(await cellsOf(page, "All requests", "latency.p95 ms"), [
      "20",
      "25",
      "+25.0 %",
      "200",
      "+900 % worse"
    ])
    assert.deepStrictEqual(await cellsOf(page, "</script><b>students", "latency.p95 ms"), [
      "20",
      "missing",
      "",
      "missing",
      ""
    ])
  })

  it("has a banner for the run that the generator limited, and colours no change of it", async () => {
    const { page } = await open()
    const banner = page.getByRole("note").filter({ hasText: "Limited by the load generator: after." })
    const [first, title] = await Promise.all([banner.boundingBox(), page.locator("#runs").boundingBox()])
    assert.isBelow(first?.y ?? Number.NaN, title?.y ?? Number.NaN)
    const colours = await page
      .getByRole("table", { name: "All requests" })
      .getByRole("row")
      .filter({ has: page.getByRole("rowheader", { name: "latency.p95 ms" }) })
      .getByRole("cell")
      .evaluateAll((cells) => cells.map((cell) => cell.className))
    assert.deepStrictEqual(colours, ["", "", "", "", "bad"])
  })

  it("says what has to be known before runs are compared, and which limits were kept", async () => {
    const { page } = await open()
    const text = (await page.locator("body").innerText()).replaceAll(/\s+/g, " ")
    for (const words of [
      "Not the same load: clientCount 10 / 20 / –;",
      "after generator limited",
      "after: The load generator was the bottleneck.",
      "old: Locust's files do not tell operations.",
      "1 of 4 limits kept",
      "latency.p95 +10%: after has 25 ms, the limit is at most 22 ms (baseline before: 20 ms)",
      "after: its interquartile range does not overlap that of the baseline"
    ]) {
      assert.include(text, words)
    }
  })

  it("does not send readers to a summary.json that is not beside it", async () => {
    const { page } = await open()
    await openAll(page)
    assert.notInclude(await page.content(), "summary.json has")
  })

  it("draws a line for each run in every chart, told apart by colour and dash", async () => {
    const { page } = await open(desk)
    const charts = page.getByRole("img", { name: /least .*, most / })
    assert.strictEqual(await charts.count(), 3)
    assert.match((await charts.nth(1).getAttribute("aria-label")) ?? "", /before: .*after: .*old: /)
    const swatches = await page
      .locator("#chart-requests .swatch line")
      .evaluateAll((lines) =>
        lines.map((line) => `${line.getAttribute("stroke")} ${line.getAttribute("stroke-dasharray")}`)
      )
    assert.strictEqual(new Set(swatches).size, 3)
  })

  for (const colorScheme of ["light", "dark"] as const) {
    for (const size of [phone, desk]) {
      it(`has nothing that axe objects to and never scrolls sideways, ${colorScheme} and ${size.viewport?.width} px wide`, async () => {
        const { page } = await open({ ...size, colorScheme })
        await openAll(page)
        assert.deepStrictEqual(await axeViolations(page), [])
        const width = await page.evaluate<number>("document.documentElement.scrollWidth")
        assert.strictEqual(width, size.viewport?.width)
      })
    }
  }
})
