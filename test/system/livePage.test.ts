/** The live page in a browser, with the compiled command and a local DMS in their own processes. */
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { type ChildProcessByStdio, execFileSync, spawn } from "node:child_process"
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import type { Readable } from "node:stream"
import { fileURLToPath } from "node:url"
import type { Browser, Page } from "playwright-core"
import { Stats } from "../../src/local-dms/Stats.ts"
import { SummaryJson } from "../../src/result/Summary.ts"
import { launchBrowser, openPage } from "./browser.ts"

const root = fileURLToPath(new URL("../..", import.meta.url))
const bin = join(root, "dist/bin.js")
const environment = { ...process.env, PERF_API_KEY: "browser", PERF_API_SECRET: "browser-secret" }

/** Starts `edfi-perf` with arguments, and waits for a line of its output. */
const start = (words: ReadonlyArray<string>, expected: RegExp) => {
  const child = spawn(process.execPath, [bin, ...words], {
    env: environment,
    stdio: ["ignore", "pipe", "inherit"]
  })
  started.push(child)
  const exitCode = new Promise<number | null>((resolve) => child.on("close", resolve))
  const found = new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).on("line", (line) => {
      const [, wanted] = expected.exec(line) ?? []
      if (wanted !== undefined) resolve(wanted)
    })
    void exitCode.then((code) => reject(new Error(`ended with ${code} and did not say ${expected}`)))
  })
  return { child, exitCode, found }
}

const started: Array<ChildProcessByStdio<null, Readable, null>> = []
const folders: Array<string> = []
const dms = { url: "" }
let browser: Browser

const tmpFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "edfi-perf-"))
  folders.push(folder)
  return folder
}

/** A run with a page against our DMS. */
const run = async (words: ReadonlyArray<string>) => {
  const folder = tmpFolder()
  const all = [
    "run",
    "--baseUrl",
    dms.url,
    "--web",
    "--webPort",
    "0",
    "--webLinger",
    "untilClosed",
    // Leaves time to the browser, which shares the cores.
    "--minWait",
    "20",
    "--output",
    folder,
    "-l",
    "warning"
  ]
  const { child, exitCode, found } = start([...all, ...words], /^page: (http:\S+)$/)
  return {
    child,
    exitCode,
    url: await found,
    folder,
    summary: () => Schema.decodeSync(SummaryJson)(readFileSync(join(folder, "summary.json"), "utf8"))
  }
}

const stats = async () => {
  const page = await browser.newPage()
  const answer = await page.goto(`${dms.url}/_local/stats`)
  const text = (await answer?.text()) ?? ""
  await page.close()
  return Schema.decodeSync(Schema.parseJson(Stats))(text)
}

/** What a page says of its run in one or two words. */
const hasStatus = (page: Page, words: string) => page.locator(".status", { hasText: words }).first().waitFor()

/** The total row of a table: its cells by the names of their columns. */
const totalsOf = async (page: Page, name: string) => {
  const table = page.getByRole("table", { name, exact: true })
  const heads = await table.getByRole("columnheader").allInnerTexts()
  const cells = await table
    .getByRole("row", { name: /^total/ })
    .getByRole("cell")
    .allInnerTexts()
  assert.strictEqual(cells.length, heads.length - 1)
  return heads.slice(1).map((head, i) => [head, Number((cells[i] ?? "").replaceAll(",", ""))] as const)
}

/** The totals of requests and operations. */
const totals = async (page: Page) =>
  new Map([...(await totalsOf(page, "Operations")), ...(await totalsOf(page, "Requests"))])

/** Waits until the page shows more confirmed operations than that. @returns their number */
const confirmedAbove = async (page: Page, count: number): Promise<number> => {
  for (;;) {
    const confirmed = (await totals(page)).get("confirmed") ?? 0
    if (confirmed > count) return confirmed
  }
}

/** Presses the button twice; on a busy machine the second press may come too late, and then both again. */
const pressStop = async (page: Page): Promise<void> => {
  await page.getByRole("button", { name: "stop the run" }).click()
  await page
    .getByRole("button", { name: "press again to stop" })
    .click({ timeout: 5000 })
    .catch(() => pressStop(page))
}

/** The table of the first chart, which has a row for each second. */
const rowsOf = (page: Page) => page.locator("details.chart-table").first().locator("tbody tr")

describe("the live page in a browser", () => {
  beforeAll(async () => {
    browser = await launchBrowser()
    const words = ["local-dms", "--port", "0", "--quiet"]
    dms.url = await start(words, / listening on (http:\S+)/).found
    // Creates the fixtures of sections, so that only the runs write afterwards.
    const prepare = ["run", "--baseUrl", dms.url, "--runInDebugMode", "--output", tmpFolder()]
    execFileSync(process.execPath, [bin, ...prepare], { env: environment, stdio: "ignore" })
  })

  afterAll(async () => {
    await browser.close()
    for (const child of started) child.kill("SIGKILL")
    for (const folder of folders) rmSync(folder, { recursive: true, force: true })
  })

  it("shows a run until its button stops it, agrees with the counts of the server, and leaves every file", async () => {
    const before = await stats()
    const { exitCode, folder, summary, url } = await run(["-m", "5", "--clientCount", "4"])
    const { errors, page, requests } = await openPage(browser, url)
    await hasStatus(page, "running")
    await page.getByRole("table", { name: "Operations", exact: true }).waitFor()
    await confirmedAbove(page, await confirmedAbove(page, 0))
    await pressStop(page)
    await hasStatus(page, "interrupted")
    const shown = await totals(page)
    const after = await stats()
    const operations = (["create", "update", "delete"] as const).map((kind) => {
      const sum = (counted: Stats) =>
        Object.values(counted.operations[kind]).reduce((all, count) => all + count, 0)
      return sum(after) - sum(before)
    })
    const answered = (counted: Stats) => counted.requests["POST /batch"]?.["200"] ?? 0
    assert.deepStrictEqual(
      ["sent", "failed", "confirmed", "created", "updated", "deleted"].map((name) => shown.get(name)),
      [
        answered(after) - answered(before),
        0,
        operations.reduce((all, count) => all + count, 0),
        ...operations
      ]
    )
    assert.strictEqual(shown.get("confirmed"), summary().operations.succeeded)
    assert.isTrue(
      requests.every((asked) => asked.startsWith(url)),
      requests.join(" ")
    )

    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: "summary.json" }).click()
    ])
    assert.deepStrictEqual(
      Schema.decodeSync(SummaryJson)(readFileSync(await download.path(), "utf8")),
      summary(),
      "the run waits while the page is open, and so its files can be had"
    )
    assert.deepStrictEqual(errors, [])
    await page.context().close()
    assert.strictEqual(await exitCode, 130)
    assert.strictEqual(summary().endedBy, "interrupt")
    assert.includeMembers(readdirSync(folder), ["report.html", "summary.json", "batch_volume_stats.csv"])
  })

  it("shows its whole history to a page that is opened late", async () => {
    const { child, exitCode, url } = await run(["-m", "5"])
    const early = await openPage(browser, url)
    await hasStatus(early.page, "running")
    await rowsOf(early.page).nth(3).waitFor({ state: "attached" })
    const late = await openPage(browser, url)
    await rowsOf(late.page).nth(3).waitFor({ state: "attached" })
    const [seen, history] = [
      await rowsOf(early.page).allTextContents(),
      await rowsOf(late.page).allTextContents()
    ]
    assert.deepStrictEqual(history.slice(0, 4), seen.slice(0, 4))
    child.kill("SIGINT")
    await hasStatus(late.page, "interrupted")
    await hasStatus(early.page, "interrupted")
    assert.deepStrictEqual(
      await rowsOf(late.page).allTextContents(),
      await rowsOf(early.page).allTextContents()
    )
    assert.deepStrictEqual(await totals(late.page), await totals(early.page))
    assert.strictEqual(await exitCode, 130)
    for (const { page } of [early, late]) await page.context().close()
  })
})
