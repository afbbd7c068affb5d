/** The pages of studies in a real browser, opened from disk as people open them. */
import { afterAll, assert, describe, it } from "@effect/vitest"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import type { PageData } from "../../src/result/PageData.ts"
import { pageTemplate } from "../../src/output/pageTemplate.ts"
import { sampleCapacity } from "../result/sampleCapacity.ts"
import { sampleSweep } from "../result/sampleSweep.ts"
import { sampleVersus } from "../result/sampleVersus.ts"
import { axeViolations, desk, inkOf, openAll, phone, useBrowser } from "./browser.ts"

const folder = mkdtempSync(join(tmpdir(), "edfi-perf-"))
const hostile = "</script><script>alert(1)</script>"
const versus = { ...sampleVersus(10), warnings: [hostile] }

interface Study {
  readonly boot: PageData
  readonly title: string
  readonly verdict: string
  /** What the text of the page has in it, in any order. */
  readonly figures: ReadonlyArray<string>
  /** What its charts say to those who do not see them. */
  readonly charts: ReadonlyArray<RegExp>
}

const sweep = sampleSweep([1, 10, 50])

const studies: Readonly<Record<string, Study>> = {
  versus: {
    boot: { _tag: "Versus", versus },
    title: "versus, completed – edfi-perf",
    verdict: versus.verdict,
    figures: [
      `To know before these figures are believed: ${hostile}`,
      "Batches confirm 3.62 times the operations of single requests, 3.47 to 3.71 over 10 pairs",
      "Requests saved 96.7 % 27,569 for 827,070 operations",
      "requests failed 7 0 0",
      "commits 1 0.0333 0.0333",
      "log bytes 1.69 kB 1.49 kB 0.88",
      "Missing: pg_stat_database.deadlocks: this login may not read it",
      "IO:WalSync 212 31",
      "limited by the generator: its event loop was busy for more than 90 % of the time in 4 of 30 s",
      "users wait for their answer before they send again",
      "databaseUrl postgres://reader@db.example.org/edfi_dms"
    ],
    charts: [
      /^Operations confirmed, slice by slice, per second, over .*single requests: least .*batches: least .*batches at 3:00: limited by the generator/,
      /^Batches to single requests, pair by pair, times the operations, over 10 pairs\. ratio: least 3\.47, most 3\.71; as many 1\.$/
    ]
  },
  sweep: {
    boot: { _tag: "Sweep", sweep },
    title: "sweep, completed – edfi-perf",
    verdict: sweep.verdict,
    figures: [
      "Knee, 10 users 10 triples",
      "5 triples are further than 5 % from it.",
      "10 knee 912 902 to 914 95.6 %",
      "33 refused – – – – – – – – 413: 99 operations are more than the 60 that the server takes",
      "50 not measured – – – – – – – – 33 was refused",
      "1 limited by the generator",
      "45 slices, in the order in which they were measured",
      "batchTripleCount 1, 2, 5, 10, 20, 33, 50"
    ],
    charts: [
      /^Operations confirmed, per second, over 1 to 50 triples per batch\. 1 user: least .*10 users at 10 triples per batch: knee/,
      /^Latency of whole requests, p95, ms, over 1 to 50 .*50 users at 1 triple per batch: limited by the generator/
    ]
  },
  capacity: {
    boot: { _tag: "Capacity", capacity: sampleCapacity },
    title: "capacity, completed – edfi-perf",
    verdict: sampleCapacity.verdict,
    figures: [
      "Highest that kept all 170 batches/s 5,100 operations/s confirmed",
      "Lowest that did not 180 batches/s latency.p95 was 955 ms, and has to be below 500 ms",
      "Known to within 5.90 % from 170 to 180 batches/s",
      "6 320 ✗ not kept 9,540 ms ✗",
      "412 ✗",
      "15 170 ✓ kept highest 400 ms 372 to 432 ms",
      "bisection, again",
      "with 95 % confidence between 372 and 432 ms",
      "slo latency.p95 < 500ms, failures.ratio < 1%"
    ],
    charts: [
      /^latency\.p95, ms, over 10 to 320 batches started per second\. .*at 170 batches started per second: highest rate that kept all.*at 180 batches started per second: not kept.*bound 500\.$/,
      /^failures\.ratio, %, .*at 180 batches started per second: another was not kept.*bound 1\.$/,
      /^operations\.perSecond, per second, /
    ]
  }
}

const openPage = useBrowser()

afterAll(() => rmSync(folder, { recursive: true }))

for (const [name, { boot, charts, figures, title, verdict }] of Object.entries(studies)) {
  const file = join(folder, `${name}.html`)
  writeFileSync(file, pageTemplate(boot))
  const url = pathToFileURL(file).href

  describe(`the page of ${name}, from disk`, () => {
    it("asks nobody for anything, has nothing to complain about, and its headline is the answer", async () => {
      const { errors, page, requests } = await openPage(url)
      await page.getByRole("heading", { level: 1, name: verdict }).waitFor()
      assert.strictEqual(await page.title(), title)
      assert.deepStrictEqual([requests, errors], [[url], []])
    })

    it("shows the figures, with signs in words", async () => {
      const { page } = await openPage(url, desk)
      const text = await page.locator("main").innerText()
      const read = text.replaceAll("\u00a0", " ").replaceAll(/\s+/g, " ")
      for (const figure of figures) assert.include(read, figure)
    })

    it("draws every chart, says in words what is in it, and has a table for it", async () => {
      const { page } = await openPage(url, desk)
      const inks = await inkOf(page)
      assert.strictEqual(inks.length, charts.length)
      for (const ink of inks) assert.isAbove(ink, 0.015)
      const drawn = page.getByRole("img", { name: /, over / })
      for (const [i, words] of charts.entries()) {
        assert.match((await drawn.nth(i).getAttribute("aria-label")) ?? "", words)
      }
      await openAll(page)
      const tables = page.getByRole("table", { name: new RegExp(`${name}\\.json has them all`) })
      assert.strictEqual(await tables.count(), charts.length)
    })

    it("shows values at the pointer in the charts of one axis", async () => {
      const { page } = await openPage(url, desk)
      const plot = page.locator(".plot").first()
      await plot.scrollIntoViewIfNeeded()
      const box = await plot.boundingBox()
      assert.isNotNull(box)
      await page.mouse.move(box.x + box.width / 2, box.y + 60)
      const legend = page.locator(".chart").first().locator(".legend")
      await legend.locator(".at").filter({ hasText: "at " }).waitFor()
      assert.match(await legend.locator("b").first().innerText(), /^[\d,.]+$/)
    })

    for (const colorScheme of ["light", "dark"] as const) {
      for (const size of [phone, desk]) {
        it(`has nothing that axe objects to and never scrolls sideways, ${colorScheme} and ${size.viewport?.width} px wide`, async () => {
          const { page } = await openPage(url, { ...size, colorScheme })
          await openAll(page)
          assert.deepStrictEqual(await axeViolations(page), [])
          const width = await page.evaluate<number>("document.documentElement.scrollWidth")
          assert.strictEqual(width, size.viewport?.width)
        })
      }
    }

    it("prints on white with every table open and no button, on a few pages", async () => {
      const { errors, page } = await openPage(url, { ...desk, colorScheme: "dark" })
      await page.emulateMedia({ media: "print" })
      await page.locator("details[open]").first().waitFor()
      const shown = (selector: string) => page.locator(selector).filter({ visible: true }).count()
      assert.strictEqual(await shown("button"), 0)
      assert.strictEqual(await shown("details table"), charts.length)
      assert.strictEqual(
        await page.evaluate("getComputedStyle(document.body).backgroundColor"),
        "rgb(255, 255, 255)"
      )
      for (const ink of await inkOf(page)) assert.isAbove(ink, 0.015)
      const pdf = await page.pdf({ format: "A4", preferCSSPageSize: true })
      const pages = pdf.toString("latin1").match(/\/Type\s*\/Page\b/g) ?? []
      assert.isBelow(pages.length, 7)
      assert.deepStrictEqual(errors, [])
    })
  })
}
