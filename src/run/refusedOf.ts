/** A scenario that was refused from the start, with the details from its settings and measurements. */
import type { RefusedScenario } from "../domain/Refusal.ts"
import { methodOf } from "../domain/requestName.ts"
import type { Measurements } from "../metrics/Recorder.ts"
import { type RefusedStart, refusedStart } from "../result/RefusedStart.ts"
import type { BatchSize } from "../result/refusalAdvice.ts"
import { countOf } from "../domain/Sample.ts"
import type { PlannedScenario, ScenarioInfo } from "../engine/Scenario.ts"
import { operationsPerRecord, requestNamesOf, type RunSpec, sendsBatches } from "./RunSpec.ts"

type Planned = PlannedScenario<ScenarioInfo>

/** The batch size, and the flag that sets it. */
const batchOf = (planned: Planned): BatchSize | undefined => {
  const { batchTripleCount: tripleCount, hasOwnTripleCount = false, scenario } = planned
  if (tripleCount === undefined) return undefined
  const size = { tripleCount, operationsPerRecord: countOf(operationsPerRecord(planned)) }
  if (scenario.tripleCount !== "configured") return { ...size, flag: undefined }
  const flag = hasOwnTripleCount ? `--batchTripleCountFor ${scenario.name}=` : "--batchTripleCount "
  return { ...size, flag }
}

const methods: ReadonlyMap<string, string> = new Map(Object.entries(methodOf))

/** Counts batches, one per iteration, or single requests of the refused operation, without deliberate failures. */
const iterationsOf = (
  planned: Planned,
  { refusal: { op } }: RefusedScenario,
  { rows }: Pick<Measurements, "rows">
): number => {
  const own = new Set(requestNamesOf([{ ...planned, failDeliberately: false }]))
  const isOfOperation = (method: string) => sendsBatches(planned) || method === methods.get(op ?? "")
  return rows
    .filter(({ method, name }) => own.has(name) && isOfOperation(method))
    .reduce((sum, { requests }) => sum + requests, 0)
}

export const refusedOf = (
  { scenarios }: Pick<RunSpec, "scenarios">,
  refused: RefusedScenario,
  measurements: Pick<Measurements, "rows">
): RefusedStart => {
  const planned = scenarios.find(({ scenario }) => scenario.name === refused.scenario) ?? scenarios[0]
  return refusedStart(refused, iterationsOf(planned, refused, measurements), batchOf(planned))
}
