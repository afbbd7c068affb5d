/** report.html in a real browser, opened from disk as people open it. */
import { afterAll, assert, describe, it } from "@effect/vitest"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import type { BrowserContextOptions } from "playwright-core"
import { pageTemplate } from "../../src/output/pageTemplate.ts"
import { sampleSummary } from "../result/sampleSummary.ts"
import { axeViolations, desk, inkOf, openAll, phone, useBrowser } from "./browser.ts"

const folder = mkdtempSync(join(tmpdir(), "edfi-perf-"))
const html = pageTemplate({
  _tag: "Report",
  summary: sampleSummary(3600, 2),
  files: ["summary.json", "batch_volume_stats.csv"]
})

const fileOf = (name: string, content: string): string => {
  const file = join(folder, name)
  writeFileSync(file, content)
  return pathToFileURL(file).href
}

const url = fileOf("report.html", html)
const openPage = useBrowser()

afterAll(() => rmSync(folder, { recursive: true }))

const open = (options: BrowserContextOptions = {}) => openPage(url, options)

describe("report.html from disk", () => {
  it("asks nobody for anything and has nothing to complain about", async () => {
    const { errors, page, requests } = await open()
    await page.getByRole("heading", { name: "Over time" }).waitFor()
    assert.deepStrictEqual([requests, errors], [[url], []])
  })

  it("shows the figures of the run", async () => {
    const { page } = await open()
    const text = await page.locator("main").innerText()
    const read = text.replaceAll("\u00a0", " ").replaceAll(/\s+/g, " ")
    for (const figure of [
      "The load generator was the bottleneck: its event loop was busy",
      "These figures describe the tool, not the DMS.",
      "p95 61.9 ms",
      "Duration 2:00:00",
      "latency.p95 < 500ms 61.9 ms ✓ kept",
      "students-batch-10.latency.p99 < 100ms 148 ms ✗ not kept",
      "create sections 0 409 rolled back urn:ed-fi:api:data-conflict:unresolved-reference",
      "no answer within 60 s",
      "runTimeInMinutes 120 min",
      "users wait for their answer before they send again"
    ]) {
      assert.include(read, figure)
    }
    assert.strictEqual(await page.title(), "BATCH_VOLUME, ended – edfi-perf")
    assert.deepStrictEqual(
      await page.getByRole("link", { name: /\.(json|csv)$/ }).evaluateAll((links) => links.map(String)),
      ["summary.json", "batch_volume_stats.csv"].map((name) => new URL(name, url).href)
    )
  })

  it("draws every chart and says in words what is in it", async () => {
    const { page } = await open()
    const inks = await inkOf(page)
    assert.strictEqual(inks.length, 11)
    for (const ink of inks) assert.isAbove(ink, 0.02)
    // Lines of 3600 points and not as many dots, which would hide their dashes.
    assert.isBelow(inks[2] ?? 1, 0.15)
    const charts = page.getByRole("img", { name: /least .*, most / })
    assert.strictEqual(await charts.count(), 11)
  })

  it("draws what the database did over time, with its figures, for as long as it was watched", async () => {
    const { page } = await open()
    const database = page.getByRole("region", { name: "Database", exact: true })
    assert.deepStrictEqual(await database.getByRole("heading", { level: 3 }).allInnerTexts(), [
      "Transactions, per second",
      "Write-ahead log, kB per second",
      "Syncs of the write-ahead log, per second",
      "Sessions by what they waited for, sessions"
    ])
    await database
      .getByRole("img", {
        name: "over 2:00:00. commits: least 80, most 120; rollbacks: least 0.80, most 1.20"
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

  it("has a table for every chart, which says what it leaves out", async () => {
    const { page } = await open()
    const latency = page.locator("#chart-latency")
    await latency.getByText("Table").click()
    const table = latency.getByRole("table", {
      name: /every 62nd point and the last, 60 of 3600; summary\.json has them all/
    })
    assert.strictEqual(await table.getByRole("row").count(), 61)
  })

  it("shows the values at the pointer in all charts, and enlarges what is drawn over", async () => {
    const { page } = await open(desk)
    const plot = page.locator("#chart-latency .plot")
    await plot.scrollIntoViewIfNeeded()
    const box = await plot.boundingBox()
    assert.isNotNull(box)
    await page.mouse.move(box.x + 400, box.y + 60)
    const times = page.locator(".legend .at")
    await times.first().filter({ hasText: "at " }).waitFor()
    const read = await times.allTextContents()
    assert.strictEqual(new Set(read.slice(0, 7)).size, 1)
    // The database is read less often: the reading that is nearest.
    assert.strictEqual(new Set(read.slice(7)).size, 1)
    assert.match(read[7] ?? "", /^at .*0$/)
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
    await page.locator(".range-note").filter({ hasText: "draw over a chart" }).waitFor()
  })

  it("draws latency on a logarithmic scale when told to", async () => {
    const { errors, page } = await open()
    const before = await page.locator("#chart-latency .plot").screenshot()
    const button = page.getByRole("button", { name: "logarithmic latency" })
    await button.click()
    await page.locator("button[aria-pressed=true]").filter({ hasText: "logarithmic" }).waitFor()
    const after = await page.locator("#chart-latency .plot").screenshot()
    assert.isFalse(before.equals(after))
    assert.deepStrictEqual(errors, [])
  })

  for (const colorScheme of ["light", "dark"] as const) {
    for (const size of [phone, desk]) {
      it(`has nothing that axe objects to, ${colorScheme} and ${size.viewport?.width} px wide`, async () => {
        const { page } = await open({ ...size, colorScheme })
        await openAll(page)
        assert.deepStrictEqual(await axeViolations(page), [])
      })
    }
  }

  for (const size of [phone, desk]) {
    it(`never scrolls sideways, ${size.viewport?.width} px wide`, async () => {
      const { page } = await open(size)
      await openAll(page)
      const width = await page.evaluate<number>("document.documentElement.scrollWidth")
      assert.strictEqual(width, size.viewport?.width)
    })
  }

  it("lets the keyboard reach everything that can be used, in order", async () => {
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

  it("is light or dark as the system is, until somebody says otherwise, and remembers that", async () => {
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

  it("prints on white with every table open and no button, and is as before afterwards", async () => {
    const { errors, page } = await open({ ...desk, colorScheme: "dark" })
    const shown = (selector: string) => page.locator(selector).filter({ visible: true }).count()
    const [buttons, tables] = [await shown("button"), await shown("table")]
    await page.emulateMedia({ media: "print" })
    await page.locator("details[open]").first().waitFor()
    assert.strictEqual(await shown("button"), 0)
    assert.strictEqual(await shown("table"), tables + 11)
    assert.strictEqual(
      await page.evaluate("getComputedStyle(document.body).backgroundColor"),
      "rgb(255, 255, 255)"
    )
    for (const ink of await inkOf(page)) assert.isAbove(ink, 0.02)
    await page.emulateMedia({ media: "screen" })
    await page.locator("details:not([open])").first().waitFor()
    assert.deepStrictEqual([await shown("button"), await shown("table")], [buttons, tables])
    assert.deepStrictEqual(errors, [])
  })

  it("makes a PDF of a few pages", async () => {
    const { page } = await open({ colorScheme: "dark" })
    const pdf = await page.pdf({ format: "A4", preferCSSPageSize: true })
    const pages = pdf.toString("latin1").match(/\/Type\s*\/Page\b/g) ?? []
    assert.isAbove(pages.length, 1)
    assert.isBelow(pages.length, 9)
  })

  it("says what is wrong with data that somebody altered", async () => {
    const altered = fileOf("altered.html", html.replace('"endedBy":"runTime"', '"endedBy":"boredom"'))
    const { page } = await openPage(altered)
    assert.include(await page.locator("main").innerText(), '"boredom"')
  })
})
