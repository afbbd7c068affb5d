/**
 * `npm run bench:goals`: the goals of the generator that are ratios to another commit or to a peer, on several versions of
 * Node. All contenders are measured in every round, each in turn, so every ratio is one within a round.
 */
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Effect from "effect/Effect"
import { join } from "node:path"
import { build, commitOf } from "./againstCommit.ts"
import { temporaryFolder } from "./campaign.ts"
import { BenchFailed } from "./children.ts"
import { autocannon, bin, type Contender, ourCommand, wrk } from "./contenders.ts"
import { runBench, whole } from "./main.ts"
import { agreed, measure, type Measurement } from "./measure.ts"
import { writeNameLists } from "./nameLists.ts"
import { findNode, nodeFlag } from "./otherNode.ts"
import { median, medianInterval, out, printColumns, printHeader } from "./report.ts"
import { targetName } from "./targetProgram.ts"

const flags = {
  node: nodeFlag,
  nodes: Options.text("nodes").pipe(
    Options.withDefault("20.20.2,24.21.0,26.12.1"),
    Options.withDescription("Versions or paths of Node, comma-separated (default 20.20.2,24.21.0,26.12.1)")
  ),
  against: Options.text("against").pipe(
    Options.withDefault("6a46652"),
    Options.withDescription("The commit before (default 6a46652, whose load goes over undici)")
  ),
  users: whole("users", 10, "Connections at full load"),
  triples: whole("triples", 10, "Students per batch, three operations each"),
  seconds: whole("seconds", 3, "How long each window lasts"),
  rounds: whole("rounds", 5, "How often each contender is measured", 5)
}

/** A ratio of a figure of two contenders, and what it shall be. */
interface Goal {
  readonly name: string
  readonly ours: Contender
  readonly other: Contender
  readonly ratio: (ours: Measurement, other: Measurement) => number
  readonly minimum: number
  readonly aim: number
  /** Whether less is better. */
  readonly isCost: boolean
}

const speeds = (ours: Measurement, other: Measurement): number =>
  ours.batchesPerSecond / other.batchesPerSecond

/** Of contenders that use a whole core: the ratio of their speeds on a core that nobody else uses. */
const thrifts = (ours: Measurement, other: Measurement): number =>
  (other.cpuMicrosPerBatch ?? Number.NaN) / (ours.cpuMicrosPerBatch ?? Number.NaN)

const costs = (ours: Measurement, other: Measurement): number => 1 / thrifts(ours, other)

const slowest = ({ summary: ours }: Measurement, { summary: other }: Measurement): number =>
  (ours?.latencyMs.p99 ?? Number.NaN) / (other?.latencyMs.p99 ?? Number.NaN)

/** Goals against autocannon with fresh documents, by major version of Node. */
const autocannonGoals: Readonly<Record<string, readonly [minimum: number, aim: number]>> = {
  20: [2.1, 2.8],
  24: [1.85, 2.5],
  26: [1.75, 2.3]
}

/** What runs on one Node. */
interface Side {
  readonly version: string
  readonly ours: Contender
  readonly before: Contender
  readonly autocannon: Contender
}

const sideOf = (version: string, node: string, before: string): Side => ({
  version,
  ours: ourCommand(`edfi-perf, Node ${version}`, bin, { node }),
  before: ourCommand(`before, Node ${version}`, before, { node }),
  autocannon: autocannon(`autocannon, Node ${version}`, true, node)
})

const goalsOf = ({ autocannon: peer, before, ours, version }: Side): ReadonlyArray<Goal> => {
  const [minimum = Number.NaN, aim = Number.NaN] = autocannonGoals[version.split(".")[0] ?? ""] ?? []
  const on = `Node ${version}`
  return [
    {
      name: `CPU per batch / commit before, ${on}`,
      ours,
      other: before,
      ratio: costs,
      minimum: 0.6,
      aim: 0.45,
      isCost: true
    },
    {
      name: `p99 at full load / commit before, ${on}`,
      ours,
      other: before,
      ratio: slowest,
      minimum: 1,
      aim: 0.5,
      isCost: true
    },
    ...againstPeer(`autocannon fresh, ${on}`, ours, peer, minimum, aim)
  ]
}

/** Twice: by the clock, and by processor time, which other processes on the machine disturb less. */
const againstPeer = (name: string, ours: Contender, other: Contender, minimum: number, aim: number) => [
  { name: `batches/s / ${name}`, ours, other, ratio: speeds, minimum, aim, isCost: false },
  { name: `  per second of CPU`, ours, other, ratio: thrifts, minimum, aim, isCost: false }
]

const reached = (figure: number, { aim, isCost, minimum }: Goal): string => {
  const meets = (limit: number) => (isCost ? figure <= limit : figure >= limit)
  return meets(aim) ? "aim" : meets(minimum) ? "minimum" : "missed"
}

type Round = ReadonlyMap<Contender, Measurement>

const printGoals = (goals: ReadonlyArray<Goal>, rounds: ReadonlyArray<Round>): void => {
  out(`\nmedian of the ratios of ${rounds.length} rounds, and the interval that contains it, 90 % sure`)
  printColumns([
    ["goal", "minimum", "aim", "ratio", "90 % sure", "reached"],
    ...goals.map((goal) => {
      const ratios = rounds.flatMap((round) => {
        const [ours, other] = [round.get(goal.ours), round.get(goal.other)]
        return ours === undefined || other === undefined ? [] : [goal.ratio(ours, other)]
      })
      const [low, high] = medianInterval(ratios)
      const ratio = median(ratios)
      return [
        goal.name,
        String(goal.minimum),
        String(goal.aim),
        ratio.toFixed(3),
        `${low.toFixed(3)}..${high.toFixed(3)}`,
        reached(ratio, goal)
      ]
    })
  ])
}

const printContenders = (contenders: ReadonlyArray<Contender>, rounds: ReadonlyArray<Round>): void => {
  const row = (contender: Contender) => {
    const all = rounds.flatMap((round) => round.get(contender) ?? [])
    const middle = (figure: (each: Measurement) => number | undefined, digits = 0) =>
      median(all.map((each) => figure(each) ?? Number.NaN)).toFixed(digits)
    return [
      contender.name,
      middle((each) => each.batchesPerSecond),
      middle((each) => each.cpuMicrosPerBatch, 1),
      middle((each) => each.peakRssMegabytes),
      middle((each) => (each.takenByOthers ?? Number.NaN) * 100),
      middle((each) => each.targetBusy * 100)
    ]
  }
  out("\nmedians of the rounds")
  printColumns([
    ["", "batches/s", "CPU µs/batch", "peak RSS MB", "core taken by others %", "target busy %"],
    ...contenders.map(row)
  ])
}

runBench(
  Command.make("bench:goals", flags, ({ against, nodes, rounds, seconds, triples, users }) =>
    Effect.gen(function* () {
      printHeader()
      out(
        `${users} users, ${triples * 3} operations per batch, ${rounds} rounds with windows of ${seconds} s`
      )
      out(`target ${targetName()}, against ${against}`)
      const folder = yield* temporaryFolder
      const people = join(folder, "people.csv")
      writeNameLists(people)
      const before = join(yield* build(yield* commitOf(against), folder), "bin.js")
      const sides = yield* Effect.forEach(nodes.split(","), (version) =>
        Effect.map(findNode(version.trim()), (node) => sideOf(version.trim(), node, before))
      )
      const [first] = sides
      if (first === undefined) return yield* new BenchFailed({ message: "--nodes: at least one" })
      const [fresh, constant] = [wrk("wrk + Lua", true), wrk("wrk, constant body", false)]
      const hasWrk = fresh.version() !== undefined
      if (!hasWrk) out(`not installed: wrk (${fresh.install})`)
      const contenders = [
        ...sides.flatMap((side) => [side.ours, side.before, side.autocannon]),
        ...(hasWrk ? [fresh, constant] : [])
      ]
      const results: Array<Round> = []
      for (let round = 1; round <= rounds; round++) {
        const measured = new Map<Contender, Measurement>()
        for (const contender of round % 2 === 1 ? contenders : contenders.toReversed()) {
          const load = { users, triples, people, folder: join(folder, "out") }
          measured.set(contender, yield* Effect.flatMap(measure(contender, load, seconds), agreed))
          const { batchesPerSecond, cpuMicrosPerBatch = Number.NaN } = measured.get(contender) ?? {
            batchesPerSecond: 0
          }
          out(
            `round ${round}  ${contender.name}: ${batchesPerSecond.toFixed(0)} batches/s, ${cpuMicrosPerBatch.toFixed(1)} µs`
          )
        }
        results.push(measured)
      }
      printContenders(contenders, results)
      printGoals(
        [
          ...sides.flatMap(goalsOf),
          ...(hasWrk
            ? [
                ...againstPeer("wrk + Lua fresh", first.ours, fresh, 1.6, 2.1),
                ...againstPeer("wrk, constant body", first.ours, constant, 0.1, 0.14)
              ]
            : [])
        ],
        results
      )
    }).pipe(Effect.scoped)
  )
)
