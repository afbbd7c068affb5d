/** Scenarios prepared with a client that records what they send. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { BatchClient } from "../../src/dms/BatchClient.ts"
import { noReads } from "../dms/noReads.ts"
import { SingleClient } from "../../src/dms/SingleClient.ts"
import { makeClassPeriod, classPeriods } from "../../src/documents/classPeriods.ts"
import { courseOfferings, makeCourseOffering } from "../../src/documents/courseOfferings.ts"
import { courses, makeCourse } from "../../src/documents/courses.ts"
import { locations, makeLocation } from "../../src/documents/locations.ts"
import type { BatchPattern } from "../../src/domain/BatchPattern.ts"
import type { Operation, SingleOperation } from "../../src/domain/Operation.ts"
import type { Problem } from "../../src/domain/Problem.ts"
import type { NotRefused, SingleError } from "../../src/domain/SingleError.ts"
import type { FixtureKeys } from "../../src/fixtures/FixtureKeys.ts"
import { SharedFixtures } from "../../src/fixtures/SharedFixtures.ts"
import type { ScenarioOptions, UserIteration } from "../../src/engine/Scenario.ts"
import { scenarios } from "../../src/scenarios/index.ts"

const schoolId = 255901999
const course = courses.keyOf(makeCourse("ELA-01", schoolId))
const session = { schoolId, schoolYear: 2025, sessionName: "edfi-perf Fall 2025" }

export const fixtureKeys: FixtureKeys = {
  schoolId,
  schoolYear: 2025,
  course,
  session,
  courseOffering: courseOfferings.keyOf(makeCourseOffering("ELA-01", course, session)),
  classPeriod: classPeriods.keyOf(makeClassPeriod("edfi-perf 1", schoolId)),
  location: locations.keyOf(makeLocation("edfi-perf 101", schoolId))
}

/** For scenarios that send no single requests. */
export const noSingles = Layer.succeed(SingleClient, {
  send: () => Effect.dieMessage("no single request is sent"),
  sendBad: () => Effect.dieMessage("no single request is sent")
})

const noBatches = Layer.succeed(BatchClient, {
  naming: "endpoint",
  postBatch: () => Effect.dieMessage("no batch is sent")
})

const fixtures = Layer.succeed(SharedFixtures, { keys: Effect.succeed(fixtureKeys) })

/** For scenarios that are prepared but not run. */
export const noSending = Layer.mergeAll(noBatches, noReads, noSingles, fixtures)

export interface SentBatch {
  readonly name: string | undefined
  readonly operations: ReadonlyArray<Operation>
}

/** The batches that a scenario sends in these iterations. */
export const batchesOf = (
  name: string,
  options: ScenarioOptions,
  iterations: ReadonlyArray<UserIteration>
): ReadonlyArray<SentBatch> => {
  const sent: Array<SentBatch> = []
  const layer = Layer.mergeAll(
    Layer.succeed(BatchClient, {
      naming: "endpoint",
      postBatch: (operations, requestName) =>
        Effect.sync(() => {
          sent.push({ name: requestName, operations })
          return []
        })
    }),
    noReads,
    noSingles,
    fixtures
  )
  const run = Effect.gen(function* () {
    for (const scenario of scenarios.filter((each) => each.name === name)) {
      const workload = yield* scenario.prepare(options)
      for (const at of iterations) yield* workload.iteration(at)
    }
  })
  Effect.runSync(Effect.either(Effect.provide(run, layer)))
  return sent
}

export interface SentSingle {
  /** Whether the server should refuse it. */
  readonly bad: boolean
  readonly operation: SingleOperation
}

/** Responses to single requests; created records have the ids `id-1`, `id-2`, ... */
export interface SingleResponses {
  readonly send?: (operation: SingleOperation) => Effect.Effect<void, SingleError>
  readonly sendBad?: Effect.Effect<Problem, SingleError | NotRefused>
}

/** The single requests that a scenario sends in these iterations, and the result of each iteration. */
export const singlesOf = (
  name: string,
  options: ScenarioOptions,
  iterations: ReadonlyArray<{ readonly user: number; readonly iteration: number }>,
  { send = () => Effect.void, sendBad = Effect.succeed({}) }: SingleResponses = {}
) => {
  const sent: Array<SentSingle> = []
  let created = 0
  const singles = Layer.succeed(SingleClient, {
    send: (operation) =>
      Effect.suspend(() => {
        sent.push({ bad: false, operation })
        const id = operation.op === "create" ? `id-${++created}` : operation.target.documentId
        return Effect.as(send(operation), id)
      }),
    sendBad: (operation) =>
      Effect.suspend(() => {
        sent.push({ bad: true, operation })
        return sendBad
      })
  })
  const ends = Effect.gen(function* () {
    const scenario = scenarios.find((each) => each.name === name)
    if (scenario === undefined) return yield* Effect.dieMessage(`there is no scenario ${name}`)
    const workload = yield* scenario.prepare(options)
    return yield* Effect.forEach(iterations, (at) => Effect.either(workload.iteration(at)))
  }).pipe(Effect.orDie, Effect.provide(Layer.mergeAll(singles, noBatches, noReads, fixtures)))
  return { ends: Effect.runSync(ends), sent }
}

/** The pattern that a scenario asks its client to prepare. */
export const patternOf = (name: string, options: ScenarioOptions): BatchPattern => {
  const patterns: Array<BatchPattern> = []
  const layer = Layer.mergeAll(
    Layer.succeed(BatchClient, {
      naming: "endpoint",
      postBatch: () => Effect.succeed([]),
      postPattern: (pattern) =>
        Effect.sync(() => {
          patterns.push(pattern)
          return () => Effect.succeed({ create: 0, update: 0, delete: 0 })
        })
    }),
    noReads,
    noSingles,
    fixtures
  )
  const scenario = scenarios.find((each) => each.name === name) ?? scenarios[0]
  Effect.runSync(Effect.either(Effect.provide(scenario.prepare(options), layer)))
  const [pattern] = patterns
  if (pattern === undefined) throw new Error(`${name} has no pattern`)
  return pattern
}
