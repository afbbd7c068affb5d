/** The pages of studies in a real browser, opened from disk as people open them. */
import { assert, describe, it } from "@effect/vitest"
import { pageTemplate } from "../../src/output/pageTemplate.ts"
import type { PageData } from "../../src/result/PageData.ts"
import { desk, inkShares, openAll, useBrowser } from "./browser.ts"
import { usePageFiles } from "./pageFiles.ts"
import {
  capacityPage,
  collapsePage,
  hostile,
  stressPage,
  sweepPage,
  untrustedPage,
  usersPage,
  versusPage,
  watchedStressPage
} from "./samplePages.ts"

interface Study {
  readonly data: PageData
  readonly title: string
  /** The headline: one sentence. */
  readonly answer: string
  /** Parts of the text of the page, in any order. */
  readonly figures: ReadonlyArray<string>
  /** The accessible names of the charts. */
  readonly charts: ReadonlyArray<RegExp>
}

const studies: Readonly<Record<string, Study>> = {
  versus: {
    data: versusPage,
    title: "versus, completed – edfi-perf",
    answer: "Batches of 10 triples confirmed 3.5483 times as many operations per second as single requests.",
    figures: [
      `Before you rely on these figures: ${hostile}`,
      "Operations, batches of 10 triples",
      "Batches versus single requests 3.55 times the operations 3.47 to 3.71 over 10 pairs",
      "Requests saved 96.7 % 27,569 for 827,070 operations",
      "requests failed 7 0 0",
      "Latency of failed requests, ms percentile single batches ratio p50 0.50 –",
      "of which failed 7 0.50 1 1.50",
      "commits 1 0.0333 0.0333",
      "log bytes 1.69 kB 1.49 kB 0.88",
      "Not available: pg_stat_database.deadlocks: this login may not read it",
      "IO:WalSync 212 31",
      "limited by the generator: in 4 of 30 s (13 %) its event loop was more than 90 % busy",
      "databaseUrl postgres://reader@db.example.org/edfi_dms"
    ],
    charts: [
      /^Operations confirmed, slice by slice, per second, over .*single requests: min .*batches: min .*batches at 3:00: limited by the generator/,
      /^Batches to single requests, pair by pair, times the operations, over 10 pairs\. ratio: min 3\.47, max 3\.71; equal 1\.$/
    ]
  },
  sweep: {
    data: sweepPage,
    title: "sweep, completed – edfi-perf",
    answer: "The best pair is 10 users with batches of 20 triples (60 operations).",
    figures: [
      "Best pair 10 users with 20 triples",
      "20 best pair",
      "33 refused – – – – – – – 413: 99 operations are more than the 60 that the server takes",
      "50 not measured – – – – – – – 33 was refused",
      "1 limited by the generator",
      "45 slices, in the order of measurement",
      "batchTripleCount 1, 2, 5, 10, 20, 33, 50"
    ],
    charts: [
      /^Operations confirmed, per second, over 1 to 50 triples per batch\. 1 user: min .*10 users at 20 triples per batch: best pair/,
      /^Latency of whole requests, p95, ms, over 1 to 50 .*50 users at 1 triple per batch: limited by the generator/
    ]
  },
  "sweep of users": {
    data: usersPage,
    title: "sweep, completed – edfi-perf",
    answer: "The peak is 4 users.",
    figures: [
      "Peak 4 users",
      "Peak by the scalability law 4.68 users contention 0.121, coherency 0.0401",
      "Scalability law: contention 0.121, coherency 0.0401, R² 1.000",
      "4 peak",
      "24 slices, in the order of measurement"
    ],
    charts: [
      /^Operations confirmed, per second, over 1 to 20 users\. measured: min .*scalability law: drawn as a curve; measured at 4 users: peak/,
      /^Latency of whole requests, p95, ms, over 1 to 20 users/
    ]
  },
  stress: {
    data: stressPage,
    title: "stress, completed – edfi-perf",
    answer: "The knee is 10 users.",
    figures: [
      "Knee 10 users 540 operations/s",
      "20 throughput flattens, latency grows",
      "not served",
      "Soak 7 users for"
    ],
    charts: [/^Operations confirmed, per second, over .*users/, /^Latency of /]
  },
  "stress with watched processes": {
    data: watchedStressPage,
    title: "stress, completed – edfi-perf",
    answer: "The knee is 10 users.",
    figures: [
      "What limits: the processors that name:dotnet may use. name:dotnet used 3.80 of 4 processors.",
      "Who used the processors",
      "10 users 0.20 3 0.50 4 8",
      "edfi-perf 0.1.0, commit 9f3c2ab41d20",
      "PostgreSQL 15.18, 12.1 MB before and 30.4 MB after the load",
      "yes: dms.document had never had a row"
    ],
    charts: [
      /^Operations confirmed, per second, over .*users/,
      /^Latency of /,
      /^CPU, cores, over .*users/,
      /^CPU of the server's processes, cores, over /,
      /^Memory of the server's processes, /
    ]
  },
  capacity: {
    data: capacityPage,
    title: "capacity, completed – edfi-perf",
    answer: "170/s (5,100 operations per second) is the highest arrival rate that kept the objectives.",
    figures: [
      "Highest rate kept 170 iterations/s 5,100 operations/s confirmed",
      "Lowest rate not kept 180 iterations/s latency.p95 was 955 ms, and has to be below 500 ms",
      "Precision 5.90 % the limit is between 170 and 180 iterations/s",
      "320 ✗ not kept 9,540 ms ✗",
      "412 ✗",
      "170 ✓ kept highest 400 ms 372 to 432 ms",
      "bisection, repeated",
      "95 % confidence interval 372 to 432 ms",
      "slo latency.p95 < 500ms, failures.ratio < 1%"
    ],
    charts: [
      /^latency\.p95, ms, over 10 to 320 iterations started per second\. .*at 170 iterations started per second: highest rate kept.*at 180 iterations started per second: not kept.*bound 500\.$/,
      /^failures\.ratio, %, .*at 180 iterations started per second: another objective not kept.*bound 1\.$/,
      /^operations\.perSecond, per second, /
    ]
  }
}

const openPage = useBrowser()
const writePage = usePageFiles()

for (const [name, { answer, charts, data, figures, title }] of Object.entries(studies)) {
  const url = writePage(`${name}.html`, pageTemplate(data))

  describe(`the page of ${name}, from disk`, () => {
    it("requests nothing, logs no error, and shows one sentence as headline, the figures and every chart", async () => {
      const { errors, page, requests } = await openPage(url, desk)
      await page.getByRole("heading", { level: 1, name: answer, exact: true }).waitFor()
      assert.strictEqual(await page.title(), title)
      assert.strictEqual((await inkShares(page)).length, charts.length)
      await openAll(page)
      const text = await page.locator("main").innerText()
      const read = text.replaceAll("\u00a0", " ").replaceAll(/\s+/g, " ")
      for (const figure of figures) assert.include(read, figure)
      const images = page.getByRole("img", { name: /, over / })
      for (const [i, words] of charts.entries()) {
        assert.match((await images.nth(i).getAttribute("aria-label")) ?? "", words)
      }
      const tables = page.getByRole("table", {
        name: new RegExp(`${name.split(" ")[0]}\\.json has them all`)
      })
      assert.strictEqual(await tables.count(), charts.length)
      assert.deepStrictEqual([requests, errors], [[url], []])
    })

    it("shows the values at the pointer, and prints on white with every table open and without buttons", async () => {
      const { errors, page } = await openPage(url, { ...desk, colorScheme: "dark" })
      const plot = page.locator(".plot").first()
      await plot.scrollIntoViewIfNeeded()
      const box = await plot.boundingBox()
      assert.isNotNull(box)
      await page.mouse.move(box.x + box.width / 2, box.y + 60)
      const legend = page.locator(".chart").first().locator(".legend")
      await legend.locator(".at").filter({ hasText: "at " }).waitFor()
      assert.match(await legend.locator("b").first().innerText(), /^[\d,.]+$/)
      await page.emulateMedia({ media: "print" })
      await page.locator("details[open]").first().waitFor()
      const shown = (selector: string) => page.locator(selector).filter({ visible: true }).count()
      assert.strictEqual(await shown("button"), 0)
      assert.strictEqual(await shown(".chart details table"), charts.length)
      assert.strictEqual(
        await page.evaluate("getComputedStyle(document.body).backgroundColor"),
        "rgb(255, 255, 255)"
      )
      const pdf = await page.pdf({ format: "A4", preferCSSPageSize: true })
      const sheets = pdf.toString("latin1").match(/\/Type\s*\/Page\b/g) ?? []
      assert.isBelow(sheets.length, 7)
      assert.deepStrictEqual(errors, [])
    })
  })
}

describe("the page of a study without a trustworthy result", () => {
  it("says so in its headline, in its status and instead of the ratio", async () => {
    const { page } = await openPage(writePage("untrusted.html", pageTemplate(untrustedPage)), desk)
    const heading = page.getByRole("heading", { level: 1 })
    assert.match(
      await heading.innerText(),
      /^No trustworthy result: other programs had the processors in 6 of 8 slices of single requests\.$/
    )
    assert.strictEqual(await page.locator(".status.bad").innerText(), "no trustworthy result")
    const tile = page.locator(".tile.bad").first()
    assert.match(await tile.innerText(), /Batches versus single requests\s+–\s+No trustworthy result/)
  })
})

describe("the page of capacity", () => {
  it("marks exactly one step as the highest", async () => {
    const { page } = await openPage(writePage("marked.html", pageTemplate(capacityPage)), desk)
    const marked = page.locator("#steps").locator("xpath=..").locator("tr.chosen")
    assert.strictEqual(await marked.count(), 1)
    assert.include(await marked.innerText(), "highest")
  })

  it("says first that the server collapsed, and which steps were not judged", async () => {
    const { page } = await openPage(writePage("collapsed.html", pageTemplate(collapsePage)), desk)
    assert.strictEqual(await page.title(), "capacity, server collapsed – edfi-perf")
    assert.strictEqual(await page.locator(".answer").innerText(), "The server did not recover.")
    assert.include(await page.locator(".status").innerText(), "server collapsed")
    assert.include(await page.locator(".tiles").innerText(), "Kept before the collapse")
    const steps = page.locator("#steps").locator("xpath=..")
    assert.include(await steps.innerText(), "not judged: no free processor")
    const marked = steps.locator("tr.chosen")
    assert.strictEqual(await marked.count(), 1)
    assert.include(await marked.innerText(), "160")
  })
})
