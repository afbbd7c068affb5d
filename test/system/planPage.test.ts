/** The pages of a plan and of a run with watched processes in a real browser, opened from disk as people open them. */
import { assert, describe, it } from "@effect/vitest"
import { pageTemplate } from "../../src/output/pageTemplate.ts"
import { samplePlan } from "../plans/samplePlan.ts"
import { desk, openAll, useBrowser } from "./browser.ts"
import { usePageFiles } from "./pageFiles.ts"
import { planPage, watchedPage } from "./samplePages.ts"

const openPage = useBrowser()
const writePage = usePageFiles()

const readable = (text: string): string => text.replaceAll("\u00a0", " ").replaceAll(/\s+/g, " ")

describe("the page of a plan", () => {
  const url = writePage("plan.html", pageTemplate(planPage))

  it("requests nothing, logs no error, and has the answer first, then the causes with their evidence", async () => {
    const { errors, page, requests } = await openPage(url, desk)
    await page
      .getByRole("heading", { level: 1, name: "5 of 7 phases completed; failed: mix; not completed: soak." })
      .waitFor()
    assert.strictEqual(await page.title(), "plan release-2026-11, failed – edfi-perf")
    const text = readable(await page.locator("body").innerText())
    for (const figure of [
      "What limits: the load generator (writes)",
      "knee 10 users 540 operations/s 180 108,000 0 45 90 135 ◀ knee",
      "writes: the locks that sessions of the database held. Sessions waited for locks of others for 40 s",
      "knee: the server, which gets slower with time at the same load.",
      "INSERT INTO dms.document VALUES ($1, $2)",
      "writes: name:dotnet used 0.83 cores, at most 1.20; memory from 120 MB to 360 MB",
      "The figures of writes do not describe the server alone: the load generator was limited.",
      "Measure phase writes again while nothing else uses the database."
    ]) {
      assert.include(text, figure)
    }
    assert.deepStrictEqual([requests, errors], [[url], []])
  })

  it("links the page of each phase that has one", async () => {
    const { page } = await openPage(url, desk)
    const links = page.locator("#phases").locator("xpath=..").getByRole("link")
    const targets = await links.evaluateAll((found) => found.map((link) => link.getAttribute("href")))
    assert.deepStrictEqual(
      targets,
      samplePlan.phases.flatMap(({ page: target }) => target ?? [])
    )
  })

  it("shows the results of phases without a sideways scroll on a desk", async () => {
    const { page } = await openPage(url, desk)
    const widths = await page.evaluate<ReadonlyArray<readonly [number, number]>>(
      "[...document.querySelectorAll('.scroll')].map((box) => [box.scrollWidth, box.clientWidth])"
    )
    for (const [content, box] of widths) assert.isAtMost(content, box)
  })
})

describe("the page of a run with watched processes", () => {
  it("charts cores and memory of each, and says what could not be read", async () => {
    const { errors, page } = await openPage(writePage("watched.html", pageTemplate(watchedPage)), desk)
    await openAll(page)
    const section = page.locator("#processes").locator("xpath=..")
    const charts = section.getByRole("img", { name: /, over / })
    const names = await charts.evaluateAll((found) =>
      found.map((chart) => chart.getAttribute("aria-label") ?? "")
    )
    assert.strictEqual(names.length, 2)
    assert.match(
      names[0] ?? "",
      /^CPU of the server's processes, cores, over .*name:dotnet: min .*http:\/\/db/
    )
    assert.match(names[1] ?? "", /^Memory of the server's processes, MB, over /)
    const text = readable(await section.innerText())
    assert.include(
      text,
      "http://db.example.org:9187/metrics 0.40 0.52 0.75 90 kB 81 MB 81 MB 9 – 0 B 1.50 MB"
    )
    assert.include(text, "name:dotnet: no disk.")
    assert.include(readable(await page.locator("body").innerText()), "memory of name:dotnet grew by 800.0 %")
    assert.deepStrictEqual(errors, [])
  })
})
