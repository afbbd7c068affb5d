/** A scenario that was refused from the start, with the details from its settings and measurements. */
import { type ChosenScenario, requestNamesOf, sendsBatches } from "../settings/chooseScenarios.ts"
import type { RefusedScenario } from "../domain/Refusal.ts"
import { methodOf } from "../domain/requestName.ts"
import type { Measurements } from "../metrics/Recorder.ts"
import { type RefusedStart, refusedStart } from "../result/RefusedStart.ts"
import type { BatchSize } from "../result/refusalAdvice.ts"
import { scenarios } from "../scenarios/index.ts"
import type { SeededConfig } from "./loadPlan.ts"

const batchOf = (
  { batchTripleCount }: Pick<SeededConfig, "batchTripleCount">,
  { batchTripleCount: tripleCount, name }: ChosenScenario
): BatchSize | undefined => {
  if (tripleCount === undefined) return undefined
  const known = scenarios.find((scenario) => scenario.name === name)
  if (known?.tripleCount !== "configured") return { tripleCount, flag: undefined }
  const flag = tripleCount === batchTripleCount ? "--batchTripleCount " : `--batchTripleCountFor ${name}=`
  return { tripleCount, flag }
}

const methods: ReadonlyMap<string, string> = new Map(Object.entries(methodOf))

/**
 * Counts batches, one per iteration, or single requests of the refused operation, without those meant to be refused.
 */
const iterationsOf = (
  config: SeededConfig,
  scenario: ChosenScenario,
  { refusal: { op } }: RefusedScenario,
  { rows }: Measurements
): number => {
  const own = new Set(requestNamesOf({ ...config, failDeliberately: false }, [scenario], scenarios))
  const isOfOperation = (method: string) => sendsBatches(scenario) || method === methods.get(op ?? "")
  return rows
    .filter(({ method, name }) => own.has(name) && isOfOperation(method))
    .reduce((sum, { requests }) => sum + requests, 0)
}

export const refusedOf = (
  config: SeededConfig,
  refused: RefusedScenario,
  measurements: Measurements
): RefusedStart => {
  const scenario = config.scenarios.find(({ name }) => name === refused.scenario) ?? {
    name: refused.scenario
  }
  return refusedStart(
    refused,
    iterationsOf(config, scenario, refused, measurements),
    batchOf(config, scenario)
  )
}
