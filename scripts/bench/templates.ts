/**
 * `npm run bench:templates`: bytes of batches that templates write per second of CPU time, of generated documents of several
 * resources and of students, whose builder is made by hand. Batches of all have about the same length. Without network
 * and server. The goal is at least 0.8 of the bytes of students.
 */
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { BatchClient } from "../../src/dms/BatchClient.ts"
import type { BatchTemplate } from "../../src/dms/BatchTemplate.ts"
import { compileTemplate } from "../../src/dms/compileTemplate.ts"
import { DiscoveryDocument } from "../../src/dms/DiscoveryDocument.ts"
import { DmsConfig } from "../../src/dms/DmsConfig.ts"
import { fetchSpecifications } from "../../src/dms/fetchSpecifications.ts"
import { makeKeySpace } from "../../src/documents/generatedKeys.ts"
import { loadOf } from "../../src/documents/GeneratedLoad.ts"
import { planDocuments } from "../../src/documents/planDocuments.ts"
import { madeUpDescriptors } from "../../src/documents/ServerFacts.ts"
import type { BatchPattern } from "../../src/domain/BatchPattern.ts"
import { GeneratedFixtures } from "../../src/fixtures/GeneratedFixtures.ts"
import { LocalDms } from "../../src/local-dms/LocalDms.ts"
import type { ResourceScenario } from "../../src/scenarios/resourceScenarios.ts"
import { resourceScenarios } from "../../src/scenarios/resourceScenarios.ts"
import { StudentBatchVolumeTest } from "../../src/scenarios/studentBatchVolume.ts"
import { SingleClient } from "../../src/dms/SingleClient.ts"
import { chooseResources } from "../../src/schema/chooseResources.ts"
import { readDocument } from "../../src/schema/OpenApiDocument.ts"
import { readOpenApi } from "../../src/schema/readOpenApi.ts"
import { BenchFailed } from "./children.ts"
import { becomeClient, cpuMicros } from "./inProcess.ts"
import { runBench, whole } from "./main.ts"
import { nodeFlag } from "./otherNode.ts"
import { median, medianInterval, out, printColumns, printHeader, spread } from "./report.ts"

const defaultResources = [
  "courses",
  "schools",
  "contacts",
  "studentSchoolAssociations",
  "grades",
  "studentAssessments",
  "sections",
  "tpdm/candidates"
]

const flags = {
  node: nodeFlag,
  resources: Options.text("resources").pipe(
    Options.withDefault(defaultResources.join(",")),
    Options.withDescription("Resources of the Data Standard 5.2 and TPDM, or all (default: several)")
  ),
  document: Options.choice("document", ["minimal", "full"] as const).pipe(
    Options.withDefault("minimal" as const),
    Options.withDescription("Required members, or all that close no circle (default minimal)")
  ),
  triples: whole("triples", 10, "Students per batch, whose bytes the other batches have about"),
  rounds: whole("rounds", 20, "How often each is measured", 5),
  millis: whole("millis", 50, "How long each round lasts")
}

const users = 100

/** To read the CPU time costs as much as dozens of batches. */
const iterationsPerLook = 20

const decodeFailed = (error: { readonly message: string }) => new BenchFailed({ message: error.message })

/** The resources as the local DMS describes them, in memory. */
const readModel = Effect.gen(function* () {
  const texts = yield* fetchSpecifications
  return yield* readOpenApi(yield* Effect.forEach(texts, ({ text, url }) => readDocument(url, text)))
}).pipe(
  Effect.provide(
    DiscoveryDocument.layer.pipe(
      Layer.provideMerge(LocalDms.layerHttpClient({})),
      Layer.provideMerge(
        DmsConfig.layer({
          baseUrl: "http://dms.test",
          key: Redacted.make("key"),
          secret: Redacted.make("secret")
        })
      )
    )
  ),
  Effect.mapError(decodeFailed)
)

/** The pattern that a scenario gives its client. */
const patternOf = (
  scenario: Pick<ResourceScenario, "name" | "prepare">,
  batchTripleCount: number,
  generated: Layer.Layer<GeneratedFixtures>
) =>
  Effect.gen(function* () {
    const patterns: Array<BatchPattern> = []
    const batches = Layer.succeed(BatchClient, {
      naming: "endpoint",
      postBatch: () => Effect.succeed([]),
      postPattern: (pattern) =>
        Effect.sync(() => {
          patterns.push(pattern)
          return () => Effect.succeed({ create: 0, update: 0, delete: 0 })
        })
    })
    const noSingles = Layer.succeed(SingleClient, {
      send: () => Effect.dieMessage("nothing is sent"),
      sendBad: () => Effect.dieMessage("nothing is sent")
    })
    yield* Effect.provide(
      scenario.prepare({ batchTripleCount, seed: 1 }),
      Layer.mergeAll(batches, noSingles, generated)
    )
    const [pattern] = patterns
    return yield* pattern === undefined
      ? new BenchFailed({ message: `${scenario.name} has no pattern` })
      : Effect.succeed(pattern)
  }).pipe(Effect.mapError(decodeFailed))

const templateOf = (pattern: BatchPattern) =>
  Either.mapLeft(
    compileTemplate(pattern, "endpoint"),
    (reason) => new BenchFailed({ message: `${pattern.name} has no template: ${reason}` })
  )

interface Measured {
  readonly name: string
  readonly records: number
  readonly bytes: number
  readonly template: BatchTemplate
}

const bytesOf = ({ maxBytes, write }: BatchTemplate): number =>
  write({ user: 0, iteration: 0 }, Buffer.alloc(maxBytes), 0)

/** The template of a scenario whose batches have about as many bytes. */
const measuredOf = (
  name: string,
  scenario: Pick<ResourceScenario, "name" | "prepare">,
  wantedBytes: number,
  generated: Layer.Layer<GeneratedFixtures>
) =>
  Effect.gen(function* () {
    const one = yield* templateOf(yield* patternOf(scenario, 1, generated))
    const records = Math.max(1, Math.round(wantedBytes / bytesOf(one)))
    const template = yield* templateOf(yield* patternOf(scenario, records, generated))
    return { name, records, bytes: bytesOf(template), template } satisfies Measured
  })

/** Megabytes per second of CPU time. */
const round = ({ template }: Measured, millis: number): number => {
  const target = Buffer.alloc(template.maxBytes)
  const before = cpuMicros()
  let [bytes, iteration, micros] = [0, 0, 0]
  while (micros < 1000 * millis) {
    for (const last = iteration + iterationsPerLook; iteration < last; iteration++)
      for (let user = 0; user < users; user++) bytes += template.write({ user, iteration }, target, 0)
    micros = cpuMicros() - before
  }
  return bytes / micros
}

runBench(
  Command.make("bench:templates", flags, ({ document: extent, millis, resources, rounds, triples }) =>
    Effect.gen(function* () {
      becomeClient(0)
      printHeader()
      const model = yield* readModel
      const { chosen, unknown } = chooseResources(model, resources.split(","))
      if (unknown.length > 0)
        return yield* new BenchFailed({ message: `--resources: there is no ${unknown.join(", ")}` })
      const facts = {
        schoolYear: 2026,
        localEducationAgencyId: 255901,
        namespace: "uri://ed-fi.org",
        descriptors: madeUpDescriptors(model.descriptors)
      }
      const plan = planDocuments(model, chosen, { extent, facts })
      const demand = { users, perIteration: 1000, loads: 1, fixtureSeed: 1 }
      const space = yield* Effect.mapError(makeKeySpace(demand, plan.keyUse), decodeFailed)
      const { load } = loadOf(plan, new Set(plan.records.map(({ path }) => path)), space)
      const generated = Layer.succeed(GeneratedFixtures, { load: Effect.succeed(load) })
      const handMade = yield* templateOf(yield* patternOf(StudentBatchVolumeTest, triples, generated))
      const students: Measured = {
        name: "students, by hand",
        records: triples,
        bytes: bytesOf(handMade),
        template: handMade
      }
      const others = yield* Effect.forEach(load.records, (record) =>
        Effect.gen(function* () {
          const [batches] = resourceScenarios(record)
          if (batches === undefined) return yield* Effect.dieMessage("a resource without scenarios")
          return yield* measuredOf(record.path, batches, students.bytes, generated)
        })
      )
      out(`batches of about ${students.bytes} bytes, ${extent} documents, ${rounds} rounds of ${millis} ms`)
      const all = [students, ...others]
      const figures = all.map((): Array<number> => [])
      // The first rounds let V8 compile.
      for (let turn = -2; turn < rounds; turn++)
        for (const [at, each] of all.entries()) {
          const perSecond = round(each, millis)
          if (turn >= 0) figures[at]?.push(perSecond)
        }
      const [byHand = []] = figures
      const rows = all.map(({ bytes, name, records }, at) => {
        const own = figures[at] ?? []
        const ratios = own.map((figure, turn) => figure / (byHand[turn] ?? Number.NaN))
        const [low, high] = medianInterval(ratios)
        return {
          ratio: median(ratios),
          cells: [
            name,
            `${records}`,
            `${bytes}`,
            (bytes / median(own)).toFixed(1),
            spread(own),
            median(ratios).toFixed(2),
            `${low.toFixed(2)}..${high.toFixed(2)}`
          ]
        }
      })
      printColumns([
        ["resource", "records", "bytes", "µs per batch", "MB per CPU second", "of students", "90 % interval"],
        ...rows.map(({ cells }) => cells)
      ])
      const slow = rows.filter(({ ratio }) => ratio < 0.8).length
      out(
        `${rows.length - 1 - slow} of ${rows.length - 1} resources have at least 0.8 of the bytes per second of students`
      )
    })
  )
)
