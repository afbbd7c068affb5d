/** The commit that the build writes into the command. */
import { afterAll, assert, describe, it } from "@effect/vitest"
import { execFileSync } from "node:child_process"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { toolCommit } from "../../scripts/toolCommit.ts"

const folder = mkdtempSync(join(tmpdir(), "edfi-perf-commit-"))

/** A package of its own, with or without what npm writes when it publishes. */
const packageIn = (name: string, more: object = {}): string => {
  const root = join(folder, name)
  mkdirSync(root, { recursive: true })
  writeFileSync(join(root, "package.json"), JSON.stringify({ name: "edfi-perf", ...more }))
  return root
}

const git = (root: string, ...words: ReadonlyArray<string>): string =>
  execFileSync("git", ["-C", root, "-c", "user.name=a", "-c", "user.email=a@b", ...words], {
    encoding: "utf8"
  }).trim()

const published = "9f3c2ab41d2093c5d1c7b5e5bb3a8a2c0f1e2d3c"

describe("the commit of the tool", () => {
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true })
  })

  it("is that of its repository, and says when files differ from it", () => {
    const root = packageIn("repository")
    git(root, "init", "-q")
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "first")
    const head = git(root, "rev-parse", "HEAD")
    assert.strictEqual(toolCommit(root), head)
    packageIn("repository", { version: "2" })
    assert.strictEqual(toolCommit(root), `${head} with changes`)
    // A package inside the repository of another project does not have its commit.
    assert.isUndefined(toolCommit(packageIn("repository/node_modules/edfi-perf")))
  })

  it("is the one that npm published, where there is no repository", () => {
    assert.strictEqual(toolCommit(packageIn("published", { gitHead: published })), published)
  })

  it("is not known otherwise", () => {
    assert.isUndefined(toolCommit(packageIn("bare")))
    assert.isUndefined(toolCommit(packageIn("strange", { gitHead: "$(rm -rf /)" })))
  })
})
