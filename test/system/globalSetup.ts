/**
 * Compiles the package, whose command system tests start as users do; finds the PostgreSQL that they need, says which,
 * and gives its URL to them.
 */
import { execFileSync } from "node:child_process"
import { fileURLToPath } from "node:url"
import type { TestProject } from "vitest/node"
import { startThrowAwayPostgres } from "../../scripts/throwAwayPostgres.ts"

declare module "vitest" {
  export interface ProvidedContext {
    readonly databaseUrl: string
  }
}

export default async ({ provide }: TestProject): Promise<() => Promise<void>> => {
  execFileSync("npm", ["run", "--silent", "build"], { cwd: fileURLToPath(new URL("../..", import.meta.url)) })
  const given = process.env["PERF_TEST_DATABASE_URL"]
  const { stop, url } =
    given === undefined || given === ""
      ? // No test of this server asks what survives a power failure.
        await startThrowAwayPostgres("-c fsync=off")
      : { url: given, stop: () => Promise.resolve() }
  process.stdout.write(
    given === url
      ? "system tests on the PostgreSQL of PERF_TEST_DATABASE_URL\n"
      : "system tests on a throw-away PostgreSQL (PERF_TEST_DATABASE_URL names another one)\n"
  )
  provide("databaseUrl", url)
  return stop
}
