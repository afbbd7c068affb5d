/** The commit of the sources, which the build writes into the command. */
import { execFileSync } from "node:child_process"
import { readFileSync, realpathSync } from "node:fs"
import { join } from "node:path"

const git = (root: string, ...words: ReadonlyArray<string>): string | undefined => {
  try {
    return execFileSync("git", ["-C", root, ...words], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"]
    }).trim()
  } catch {
    return undefined
  }
}

/** A folder may be part of somebody else's repository. */
const isRepository = (root: string): boolean => {
  const top = git(root, "rev-parse", "--show-toplevel")
  return top !== undefined && realpathSync(top) === realpathSync(root)
}

/**
 * From git, else `gitHead` of package.json, which npm writes when it publishes; `undefined` where neither is known.
 *
 * @param root the folder of the package
 * @example "9f3c2ab...", "9f3c2ab... with changes"
 */
export const toolCommit = (root: string): string | undefined => {
  if (isRepository(root)) {
    const head = git(root, "rev-parse", "HEAD")
    const changes = git(root, "status", "--porcelain", "--untracked-files=no")
    return head === undefined || changes === undefined || changes === "" ? head : `${head} with changes`
  }
  const { gitHead }: { readonly gitHead?: unknown } = JSON.parse(
    readFileSync(join(root, "package.json"), "utf8")
  )
  return typeof gitHead === "string" && /^[0-9a-f]{40}$/.test(gitHead) ? gitHead : undefined
}
