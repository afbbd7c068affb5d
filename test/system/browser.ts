/** A Chromium for the system tests, Debian's unless CHROMIUM names another, and checks for pages. */
import { afterAll, afterEach, beforeAll } from "@effect/vitest"
import axe from "axe-core"
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core"

export const launchBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu"]
  })

/** Of each action in a page: the test runner ends what hangs, and a busy machine is slow. */
const patienceMillis = 500_000

export const desk: BrowserContextOptions = { viewport: { width: 1280, height: 800 } }

/** Opens every `details` element. */
export const openAll = (page: Page): Promise<void> =>
  page.evaluate("for (const details of document.querySelectorAll('details')) details.open = true")

/** The share of non-empty dots of every chart of a page. */
export const inkShares = (page: Page): Promise<ReadonlyArray<number>> =>
  page.evaluate<ReadonlyArray<number>>(`[...document.querySelectorAll(".plot canvas")].map((canvas) => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height)
    let inked = 0
    for (let i = 3; i < data.length; i += 4) if (data[i] > 0) inked++
    return inked / (data.length / 4)
  })`)

export interface OpenedPage {
  readonly page: Page
  /** Every URL that the page requested, its own first; without `data:`. */
  readonly requests: ReadonlyArray<string>
  /** Console errors, violations of its security policy included, and uncaught errors. */
  readonly errors: ReadonlyArray<string>
}

/** Opens a page in a fresh context. */
export const openPage = async (
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {}
): Promise<OpenedPage> => {
  const context = await browser.newContext(options)
  context.setDefaultTimeout(patienceMillis)
  context.setDefaultNavigationTimeout(patienceMillis)
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

/** Launches a browser for the tests of a file. @returns opens a page that is closed after its test */
export const useBrowser = (): ((url: string, options?: BrowserContextOptions) => Promise<OpenedPage>) => {
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

/**
 * The violations that axe finds, one line each: `color-contrast: .tile > span`.
 *
 * @param rules all when left out
 */
export const axeViolations = async (
  page: Page,
  rules?: ReadonlyArray<string>
): Promise<ReadonlyArray<string>> => {
  // Evaluated by the browser and not as a script element, which the policy of the page forbids.
  await page.evaluate(axe.source)
  // Of what passes it would look for a selector of each element, which takes most of its time.
  const options = { resultTypes: ["violations"], ...(rules === undefined ? {} : { runOnly: rules }) }
  const violations = await page.evaluate<axe.AxeResults["violations"]>(
    `axe.run(${JSON.stringify(options)}).then((results) => results.violations)`
  )
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(" ")}`))
}

/** What overflows: the page itself, text in boxes that hide it, and boxes over their neighbours. One line each. */
export const clippedTexts = (page: Page): Promise<ReadonlyArray<string>> =>
  page.evaluate<ReadonlyArray<string>>(`(() => {
    const root = document.documentElement
    const clipped = root.scrollWidth > innerWidth ? ["page: " + root.scrollWidth + " > " + innerWidth] : []
    for (const element of document.body.querySelectorAll("*:not(.hidden, .plot *, table, svg, svg *)")) {
      const { display, overflowX } = getComputedStyle(element)
      const { clientWidth, scrollWidth } = element
      if (display === "inline" || overflowX === "auto" || scrollWidth <= clientWidth + 1) continue
      clipped.push(element.tagName + "." + element.className + ": " + element.textContent.slice(0, 40))
    }
    return clipped
  })()`)

export interface Picture {
  /** The number of different colours. */
  readonly colors: number
  /** Mean brightness, 0 to 255. */
  readonly brightness: number
}

/** The visible part of a page as a picture. */
export const pictureOf = async (page: Page): Promise<Picture> => {
  const png = await page.screenshot()
  return page.evaluate<Picture>(`(async () => {
    const image = new Image()
    image.src = "data:image/png;base64,${png.toString("base64")}"
    await image.decode()
    const { height, width } = image
    const context = new OffscreenCanvas(width, height).getContext("2d")
    context.drawImage(image, 0, 0)
    const { data } = context.getImageData(0, 0, width, height)
    const colors = new Set()
    let sum = 0
    for (let i = 0; i < data.length; i += 4) {
      colors.add((data[i] << 16) | (data[i + 1] << 8) | data[i + 2])
      sum += (data[i] + data[i + 1] + data[i + 2]) / 3
    }
    return { colors: colors.size, brightness: sum / (data.length / 4) }
  })()`)
}
