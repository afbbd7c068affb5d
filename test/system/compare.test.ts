/** The page of a comparison in a real browser, opened from disk as people open it. */
import { assert, describe, it } from "@effect/vitest"
import type { Page } from "playwright-core"
import { pageTemplate } from "../../src/output/pageTemplate.ts"
import { useBrowser } from "./browser.ts"
import { usePageFiles } from "./pageFiles.ts"
import { comparedPage } from "./samplePages.ts"

const url = usePageFiles()("compare.html", pageTemplate(comparedPage))
const openPage = useBrowser()

/** The cells of a table's row. */
const cellsOf = (page: Page, table: string, row: string) =>
  page
    .getByRole("table", { name: table })
    .getByRole("row")
    .filter({ has: page.getByRole("rowheader", { name: row, exact: true }) })
    .getByRole("cell")
    .allTextContents()

describe("the page of a comparison, from disk", () => {
  it("requests nothing and logs no error", async () => {
    const { errors, page, requests } = await openPage(url)
    await page.getByRole("heading", { name: "before / after / old" }).waitFor()
    assert.deepStrictEqual([requests, errors], [[url], []])
    assert.strictEqual(await page.title(), "before / after / old – edfi-perf")
  })

  it("shows figures with their changes, and a word for a missing figure", async () => {
    const { page } = await openPage(url)
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

  it("has a banner for the run limited by the generator, and rates no change of it", async () => {
    const { page } = await openPage(url)
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

  it("shows caveats and the verdict of every limit", async () => {
    const { page } = await openPage(url)
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

  it("draws a line for each run in every chart, distinguished by colour and dash", async () => {
    const { page } = await openPage(url)
    const charts = page.getByRole("img", { name: /min .*, max / })
    assert.strictEqual(await charts.count(), 3)
    assert.match((await charts.nth(1).getAttribute("aria-label")) ?? "", /before: .*after: .*old: /)
    const swatches = await page
      .locator("#chart-requests .swatch line")
      .evaluateAll((lines) =>
        lines.map((line) => `${line.getAttribute("stroke")} ${line.getAttribute("stroke-dasharray")}`)
      )
    assert.strictEqual(new Set(swatches).size, 3)
    assert.notInclude(await page.content(), "summary.json has", "there is none beside a comparison")
  })
})
