/** A Chromium for the system tests, Debian's unless CHROMIUM names another, and what is asked of every page. */
import { afterAll, afterEach, beforeAll } from "@effect/vitest"
import axe from "axe-core"
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core"

export const launchBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu"]
  })

export const phone: BrowserContextOptions = { viewport: { width: 360, height: 740 } }
export const desk: BrowserContextOptions = { viewport: { width: 1280, height: 800 } }

/** Opens what a reader of a page can open. */
export const openAll = (page: Page): Promise<void> =>
  page.evaluate("for (const details of document.querySelectorAll('details')) details.open = true")

/** The share of a chart's dots that are not empty, for each chart of a page. */
export const inkOf = (page: Page): Promise<ReadonlyArray<number>> =>
  page.evaluate<ReadonlyArray<number>>(`[...document.querySelectorAll(".plot canvas")].map((canvas) => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height)
    let inked = 0
    for (let i = 3; i < data.length; i += 4) if (data[i] > 0) inked++
    return inked / (data.length / 4)
  })`)

export interface Watched {
  readonly page: Page
  /** Every URL that the page asked for, the first is its own; `data:` is no request. */
  readonly requests: ReadonlyArray<string>
  /** What it wrote to the console as an error, refusals by its security policy among them, and what it threw. */
  readonly errors: ReadonlyArray<string>
}

/** Opens a page of its own, with no storage from before. */
export const openPage = async (
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {}
): Promise<Watched> => {
  const context = await browser.newContext(options)
  const page = await context.newPage()
  const requests: Array<string> = []
  const errors: Array<string> = []
  page.on("request", (request) => {
    if (!request.url().startsWith("data:")) requests.push(request.url())
  })
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text())
  })
  page.on("pageerror", (error) => errors.push(error.message))
  await page.goto(url)
  return { page, requests, errors }
}

/** Launches a browser for the tests of a file. @returns opens a page in it, as `openPage` does, until its test ends */
export const useBrowser = (): ((url: string, options?: BrowserContextOptions) => Promise<Watched>) => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launchBrowser()
  })
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close()
  })
  afterAll(() => browser.close())
  return (url, options) => openPage(browser, url, options)
}

/** What axe has against a page, one line each: `color-contrast: .tile > span`. */
export const axeViolations = async (page: Page): Promise<ReadonlyArray<string>> => {
  // As an expression of the test and not as a script of the page, whose policy would refuse it.
  await page.evaluate(axe.source)
  const { violations } = await page.evaluate<axe.AxeResults>("axe.run()")
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(" ")}`))
}
