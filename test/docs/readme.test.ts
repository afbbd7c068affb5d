/** The README and docs/reference.md agree with the program: first commands, flags, figures, exit codes, links. */
import { assert, describe, it } from "@effect/vitest"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { exitCodes } from "../../src/cli/exitCodes.ts"
import { figureNames } from "../../src/domain/Threshold.ts"
import { knownScenarios } from "../../src/scenarios/knownScenarios.ts"
import { withFlagTables } from "./flagTables.ts"

const file = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8")
const readme = file("README.md")
const reference = file("docs/reference.md")

/** The text of the first code block in a language. */
const firstBlock = (language: string): string =>
  new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``).exec(readme)?.[1] ?? ""

const exitCodeRow = (code: number) => new RegExp(`^\\| ${code} \\|`, "m")

describe("README.md", () => {
  it("opens with the two commands that a newcomer types", () => {
    assert.deepStrictEqual(
      firstBlock("sh")
        .trim()
        .split("\n")
        .map((line) => line.replace(/ *#.*/, "")),
      ["npm ci && npm run demo", "npm ci && npm test"]
    )
    assert.isBelow(readme.indexOf("npm ci"), 400)
  })

  it("has at most 150 lines", () => {
    assert.isAtMost(readme.trimEnd().split("\n").length, 150)
  })

  it("shows the example of the library as it is tested", () => {
    assert.strictEqual(firstBlock("ts"), file("docs/examples/runScenarios.ts"))
  })

  it("has every scenario with its description", () => {
    for (const { description, name } of knownScenarios) {
      assert.include(readme, `| \`${name}\` | ${description} |`)
    }
  })

  it("has every exit code", () => {
    for (const code of Object.values(exitCodes)) assert.match(readme, exitCodeRow(code))
  })
})

describe("docs/reference.md", () => {
  it("has every flag of every command with its variable, default and meaning", () => {
    assert.strictEqual(
      reference,
      withFlagTables(reference),
      "npx tsx test/docs/updateReference.ts updates it"
    )
  })

  it("has every figure that a threshold can limit", () => {
    for (const name of figureNames) {
      const [group, statistic] = name.split(".")
      assert.match(reference, new RegExp(`^\\| \`${group}\\.\` \\|[^|]*\\b${statistic}\\b`, "m"), name)
    }
  })

  it("has every scenario with its description and the names of its requests", () => {
    for (const { description, name, requestNames } of knownScenarios) {
      const [first = ""] = requestNames({ batchTripleCount: 10 })
      const row = `| \`${name}\` | ${description} | \`${first.replace(/-10$/, "-N")}\``
      assert.include(reference, row)
    }
  })

  it("has every exit code", () => {
    for (const code of Object.values(exitCodes)) assert.match(reference, exitCodeRow(code))
  })
})

const decisions = readdirSync(new URL("../../docs/decisions", import.meta.url)).map(
  (name) => `docs/decisions/${name}`
)
const pages = [
  "README.md",
  ...readdirSync(new URL("../../docs", import.meta.url))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
  ...decisions
]

/** The anchors of a page, as GitHub makes them from its headings. */
const anchorsOf = (path: string): ReadonlyArray<string> =>
  [...file(path).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-")
  )

describe("links", () => {
  it.each(pages)("%s links only to files and headings that exist", (page) => {
    for (const [, link = ""] of file(page).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)) {
      const target = new URL(link, `file:///${page}`)
      const path = target.pathname.slice(1)
      assert.isTrue(existsSync(new URL(`../../${path}`, import.meta.url)), `${page}: ${link}`)
      if (target.hash !== "") assert.include(anchorsOf(path), target.hash.slice(1), `${page}: ${link}`)
    }
  })

  it("lead from the README to every page of docs", () => {
    for (const page of pages.filter((path) => path !== "README.md" && !decisions.includes(path))) {
      assert.include(readme, `(${page}`)
    }
  })
})

describe("CHANGELOG.md", () => {
  it("names the version of the package", () => {
    const version = /"version": "([^"]+)"/.exec(file("package.json"))?.[1]
    assert.include(file("CHANGELOG.md"), `## ${version}`)
  })
})
