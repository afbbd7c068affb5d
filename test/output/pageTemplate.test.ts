import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { createHash } from "node:crypto"
import { type PageData, PageDataJson } from "../../src/result/PageData.ts"
import { compareRuns } from "../../src/compare/compareRuns.ts"
import { pageTemplate } from "../../src/output/pageTemplate.ts"
import { runOf } from "../compare/runs.ts"
import { sampleCapacity } from "../result/sampleCapacity.ts"
import { sampleSummary } from "../result/sampleSummary.ts"
import { sampleSweep } from "../result/sampleSweep.ts"
import { sampleVersus } from "../result/sampleVersus.ts"

const report: PageData = { _tag: "Report", summary: sampleSummary(20, 1), files: ["summary.json"] }
const live: PageData = { _tag: "Live", stopToken: "</script><script>alert(1)</script>", files: [] }

/** The text between a tag and the next end tag of the same name. */
const inside = (html: string, start: RegExp, end: string): string => {
  const found = start.exec(html)
  assert.isNotNull(found)
  const from = found.index + found[0].length
  return html.slice(from, html.indexOf(end, from))
}

const bootOf = (html: string) => inside(html, /<script type="application\/json" id="boot">/, "</script>")
const scriptOf = (html: string) => inside(html, /<script>/, "</script>")
const styleOf = (html: string) => inside(html, /<style>/, "</style>")
const policyOf = (html: string) => inside(html, /http-equiv="Content-Security-Policy" content="/, '"')
const hashOf = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`

describe("the HTML of a page", () => {
  it("has the data, including any text from a server", () => {
    for (const boot of [report, live]) {
      const json = bootOf(pageTemplate(boot))
      assert.notInclude(json, "<")
      assert.deepStrictEqual(Schema.decodeSync(PageDataJson)(json), boot)
    }
  })

  it("allows its own script and style and no other", () => {
    const html = pageTemplate(report)
    const directives = policyOf(html).split("; ")
    assert.include(directives, "default-src 'none'")
    assert.include(directives, `script-src ${hashOf(scriptOf(html))}`)
    assert.include(directives, `style-src ${hashOf(styleOf(html))}`)
    assert.notInclude(policyOf(html), "unsafe")
  })

  it("may connect to its own server when it is live, and to no server when it is a report", () => {
    assert.include(policyOf(pageTemplate(live)), "connect-src 'self'")
    assert.notInclude(policyOf(pageTemplate(report)), "connect-src")
  })

  it("loads nothing from anywhere", () => {
    const html = pageTemplate(report)
    const markup = html.replace(scriptOf(html), "").replace(bootOf(html), "")
    const loaded = [...markup.matchAll(/(?:src|href)\s*=\s*"([^"]*)"|url\(([^)]*)\)|@import[^;]*/g)]
    assert.deepStrictEqual(
      loaded.map(([whole, attribute]) => (attribute ?? whole).slice(0, 5)),
      ["data:"]
    )
    assert.notMatch(styleOf(html), /https?:/)
  })

  it("names the file with the figures for browsers without scripts", () => {
    const noteOf = (boot: PageData) => inside(pageTemplate(boot), /<noscript>/, "</noscript>")
    const boots: ReadonlyArray<readonly [PageData, string]> = [
      [report, "summary.json"],
      [live, "summary.json"],
      [{ _tag: "Versus", versus: sampleVersus(2) }, "versus.json"],
      [{ _tag: "Sweep", sweep: sampleSweep([1]) }, "sweep.json"],
      [{ _tag: "Capacity", capacity: sampleCapacity }, "capacity.json"]
    ]
    for (const [boot, file] of boots) assert.include(noteOf(boot), `; ${file} has all of them.`)
    const comparison = compareRuns([runOf("a"), runOf("b")], [])
    assert.notInclude(noteOf({ _tag: "Compared", comparison }), ".json")
  })

  it("contains the licences of the libraries in its script", () => {
    const html = pageTemplate(report)
    for (const name of ["effect", "preact", "uplot"]) {
      assert.match(scriptOf(html), new RegExp(`\n${name}\n\n.*MIT`))
    }
  })
})
