/** This checkout against another commit, which is built in a worktree of its own. */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { execFileSync, spawnSync } from "node:child_process"
import { readFileSync, symlinkSync } from "node:fs"
import { join } from "node:path"
import { BenchFailed, runCommand } from "./children.ts"
import { bin, checkout, ourCommand } from "./contenders.ts"
import { comparePairs, type Comparison } from "./comparePairs.ts"
import { out } from "./report.ts"

const git = (...words: ReadonlyArray<string>) =>
  execFileSync("git", words, { cwd: checkout, encoding: "utf8" })

export const commitOf = (ref: string): Effect.Effect<string, BenchFailed> =>
  Effect.suspend(() => {
    const { status, stdout } = spawnSync("git", ["rev-parse", "--verify", "--quiet", `${ref}^{commit}`], {
      cwd: checkout,
      encoding: "utf8"
    })
    return status === 0
      ? Effect.succeed(stdout.trim())
      : new BenchFailed({ message: `--against: git knows no commit ${ref}` })
  })

/** Another commit, built in a worktree that is removed with the scope. @returns its folder `dist` */
export const build = (commit: string, folder: string): Effect.Effect<string, BenchFailed, Scope.Scope> =>
  Effect.gen(function* () {
    const tree = join(folder, "against")
    yield* Effect.acquireRelease(
      Effect.sync(() => git("worktree", "add", "--detach", "--quiet", tree, commit)),
      () => Effect.sync(() => git("worktree", "remove", "--force", tree))
    )
    const lockOf = (root: string) => readFileSync(join(root, "package-lock.json"), "utf8")
    if (lockOf(tree) === lockOf(checkout))
      symlinkSync(join(checkout, "node_modules"), join(tree, "node_modules"))
    else {
      out("its packages differ from ours: npm ci")
      yield* runCommand("npm ci", { program: "npm", words: ["ci", "--no-audit", "--no-fund"], folder: tree })
    }
    out("building it")
    yield* runCommand("its build", { program: "npm", words: ["run", "build"], folder: tree })
    return join(tree, "dist")
  })

/** Compares this checkout with another commit, as `comparePairs` does. */
export const againstCommit = (ref: string, options: Comparison): Effect.Effect<void, BenchFailed> =>
  Effect.gen(function* () {
    const commit = yield* commitOf(ref)
    out(`against ${ref}, which is ${commit.slice(0, 7)}`)
    const theirs = ourCommand(ref, join(yield* build(commit, options.folder), "bin.js"))
    yield* comparePairs({ ours: ourCommand("this checkout", bin), theirs }, options)
  }).pipe(Effect.scoped)
