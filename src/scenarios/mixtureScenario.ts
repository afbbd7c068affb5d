/** A mixture as one scenario: each of its iterations chooses an item by weight, and does the steps of that item. */
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type { PlannedRecord } from "../documents/planDocuments.ts"

import {
  isWrite,
  makeChooseItem,
  type Mixture,
  type MixtureItem,
  type MixtureLoad,
  type Step,
  type WriteStep
} from "../domain/Mixture.ts"
import { type PlannedRead, readNameOf, readStep } from "./mixtureReads.ts"
import { countOf, type OperationCounts } from "../domain/Sample.ts"
import type { Scenario, ScenarioInfo, Workload } from "../engine/Scenario.ts"
import type { FixtureError } from "../fixtures/FixtureError.ts"
import type { ScenarioServices } from "./index.ts"
import {
  batchNameOf,
  batchStep,
  countsOfStep,
  isBatchOf,
  type ItemRun,
  type PlannedWrite,
  type PreparedStep,
  singleNamesOf,
  singleStep
} from "./mixtureSteps.ts"
import { type RecordFacts, recordFacts } from "./recordSources.ts"
import { decisiveFailure } from "./volume.ts"

/** Whether a step makes records of its own. */
const creates = (step: Step): boolean => isWrite(step) && (step.kind === "record" || step.kind === "create")

type PlannedStep = PlannedWrite | PlannedRead

/** @param records of a step that does not say how many */
const stepsOf = (
  { steps }: MixtureItem,
  factsOf: (path: string) => RecordFacts,
  records: number
): ReadonlyArray<PlannedStep> => {
  const plannedWrite = (step: WriteStep, source: WriteStep): PlannedWrite => ({
    _tag: "Write",
    step,
    facts: factsOf(step.path),
    create: steps.slice(0, steps.indexOf(source)).filter(creates).length,
    records: source.records ?? records
  })
  return steps.map((step, index) => {
    const before = steps
      .slice(0, index)
      .filter(isWrite)
      .filter(({ kind, path }) => path === step.path && (kind === "create" || kind === "delete"))
    if (isWrite(step)) {
      const created = before.findLast(({ kind }) => kind === "create")
      return plannedWrite(step, creates(step) ? step : (created ?? step))
    }
    const last = before.at(-1)
    return { _tag: "Read", step, created: last?.kind === "create" ? plannedWrite(last, last) : undefined }
  })
}

/**
 * How many records each iteration writes; `undefined` unless each item writes as many, in one step of the kind `record`.
 *
 * @param records of a step that does not say how many
 */
export const recordsPerIterationOf = ({ items }: Mixture, records: number): number | undefined => {
  const counts = items.map(({ steps: [step, ...others] }) =>
    others.length === 0 && isWrite(step) && step.kind === "record" ? (step.records ?? records) : undefined
  )
  const [count] = counts
  return counts.every((each) => each === count) ? count : undefined
}

/** The larger of two counts: of all operations, and of creates where these are equal. */
const larger = (a: OperationCounts, b: OperationCounts): OperationCounts =>
  countOf(b) > countOf(a) || (countOf(b) === countOf(a) && b.create > a.create) ? b : a

const none: OperationCounts = { create: 0, update: 0, delete: 0 }

/** Does the steps until one fails; then only deletes what was created. */
const runSteps = Effect.fnUntraced(function* (steps: ReadonlyArray<PreparedStep>, run: ItemRun) {
  const failures: Array<unknown> = []
  for (const step of steps) {
    if (failures.length > 0 && !step.cleansUp) continue
    const ended = yield* Effect.either(step.run(run))
    if (Either.isLeft(ended)) failures.push(ended.left)
  }
  if (failures.length > 0) return yield* Effect.fail(decisiveFailure(failures))
})

const infoOf = (
  { mixture: { description, items, name }, testType }: MixtureLoad,
  factsOf: (path: string) => RecordFacts
): ScenarioInfo => {
  const isBatches = testType === "BATCH_VOLUME" && items.some(({ steps }) => steps.some(isWrite))
  const planned = (records: number) => items.flatMap((item) => stepsOf(item, factsOf, records))
  const namesOf = (step: PlannedStep, deleteResources: boolean): ReadonlyArray<string> => {
    if (step._tag === "Read") return [readNameOf(step.step)]
    if (countOf(countsOfStep(step, deleteResources)) === 0) return []
    return isBatches ? [batchNameOf(step)] : singleNamesOf(step, deleteResources)
  }
  return {
    name,
    testType,
    description,
    byDefault: false,
    tripleCount: isBatches ? "configured" : "none",
    operationsPerRecord: ({ deleteResources = true, requestName }) =>
      planned(1)
        .filter((step) => step._tag === "Write")
        .filter((write) => requestName === undefined || isBatchOf(write, requestName))
        .map((write) => countsOfStep(write, deleteResources))
        .reduce(larger, none),
    requestNames: ({ batchTripleCount = 1, deleteResources = true }) =>
      Arr.dedupe(planned(isBatches ? batchTripleCount : 1).flatMap((step) => namesOf(step, deleteResources)))
  }
}

/** The facts of each resource that a mixture writes. */
const factsIn = ({ items }: Mixture, records: ReadonlyArray<PlannedRecord>) => {
  const paths = Arr.dedupe(items.flatMap(({ steps }) => steps.filter(isWrite).map(({ path }) => path)))
  const facts = new Map(paths.map((path) => [path, recordFacts(path, records)]))
  return (path: string): RecordFacts => {
    const known = facts.get(path)
    if (known === undefined) throw new Error(`${path} was not planned`)
    return known
  }
}

/**
 * The scenario of a mixture.
 *
 * @param records of the mixture's resources, as planned for the load
 */
export const mixtureScenario = (
  load: MixtureLoad,
  records: ReadonlyArray<PlannedRecord>
): Scenario<FixtureError, ScenarioServices> => {
  const { mixture, testType } = load
  const { items, name } = mixture
  const factsOf = factsIn(mixture, records)
  return {
    ...infoOf(load, factsOf),
    prepare: ({ batchTripleCount = 1, deleteResources = true, seed }) =>
      Effect.gen(function* () {
        const isBatches = testType === "BATCH_VOLUME"
        const count = isBatches ? batchTripleCount : 1
        const options = { deleteResources, seed }
        const prepareStep = (
          step: PlannedStep
        ): Effect.Effect<PreparedStep, FixtureError, ScenarioServices> => {
          if (step._tag === "Read") return readStep(step, seed)
          return isBatches ? batchStep(step, options) : singleStep(step, options)
        }
        const prepared = new Map<MixtureItem, ReadonlyArray<PreparedStep>>()
        for (const item of items) {
          prepared.set(item, yield* Effect.forEach(stepsOf(item, factsOf, count), prepareStep))
        }
        /** The most creates of an item: each has iterations of its own, so that no two keys are equal. */
        const perIteration = Math.max(1, ...items.map(({ steps }) => steps.filter(creates).length))
        const chooseItem = makeChooseItem(items, seed)
        const recordsPerIteration = recordsPerIterationOf(mixture, count)
        const workload: Workload = {
          name,
          ...(recordsPerIteration === undefined ? {} : { recordsPerIteration }),
          iteration: (at) =>
            runSteps(prepared.get(chooseItem(at)) ?? [], {
              records: at.records,
              keysAt: (create) => ({ user: at.user, iteration: at.iteration * perIteration + create }),
              made: new Map(),
              listed: new Map()
            })
        }
        return workload
      })
  }
}
