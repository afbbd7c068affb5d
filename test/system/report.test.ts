/** report.html in a real browser, opened from disk as people open it. */
import { assert, describe, it } from "@effect/vitest"
import { pageTemplate } from "../../src/output/pageTemplate.ts"
import { desk, inkShares, useBrowser } from "./browser.ts"
import { usePageFiles } from "./pageFiles.ts"
import { closedPage } from "./samplePages.ts"

const writePage = usePageFiles()
const html = pageTemplate(closedPage)
const url = writePage("report.html", html)
const openPage = useBrowser()

const open = (options = desk) => openPage(url, options)

describe("report.html from disk", () => {
  it("requests nothing, logs no error, and shows the figures and every chart", async () => {
    const { errors, page, requests } = await open()
    const text = await page.locator("main").innerText()
    const read = text.replaceAll("\u00a0", " ").replaceAll(/\s+/g, " ")
    for (const figure of [
      "The load generator was the bottleneck: in 1080 of 7200 s (15 %) its event loop was more than 90 % busy",
      "p95 of succeeded 62.8 ms p90 52.9 ms, p95 of failed 5.13 ms",
      "of which succeeded: ",
      "Duration 2:00:00",
      "latency.p95 < 500ms 62.8 ms of succeeded requests ✓ kept",
      "students-batch-10.latency.p99 < 100ms 148 ms ✗ not kept",
      "create sections 0 409 rolled back urn:ed-fi:api:data-conflict:unresolved-reference",
      "no answer within 60 s",
      "runTimeInMinutes 120 min"
    ]) {
      assert.include(read, figure)
    }
    assert.strictEqual(await page.title(), "BATCH_VOLUME, ended – edfi-perf")
    assert.deepStrictEqual(
      await page.getByRole("link", { name: /\.(json|csv)$/ }).evaluateAll((links) => links.map(String)),
      ["summary.json", "batch_volume_stats.csv"].map((name) => new URL(name, url).href)
    )
    const inks = await inkShares(page)
    assert.strictEqual(inks.length, 13)
    // The dashes of a line of 3600 points stay visible: a dot at each point would hide them.
    assert.isBelow(inks[2] ?? 1, 0.15)
    assert.strictEqual(await page.getByRole("img", { name: /min .*, max / }).count(), 13)
    assert.deepStrictEqual([requests, errors], [[url], []])
  })

  it("draws the activity of the database over time", async () => {
    const { page } = await open()
    const database = page.getByRole("region", { name: "Database", exact: true })
    assert.deepStrictEqual(await database.getByRole("heading", { level: 3 }).allInnerTexts(), [
      "Transactions, per second",
      "Write-ahead log, kB per second",
      "Syncs of the write-ahead log, per second",
      "Sessions waiting for a lock, sessions",
      "Active sessions by wait event, sessions"
    ])
    await database
      .getByRole("img", {
        name: "over 2:00:00. commits: min 80, max 120; rollbacks: min 0.80, max 1.20"
      })
      .waitFor()
    const waits = database.locator("#chart-database-waits")
    await waits.getByText("Table").click()
    const heads = waits
      .getByRole("table", { name: /of 720; summary\.json has them all/ })
      .getByRole("columnheader")
    assert.deepStrictEqual(await heads.allInnerTexts(), [
      "time",
      "Client:ClientRead",
      "IO:WALSync",
      "running"
    ])
  })

  it("limits the table of a chart to 60 rows and names the file with every point", async () => {
    const { page } = await open()
    const latency = page.locator("#chart-latency")
    await latency.getByText("Table").click()
    const table = latency.getByRole("table", {
      name: /every 62nd point and the last, 60 of 3600; summary\.json has them all/
    })
    assert.strictEqual(await table.getByRole("row").count(), 61)
  })

  it("shows the values at the pointer in all charts, and zooms into a selected range", async () => {
    const { page } = await open(desk)
    const plot = page.locator("#chart-latency .plot")
    await plot.scrollIntoViewIfNeeded()
    const box = await plot.boundingBox()
    assert.isNotNull(box)
    await page.mouse.move(box.x + 400, box.y + 60)
    const times = page.locator(".legend .at")
    await times.first().filter({ hasText: "at " }).waitFor()
    const read = await times.allTextContents()
    assert.strictEqual(new Set(read.slice(0, 8)).size, 1)
    // Database charts have fewer points: they show the nearest one.
    assert.strictEqual(new Set(read.slice(8)).size, 1)
    assert.match(read[8] ?? "", /^at .*0$/)
    const commits = page.locator("#chart-database-transactions .plot")
    const whole = await commits.screenshot()
    await page.mouse.down()
    await page.mouse.move(box.x + 600, box.y + 60)
    await page.mouse.up()
    await page
      .locator(".range-note")
      .filter({ hasText: /\d to \d/ })
      .waitFor()
    assert.isFalse(whole.equals(await commits.screenshot()))
    await page.getByRole("button", { name: "whole run" }).click()
    await page.locator(".range-note").filter({ hasText: "drag over a chart" }).waitFor()
  })

  it("switches latency to a logarithmic scale", async () => {
    const { errors, page } = await open()
    const before = await page.locator("#chart-latency .plot").screenshot()
    const button = page.getByRole("button", { name: "logarithmic latency" })
    await button.click()
    await page.locator("button[aria-pressed=true]").filter({ hasText: "logarithmic" }).waitFor()
    const after = await page.locator("#chart-latency .plot").screenshot()
    assert.isFalse(before.equals(after))
    assert.deepStrictEqual(errors, [])
  })

  it("lets the keyboard reach every control in order", async () => {
    const { page } = await open(desk)
    const count = await page.evaluate<number>(`(window.reachable = [...document.querySelectorAll(
      "a[href], button, summary, [tabindex='0']"
    )].filter((element) => element.checkVisibility())).length`)
    assert.isAbove(count, 15)
    const reached: Array<number> = []
    for (let i = 0; i < count; i++) {
      await page.keyboard.press("Tab")
      reached.push(await page.evaluate<number>("window.reachable.indexOf(document.activeElement)"))
    }
    assert.deepStrictEqual(
      reached,
      Array.from({ length: count }, (_, i) => i)
    )
  })

  it("follows the theme of the system until the user chooses one, and remembers the choice", async () => {
    const { page } = await open({ ...desk, colorScheme: "light" })
    const ground = () => page.evaluate<string>("getComputedStyle(document.body).backgroundColor")
    const light = await ground()
    await page.emulateMedia({ colorScheme: "dark" })
    const dark = await ground()
    assert.notStrictEqual(light, dark)
    const button = page.getByRole("button", { name: "dark" })
    assert.strictEqual(await button.getAttribute("aria-pressed"), "true")
    await button.press("Enter")
    assert.strictEqual(await ground(), light)
    await page.reload()
    assert.strictEqual(await ground(), light)
    assert.strictEqual(await button.getAttribute("aria-pressed"), "false")
  })

  it("prints on white with every table open and without buttons, and restores the page afterwards", async () => {
    const { errors, page } = await open({ ...desk, colorScheme: "dark" })
    const shown = (selector: string) => page.locator(selector).filter({ visible: true }).count()
    const [buttons, tables] = [await shown("button"), await shown("table")]
    await page.emulateMedia({ media: "print" })
    await page.locator("details[open]").first().waitFor()
    assert.strictEqual(await shown("button"), 0)
    assert.strictEqual(await shown("table"), tables + 13)
    assert.strictEqual(
      await page.evaluate("getComputedStyle(document.body).backgroundColor"),
      "rgb(255, 255, 255)"
    )
    for (const ink of await inkShares(page)) assert.isAbove(ink, 0.02)
    const pdf = await page.pdf({ format: "A4", preferCSSPageSize: true })
    const sheets = pdf.toString("latin1").match(/\/Type\s*\/Page\b/g) ?? []
    assert.isAbove(sheets.length, 1)
    assert.isBelow(sheets.length, 12)
    await page.emulateMedia({ media: "screen" })
    await page.locator("details:not([open])").first().waitFor()
    assert.deepStrictEqual([await shown("button"), await shown("table")], [buttons, tables])
    assert.deepStrictEqual(errors, [])
  })

  it("names the error in data that was altered", async () => {
    const altered = writePage("altered.html", html.replace('"endedBy":"runTime"', '"endedBy":"boredom"'))
    const { page } = await openPage(altered)
    assert.include(await page.locator("main").innerText(), '"boredom"')
  })
})
