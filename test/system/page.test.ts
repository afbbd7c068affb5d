/** The live page in a real browser, against a server that the test controls. */
import { afterEach, assert, beforeEach, describe, it } from "@effect/vitest"
import type { Page } from "playwright-core"
import { axeViolations, useBrowser } from "./browser.ts"
import { type LiveStage, stageSummary, startLiveStage, stopToken } from "./liveStage.ts"

const openPage = useBrowser()
let stage: LiveStage

beforeEach(async () => {
  stage = await startLiveStage()
})
afterEach(() => stage.close())

/** Waits until the page shows the elapsed time. */
const shows = (page: Page, elapsed: string) =>
  page
    .locator(".meta")
    .filter({ hasText: `${elapsed} of 1:40` })
    .waitFor()

const note = (page: Page, text: string) => page.getByRole("status").filter({ hasText: text }).waitFor()

describe("the live page", () => {
  it("shows the whole history to a late page, then every second", async () => {
    const { errors, page, requests } = await openPage(stage.url)
    await shows(page, "0:10")
    const first = await page.getByRole("img", { name: /^Users/ }).getAttribute("aria-label")
    assert.include(first, "over 0:10")
    stage.send("second", 11)
    await shows(page, "0:11")
    const operations = page.locator(".tile").first()
    const last = stageSummary.timeline[10]?.operations.toLocaleString("en-US")
    assert.include(await operations.innerText(), `${last} /s`)
    assert.strictEqual(await page.title(), "BATCH_VOLUME, running – edfi-perf")
    assert.deepStrictEqual(
      requests.filter((url) => !url.startsWith(stage.url)),
      []
    )
    assert.deepStrictEqual(errors, [])
  })

  it("draws the database from its second reading on, then updates with every reading", async () => {
    stage.seconds(9)
    const { errors, page } = await openPage(stage.url)
    await shows(page, "0:09")
    const database = page.getByRole("region", { name: "Database", exact: true })
    const transactions = database.getByRole("img", { name: /^Transactions/ })
    assert.strictEqual(await transactions.count(), 0)
    stage.send("second", 10)
    await transactions.waitFor()
    assert.include(await transactions.getAttribute("aria-label"), "over 0:10")
    for (let second = 11; second <= 15; second++) stage.send("second", second)
    await shows(page, "0:15")
    assert.include(await transactions.getAttribute("aria-label"), "over 0:15")
    assert.match(
      await database.locator(".legend").first().innerText(),
      /^commits 100\s+rollbacks 1\s+at 0:15$/
    )
    assert.deepStrictEqual(errors, [])
  })

  it("keeps focus, open tables and pressed buttons when a second arrives", async () => {
    const { page } = await openPage(stage.url)
    await shows(page, "0:10")
    await page.getByRole("button", { name: "logarithmic latency" }).click()
    await page.locator("#chart-latency summary").press("Enter")
    stage.send("second", 11)
    await shows(page, "0:11")
    assert.strictEqual(await page.locator("#chart-latency details[open] tbody tr").count(), 11)
    assert.strictEqual(await page.locator("#chart-latency summary:focus").count(), 1)
    assert.strictEqual(
      await page.locator("button[aria-pressed=true]").last().innerText(),
      "logarithmic latency"
    )
  })

  it("requests the whole state again after a missed second", async () => {
    const { page } = await openPage(stage.url)
    await shows(page, "0:10")
    stage.seconds(20)
    stage.send("second", 15)
    await shows(page, "0:20")
    assert.strictEqual(stage.connections(), 2)
  })

  it("reports a lost connection, keeps the last state, and continues when the server is back", async () => {
    const { page } = await openPage(stage.url)
    await shows(page, "0:10")
    stage.seconds(undefined)
    stage.hangUp()
    await note(page, "Connection lost, retrying")
    await shows(page, "0:10")
    stage.seconds(30)
    await shows(page, "0:30")
    assert.strictEqual(await page.getByRole("status").textContent(), "")
  })

  it("stops the run at the second press of the button, with the token of the page", async () => {
    const { page } = await openPage(stage.url)
    await shows(page, "0:10")
    await page.getByRole("button", { name: "stop the run" }).press("Enter")
    await note(page, "Press again to stop the run.")
    assert.deepStrictEqual(stage.stops, [])
    await page.getByRole("button", { name: "press again to stop" }).press("Enter")
    await note(page, "Stopping: requests in flight may finish.")
    await page.waitForFunction("document.activeElement.textContent === 'stopping'")
    await page.keyboard.press("Enter")
    stage.send("second", 11)
    await shows(page, "0:11")
    assert.deepStrictEqual(stage.stops, [stopToken])
  })

  it("shows why the run ended and the final figures, and does not reconnect when the server closes", async () => {
    const { errors, page } = await openPage(stage.url)
    await shows(page, "0:10")
    stage.send("end", 100)
    await note(page, "The run ended as planned, after its run time.")
    stage.hangUp()
    await shows(page, "1:40")
    assert.strictEqual(await page.getByRole("button", { name: "stop" }).count(), 0)
    const confirmed = stageSummary.operations.succeeded.toLocaleString("en-US")
    assert.include(await page.locator(".tiles").innerText(), `${confirmed} confirmed`)
    // The browser itself logs the closed connection.
    assert.deepStrictEqual(
      errors.filter((error) => !error.includes("net::")),
      []
    )
    assert.strictEqual(stage.connections(), 1)
  })

  it("passes axe while a stop awaits confirmation and while the connection is lost", async () => {
    const { page } = await openPage(stage.url, { colorScheme: "dark" })
    await shows(page, "0:10")
    await page.getByRole("button", { name: "stop the run" }).click()
    await note(page, "Press again")
    assert.deepStrictEqual(await axeViolations(page), [])
    stage.seconds(undefined)
    stage.hangUp()
    await note(page, "Connection lost")
    assert.deepStrictEqual(await axeViolations(page), [])
  })

  it("shows a placeholder before the first second", async () => {
    stage.seconds(undefined)
    const { page } = await openPage(stage.url)
    await note(page, "No connection to the run, retrying.")
    await page.getByText("The figures appear with the first second of the run.").waitFor()
    assert.deepStrictEqual(await axeViolations(page), [])
  })
})
