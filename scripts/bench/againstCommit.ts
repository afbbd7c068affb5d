/** This checkout against another commit: the same command twice, in turn, until it is clear which one is faster. */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { execFileSync, spawnSync } from "node:child_process"
import { readFileSync, symlinkSync } from "node:fs"
import { join } from "node:path"
import type { Campaign } from "./campaign.ts"
import { BenchFailed, runCommand } from "./children.ts"
import { bin, checkout, ourCommand } from "./contenders.ts"
import { agreed, measure, type Measurement } from "./measure.ts"
import { median, medianInterval, out, printColumns, spread } from "./report.ts"
import { endWith, verdictOf } from "./verdict.ts"

/** Pairs that are not counted: the machine comes to speed, files are read for the first time. */
const warmPairs = 2

export interface Comparison extends Campaign {
  /** A loss above this share fails the comparison, 0 to 1. */
  readonly tolerated: number
}

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

interface Pair {
  readonly ours: Measurement
  readonly theirs: Measurement
}

const ratiosOf = (pairs: ReadonlyArray<Pair>, figure: (measurement: Measurement) => number | undefined) =>
  pairs.map(({ ours, theirs }) => (figure(ours) ?? Number.NaN) / (figure(theirs) ?? Number.NaN))

const speed = (each: Measurement): number => each.batchesPerSecond

/** Varies less than batches per second on a shared machine. */
const thrift = ({ cpuMicrosPerBatch }: Measurement): number | undefined =>
  cpuMicrosPerBatch === undefined ? undefined : 1e6 / cpuMicrosPerBatch

/** The ratios that the verdict judges: batches per CPU second, or batches per second where there is no /proc. */
const judged = (pairs: ReadonlyArray<Pair>) =>
  pairs.every(({ ours, theirs }) => thrift(ours) !== undefined && thrift(theirs) !== undefined)
    ? { ratios: ratiosOf(pairs, thrift), unit: "batches per second of CPU" }
    : { ratios: ratiosOf(pairs, speed), unit: "batches/s" }

const printPairs = (ref: string, pairs: ReadonlyArray<Pair>): void => {
  const row = (name: string, figure: (measurement: Measurement) => number | undefined) => {
    const ratios = ratiosOf(pairs, figure)
    const [low, high] = medianInterval(ratios)
    return [
      name,
      spread(pairs.map(({ ours }) => figure(ours) ?? Number.NaN)),
      spread(pairs.map(({ theirs }) => figure(theirs) ?? Number.NaN)),
      `${median(ratios).toFixed(3)} (${Math.min(...ratios).toFixed(3)}..${Math.max(...ratios).toFixed(3)})`,
      `${low.toFixed(3)}..${high.toFixed(3)}`
    ]
  }
  out(`\nmedian (min..max) of ${pairs.length} pairs; ratios this checkout/${ref}, pair by pair`)
  printColumns([
    ["", "this checkout", ref, "ratio", "90 % interval"],
    row("batches/s", speed),
    row("CPU µs/batch", (each) => each.cpuMicrosPerBatch),
    row("peak RSS MB", (each) => each.peakRssMegabytes),
    row("p99 ms", (each) => each.summary?.latencyMs.p99)
  ])
}

/**
 * Measures pairs until the verdict is clear: at least `rounds` of them, at most three times as many. Sets the exit
 * code: 1 for a loss, 3 when it cannot tell.
 */
export const againstCommit = (ref: string, options: Comparison): Effect.Effect<void, BenchFailed> =>
  Effect.gen(function* () {
    const { folder, people, rounds, seconds, tolerated, triples, users } = options
    const commit = yield* commitOf(ref)
    out(`against ${ref}, which is ${commit.slice(0, 7)}`)
    const contenders = {
      ours: ourCommand("this checkout", bin),
      theirs: ourCommand(ref, join(yield* build(commit, folder), "bin.js"))
    }
    const load = { users, triples, people, folder: join(folder, "out") }
    const pairs: Array<Pair> = []
    const measurePair = (pair: number) =>
      pair % 2 === 0
        ? Effect.all({
            ours: measure(contenders.ours, load, seconds),
            theirs: measure(contenders.theirs, load, seconds)
          })
        : Effect.all({
            theirs: measure(contenders.theirs, load, seconds),
            ours: measure(contenders.ours, load, seconds)
          })
    const verdict = () => verdictOf(judged(pairs).ratios, tolerated)
    for (let pair = -warmPairs; pair < rounds * 3; pair++) {
      if (pair >= rounds && verdict() !== "cannot tell") break
      const both = yield* measurePair(pair)
      for (const measured of [both.ours, both.theirs]) yield* agreed(measured)
      const [ratio = 0] = ratiosOf([both], speed)
      const name = pair < 0 ? "warm pair" : `pair ${pair + 1}`
      out(
        `${name}: ${both.ours.batchesPerSecond.toFixed(0)} batches/s here, ` +
          `${both.theirs.batchesPerSecond.toFixed(0)} there, ratio ${ratio.toFixed(3)}`
      )
      if (pair >= 0) pairs.push(both)
    }

    printPairs(ref, pairs)
    endWith(
      verdict(),
      `a loss of more than ${Number((tolerated * 100).toPrecision(6))} % of ${judged(pairs).unit}`
    )
  }).pipe(Effect.scoped)
