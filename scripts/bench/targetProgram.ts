/** Which program is the target: target.c where gcc can build it, else target.ts, which costs several times as much. */
import { spawnSync } from "node:child_process"
import { existsSync, mkdirSync, renameSync, rmSync, statSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import type { TlsFiles } from "./campaign.ts"
import type { Command } from "./children.ts"
import { checkout } from "./contenders.ts"

const built = fileURLToPath(new URL("target", import.meta.url))

/** Builds the target in C unless it is newer than its source. @returns its path; `undefined` without gcc */
const buildTarget = (): string | undefined => {
  const from = join(checkout, "scripts/bench/target.c")
  if (existsSync(built) && statSync(built).mtimeMs > statSync(from).mtimeMs) return built
  mkdirSync(dirname(built), { recursive: true })
  // Renamed when it is whole, because another bench may do the same now.
  const half = join(dirname(built), `target-${process.pid}`)
  if (spawnSync("gcc", ["-O2", "-o", half, from]).status === 0) renameSync(half, built)
  else rmSync(half, { force: true })
  return existsSync(built) ? built : undefined
}

/**
 * @param operations how many a response confirms
 * @param tls only target.ts has TLS
 */
export const targetProgram = (operations: number, tls?: TlsFiles): Command => {
  const inC = tls === undefined ? buildTarget() : undefined
  if (inC !== undefined) return { program: inC, words: [String(operations)] }
  const script = fileURLToPath(new URL("target.js", import.meta.url))
  const files = tls === undefined ? [] : [tls.key, tls.cert]
  return { program: process.execPath, words: [script, String(operations), ...files] }
}

/** For the header of a bench. */
export const targetName = (tls?: TlsFiles): string => {
  if (tls !== undefined) return "target.ts with TLS"
  return buildTarget() === undefined ? "target.ts, because there is no gcc" : "target.c"
}
