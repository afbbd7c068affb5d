/**
 * `npm run bench:decode`: the CPU time of decoding a batch response, without network and runtime: decoded in full, and
 * compared with the template of an earlier response. With `--against`, the same for another commit, alternating in this
 * process.
 */
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import { randomUUID } from "node:crypto"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import * as templates from "../../src/dms/ResponseTemplate.ts"
import * as decoding from "../../src/dms/decode.ts"
import { build, commitOf } from "./againstCommit.ts"
import { temporaryFolder } from "./campaign.ts"
import { BenchFailed } from "./children.ts"
import { becomeClient, cpuMicros } from "./inProcess.ts"
import { runBench, whole } from "./main.ts"
import { nodeFlag } from "./otherNode.ts"
import { median, medianInterval, out, printColumns, printHeader, spread } from "./report.ts"

const flags = {
  node: nodeFlag,
  triples: whole("triples", 10, "Students per batch, three operations each"),
  rounds: whole("rounds", 20, "How often each is measured", 5),
  millis: whole("millis", 200, "How long each round lasts"),
  against: Options.optional(Options.text("against")).pipe(
    Options.withDescription("Another commit, branch or tag to compare with")
  )
}

const ops = ["create", "update", "delete"] as const
const resource = { endpoint: "students", name: "Student" }

/** The response to a batch of this many triples, with ids of its own. */
const responseOf = (triples: number): Buffer =>
  Buffer.from(
    JSON.stringify(
      Array.from({ length: triples }, () => randomUUID()).flatMap((documentId, triple) =>
        ops.map((op, i) => ({
          index: 3 * triple + i,
          op,
          resource: "students",
          status: "success",
          documentId
        }))
      )
    )
  )

/** The decoders of a commit. */
interface Decoders {
  readonly decoding: typeof decoding
  readonly templates: typeof templates
}

/** The ways to decode a response; each returns whether the response was valid. Adapt this when `src/dms` changes. */
const waysOf = ({ decoding, templates }: Decoders, triples: number) => {
  const sent = Array.from({ length: 3 * triples }, (_, i) => ({ op: ops[i % 3] ?? "create", resource }))
  const read = (body: Buffer) =>
    decoding.decodeBatch(sent, { status: 200, headers: {}, body }, (text) => text)
  const first = responseOf(triples)
  const template = Option.flatMap(Either.getRight(read(first)), (outcomes) =>
    Option.fromNullable(templates.ResponseTemplate.learn(first, outcomes))
  )
  return {
    "read in full": (body: Buffer) => Either.isRight(read(body)),
    "compared with a template": (body: Buffer) => Option.isSome(template) && template.value.matches(body)
  }
}

type Way = keyof ReturnType<typeof waysOf>

/** Microseconds of CPU for each response. */
const round = (decode: (body: Buffer) => boolean, responses: ReadonlyArray<Buffer>, millis: number) =>
  Effect.suspend(() => {
    const before = cpuMicros()
    let decoded = 0
    let micros = 0
    while (micros < 1000 * millis) {
      for (const body of responses) {
        if (!decode(body)) return new BenchFailed({ message: "a valid response was rejected" })
      }
      decoded += responses.length
      micros = cpuMicros() - before
    }
    return Effect.succeed(micros / decoded)
  })

const loadDecoders = (dist: string): Effect.Effect<Decoders, BenchFailed> =>
  Effect.tryPromise({
    try: async () => ({
      decoding: await import(pathToFileURL(join(dist, "dms", "decode.js")).href),
      templates: await import(pathToFileURL(join(dist, "dms", "ResponseTemplate.js")).href)
    }),
    catch: (cause) =>
      new BenchFailed({ message: `--against: its decoders cannot be loaded: ${String(cause)}` })
  })

runBench(
  Command.make("bench:decode", flags, ({ against, millis, rounds, triples }) =>
    Effect.gen(function* () {
      becomeClient(0)
      printHeader()
      const ours = { name: "this checkout", ways: waysOf({ decoding, templates }, triples) }
      const contenders = [ours]
      if (Option.isSome(against)) {
        const commit = yield* commitOf(against.value)
        const theirs = yield* loadDecoders(yield* build(commit, yield* temporaryFolder))
        contenders.push({ name: against.value, ways: waysOf(theirs, triples) })
      }
      out(`responses of ${3 * triples} outcomes, ${rounds} rounds of ${millis} ms`)
      const responses = Array.from({ length: 200 }, () => responseOf(triples))
      const measure = (way: Way) =>
        Effect.gen(function* () {
          const figures = contenders.map((): Array<number> => [])
          // The first rounds let V8 compile.
          for (let turn = -2; turn < rounds; turn++) {
            for (const [at, { ways }] of contenders.entries()) {
              const micros = yield* round(ways[way], responses, millis)
              if (turn >= 0) figures[at]?.push(micros)
            }
          }
          const [here = [], there] = figures
          const ratios = there?.map((micros, at) => (here[at] ?? Number.NaN) / micros) ?? []
          const [low, high] = medianInterval(ratios)
          return [
            way,
            ...figures.map(spread),
            ...(ratios.length === 0
              ? []
              : [`${median(ratios).toFixed(3)}`, `${low.toFixed(3)}..${high.toFixed(3)}`])
          ]
        })
      printColumns([
        [
          "CPU µs per response",
          ...contenders.map(({ name }) => name),
          ...(contenders.length > 1 ? ["ratio", "90 % interval"] : [])
        ],
        yield* measure("read in full"),
        yield* measure("compared with a template")
      ])
    }).pipe(Effect.scoped)
  )
)
