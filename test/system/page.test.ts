/** The live page in a real browser, against a server that does what a test tells it to. */
import { afterEach, assert, beforeEach, describe, it } from "@effect/vitest"
import { createServer, type Server, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import type { Page } from "playwright-core"
import { pageTemplate } from "../../src/output/pageTemplate.ts"
import type { RunState } from "../../src/result/Summary.ts"
import { sampleDatabase } from "../result/sampleDatabase.ts"
import { sampleSummary } from "../result/sampleSummary.ts"
import { axeViolations, useBrowser } from "./browser.ts"

const summary = sampleSummary(100, 1)

/** The run after so many seconds. */
const stateAt = (count: number): RunState => ({
  ...summary,
  endedBy: null,
  elapsedSeconds: count,
  last: summary.timeline[count - 1] ?? null,
  database: sampleDatabase(count),
  timeline: summary.timeline.slice(0, count)
})

interface Stage {
  readonly url: string
  /** How often somebody began to listen. */
  readonly listened: () => number
  readonly stops: ReadonlyArray<string | undefined>
  readonly send: (event: "second" | "end", count: number) => void
  /** How many seconds there have been when somebody begins to listen; `undefined` refuses to talk. */
  readonly seconds: (count: number | undefined) => void
  readonly hangUp: () => void
  readonly close: () => void
}

const portOf = (server: Server): number => {
  const isPort = (address: AddressInfo | string | null): address is AddressInfo =>
    typeof address === "object" && address !== null
  const address = server.address()
  return isPort(address) ? address.port : 0
}

const startStage = (): Promise<Stage> => {
  const listeners = new Set<ServerResponse>()
  const stops: Array<string | undefined> = []
  let listened = 0
  let seconds: number | undefined = 10
  const page = pageTemplate({ _tag: "Live", stopToken: "only-for-this-page", files: ["summary.json"] })
  const server = createServer((request, response) => {
    switch (`${request.method} ${request.url}`) {
      case "GET /":
        response.setHeader("content-type", "text/html").end(page)
        break
      case "GET /events":
        listened++
        if (seconds === undefined) {
          response.writeHead(503).end()
          break
        }
        response.writeHead(200, { "content-type": "text/event-stream" })
        response.write(`retry: 50\nevent: state\ndata: ${JSON.stringify(stateAt(seconds))}\n\n`)
        listeners.add(response)
        break
      case "POST /stop":
        stops.push(request.headers["x-edfi-perf-token"]?.toString())
        response.writeHead(202).end()
        break
      default:
        response.writeHead(404).end()
    }
  })
  const stage = {
    listened: () => listened,
    stops,
    send: (event: "second" | "end", count: number) => {
      const state = stateAt(count)
      const { database } = state
      const newest = {
        ...state,
        timeline: state.timeline.slice(-1),
        database: database && { ...database, timeline: database.timeline.slice(-1) }
      }
      const data = event === "end" ? summary : newest
      for (const listener of listeners) listener.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
    },
    seconds: (count: number | undefined) => {
      seconds = count
    },
    hangUp: () => {
      for (const listener of listeners) listener.destroy()
      listeners.clear()
    },
    close: () => {
      server.closeAllConnections()
      server.close()
    }
  }
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve({ ...stage, url: `http://127.0.0.1:${portOf(server)}/` }))
  })
}

const openPage = useBrowser()
let stage: Stage

beforeEach(async () => {
  stage = await startStage()
})
afterEach(() => stage.close())

/** Waits until the page shows that so much of the run is over. */
const shows = (page: Page, elapsed: string) =>
  page
    .locator(".meta")
    .filter({ hasText: `${elapsed} of 1:40` })
    .waitFor()

const note = (page: Page, text: string) => page.getByRole("status").filter({ hasText: text }).waitFor()

describe("the live page", () => {
  it("shows everything so far to whoever comes late, then every second", async () => {
    const { errors, page, requests } = await openPage(stage.url)
    await shows(page, "0:10")
    const first = await page.getByRole("img", { name: /^Users/ }).getAttribute("aria-label")
    assert.include(first, "over 0:10")
    stage.send("second", 11)
    await shows(page, "0:11")
    const operations = page.locator(".tile").first()
    const last = summary.timeline[10]?.operations.toLocaleString("en-US")
    assert.include(await operations.innerText(), `${last} /s`)
    assert.strictEqual(await page.title(), "BATCH_VOLUME, under way – edfi-perf")
    assert.deepStrictEqual(
      requests.filter((url) => !url.startsWith(stage.url)),
      []
    )
    assert.deepStrictEqual(errors, [])
  })

  it("draws the database as soon as it was read twice, then with every reading", async () => {
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

  it("leaves focus, open tables and what was pressed alone when a second comes", async () => {
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

  it("asks for everything anew when it missed a second", async () => {
    const { page } = await openPage(stage.url)
    await shows(page, "0:10")
    stage.seconds(20)
    stage.send("second", 15)
    await shows(page, "0:20")
    assert.strictEqual(stage.listened(), 2)
  })

  it("says that the connection is lost, keeps what it has, and goes on when it is back", async () => {
    const { page } = await openPage(stage.url)
    await shows(page, "0:10")
    stage.seconds(undefined)
    stage.hangUp()
    await note(page, "Connection lost, trying again")
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
    await note(page, "Stopping: what is under way may finish.")
    await page.waitForFunction("document.activeElement.textContent === 'stopping'")
    await page.keyboard.press("Enter")
    stage.send("second", 11)
    await shows(page, "0:11")
    assert.deepStrictEqual(stage.stops, ["only-for-this-page"])
  })

  it("says why the run has ended, with the figures of all of it, and does not come back when the server goes", async () => {
    const { errors, page } = await openPage(stage.url)
    await shows(page, "0:10")
    stage.send("end", 100)
    await note(page, "The run ended as planned, after its run time.")
    stage.hangUp()
    await shows(page, "1:40")
    assert.strictEqual(await page.getByRole("button", { name: "stop" }).count(), 0)
    const confirmed = summary.operations.succeeded.toLocaleString("en-US")
    assert.include(await page.locator(".tiles").innerText(), `${confirmed} confirmed`)
    // The browser itself tells that the connection is gone.
    assert.deepStrictEqual(
      errors.filter((error) => !error.includes("net::")),
      []
    )
    assert.strictEqual(stage.listened(), 1)
  })

  it("has nothing that axe objects to, in any state", async () => {
    const { page } = await openPage(stage.url, { colorScheme: "dark" })
    await shows(page, "0:10")
    assert.deepStrictEqual(await axeViolations(page), [])
    await page.getByRole("button", { name: "stop the run" }).click()
    await note(page, "Press again")
    assert.deepStrictEqual(await axeViolations(page), [])
    stage.seconds(undefined)
    stage.hangUp()
    await note(page, "Connection lost")
    assert.deepStrictEqual(await axeViolations(page), [])
  })

  it("says when there is nothing to show yet", async () => {
    stage.seconds(undefined)
    const { page } = await openPage(stage.url)
    await note(page, "No connection to the run, trying again.")
    await page.getByText("The figures appear with the first second of the run.").waitFor()
    assert.deepStrictEqual(await axeViolations(page), [])
  })
})
