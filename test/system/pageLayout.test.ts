/** Every page at three widths and in both themes: nothing is clipped, nothing is empty, and axe finds nothing. */
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import type { Page } from "playwright-core"
import { pageTemplate } from "../../src/output/pageTemplate.ts"
import { axeViolations, clippedTexts, inkShares, openAll, pictureOf, useBrowser } from "./browser.ts"
import { type LiveStage, startLiveStage } from "./liveStage.ts"
import { usePageFiles } from "./pageFiles.ts"
import {
  agentsPage,
  capacityPage,
  collapsePage,
  closedPage,
  comparedPage,
  openModelPage,
  planPage,
  stressPage,
  sweepPage,
  untrustedPage,
  usersPage,
  versusOnAgentsPage,
  versusPage,
  watchedPage,
  watchedStressPage
} from "./samplePages.ts"

const widths = [1600, 768, 360]
const themes = ["light", "dark"] as const
const hasBrightness = {
  light: (brightness: number) => brightness > 180,
  dark: (brightness: number) => brightness < 75
}

const openPage = useBrowser()
const writePage = usePageFiles()
let stage: LiveStage

beforeAll(async () => {
  stage = await startLiveStage()
})
afterAll(() => stage.close())

/** Everything wrong with the picture and the layout of a page, one line each. */
const layoutProblems = async (page: Page): Promise<ReadonlyArray<string>> => {
  // A plan has no charts.
  await page.locator(".plot canvas, #phases").first().waitFor()
  const problems: Array<string> = []
  for (const colorScheme of themes) {
    await page.emulateMedia({ colorScheme })
    for (const width of widths) {
      await page.setViewportSize({ width, height: 900 })
      const { brightness, colors } = await pictureOf(page)
      const found = [
        ...(colors > 50 ? [] : [`only ${colors} colours`]),
        ...(hasBrightness[colorScheme](brightness) ? [] : [`brightness ${brightness}`]),
        ...(await clippedTexts(page))
      ]
      problems.push(...found.map((problem) => `${width} px, ${colorScheme}: ${problem}`))
    }
    const shares = await inkShares(page)
    if (shares.some((share) => share < 0.01)) problems.push(`${colorScheme}: an empty chart`)
    // Only contrast depends on the theme.
    problems.push(...(await axeViolations(page, colorScheme === "light" ? undefined : ["color-contrast"])))
  }
  return problems
}

const pages = {
  "a closed run": closedPage,
  "an open run": openModelPage,
  "a run with watched processes": watchedPage,
  "a plan": planPage,
  "a run on agents": agentsPage,
  "a comparison": comparedPage,
  versus: versusPage,
  "versus on agents": versusOnAgentsPage,
  "a study without a trustworthy result": untrustedPage,
  sweep: sweepPage,
  "a sweep over users": usersPage,
  stress: stressPage,
  "stress with watched processes": watchedStressPage,
  capacity: capacityPage,
  "capacity of a server that collapsed": collapsePage
}

describe("at 360, 768 and 1600 px, in light and in dark", () => {
  for (const [name, data] of Object.entries(pages)) {
    it(`the page of ${name} is drawn, clips nothing and passes axe`, async () => {
      const { page } = await openPage(writePage(`${name}.html`, pageTemplate(data)))
      await openAll(page)
      assert.deepStrictEqual(await layoutProblems(page), [])
    })
  }

  it("the page of a run in progress is drawn, clips nothing and passes axe", async () => {
    const { page } = await openPage(stage.url)
    assert.deepStrictEqual(await layoutProblems(page), [])
  })
})
