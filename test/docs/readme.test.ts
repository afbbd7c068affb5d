/** What the README shows is true: its first lines, its flags, its exit codes, its files. */
import { assert, describe, it } from "@effect/vitest"
import { existsSync, readFileSync } from "node:fs"
import { exitCodes } from "../../src/cli/exitCodes.ts"
import { capacitySettings } from "../../src/settings/CapacityConfig.ts"
import { runSettings } from "../../src/settings/RunConfig.ts"
import { sweepSettings } from "../../src/settings/SweepConfig.ts"
import { versusSettings } from "../../src/settings/VersusConfig.ts"
import { figureNames } from "../../src/domain/Threshold.ts"
import { scenarios } from "../../src/scenarios/index.ts"

const file = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8")
const readme = file("README.md")

const flagsTable = [
  "| flag | variable | default | what |",
  "|---|---|---|---|",
  ...runSettings.map(({ alias, defaultText, fallback, help, name, variable }) => {
    const flag = `${alias === undefined ? "" : `-${alias} `}--${name}`
    return `| \`${flag}\` | ${variable} | ${defaultText ?? fallback} | ${help} |`
  })
].join("\n")

describe("README.md", () => {
  it("opens with the two commands that a newcomer types", () => {
    const [, first = ""] = /```sh\n([^]*?)```/.exec(readme) ?? []
    assert.deepStrictEqual(
      first
        .trim()
        .split("\n")
        .map((line) => line.replace(/ *#.*/, "")),
      ["npm ci && npm run demo", "npm ci && npm test"]
    )
    assert.isBelow(readme.indexOf("npm ci"), 400)
  })

  it("has every flag with its variable, default and meaning, as the command has them", () => {
    assert.include(readme, flagsTable)
  })

  it("has every flag that only a study has", () => {
    const ofRun = new Set(runSettings.map(({ name }) => name))
    const own = [...versusSettings, ...sweepSettings, ...capacitySettings].filter(
      ({ name }) => !ofRun.has(name)
    )
    assert.deepStrictEqual(
      own.filter(({ name }) => !readme.includes(`\`--${name}\``)).map(({ name }) => name),
      []
    )
  })

  it("has every figure that a threshold can limit", () => {
    const [, section = ""] = /## Thresholds\n([^]*?)\n## /.exec(readme) ?? []
    for (const name of figureNames) {
      const [group, statistic] = name.split(".")
      assert.match(section, new RegExp(`${group}\\.. [^;.]*\\b${statistic}\\b`), name)
    }
  })

  it("has every scenario with its description", () => {
    for (const { description, name } of scenarios) assert.include(readme, `| \`${name}\` | ${description}`)
  })

  it("has every exit code", () => {
    for (const code of Object.values(exitCodes)) assert.match(readme, new RegExp(`^\\| ${code} \\|`, "m"))
  })

  it("links only to files that exist", () => {
    for (const page of ["README.md", "docs/architecture.md", "docs/cookbook.md"]) {
      for (const [, link = ""] of file(page).matchAll(/\]\((?!http|#)([^)#]+)/g)) {
        const base = page.includes("/") ? page.slice(0, page.lastIndexOf("/") + 1) : ""
        assert.isTrue(existsSync(new URL(`../../${base}${link}`, import.meta.url)), `${page}: ${link}`)
      }
    }
  })

  it("names the version of the package in the changelog", () => {
    const version = /"version": "([^"]+)"/.exec(file("package.json"))?.[1]
    assert.include(file("CHANGELOG.md"), `## ${version}`)
  })
})
