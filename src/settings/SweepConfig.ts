/** What `sweep` is asked: batch sizes and numbers of users, every combination of which is a load. */
import * as Arr from "effect/Array"
import type * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import type { KnownScenario } from "./chooseScenarios.ts"
import { type GivenSettings, tableOf } from "./readSettings.ts"
import { RunSettings } from "./RunSettings.ts"
import { optionalSetting, setting } from "./Setting.ts"
import {
  decodeStudy,
  loadSettings,
  serverSettings,
  sliceSettings,
  type StudyConfig
} from "./StudySettings.ts"
import { whole, wholes } from "./flagSchemas.ts"
import type { WrongSettings } from "./WrongSettings.ts"

const maxOperations = 1_000_000

export const SweepSettings = Schema.Struct({
  ...serverSettings,
  batchTripleCount: setting(wholes(1, Math.floor(maxOperations / 3)), {
    group: "scenarios",
    variable: "PERF_SWEEP_BATCH_TRIPLE_COUNT",
    kind: "list",
    accepts: "whole numbers from 1 to 333333, repeated or comma-separated, such as 1,10,33",
    fallback: "1,2,5,10,20,33",
    help: "Batch sizes to measure"
  }),
  clientCount: setting(wholes(1, 100_000), {
    group: "load",
    alias: "c",
    variable: "PERF_SWEEP_CLIENT_COUNT",
    kind: "list",
    accepts: "whole numbers from 1 to 100000, repeated or comma-separated, such as 1,10,50",
    fallback: "10",
    help: "Virtual users; each with every size"
  }),
  testList: RunSettings.fields.testList,
  maxBatchOperations: optionalSetting(whole(1, maxOperations), {
    group: "scenarios",
    variable: "PERF_SWEEP_MAX_BATCH_OPERATIONS",
    accepts: "a whole number from 1 to 1000000",
    defaultText: "none",
    help: "Largest batch to try"
  }),
  ...sliceSettings({
    slices: "3",
    whatSlices: "Measurements of each size",
    sliceTime: "5 seconds"
  }),
  ...loadSettings
})
export interface SweepSettings extends Schema.Schema.Type<typeof SweepSettings> {}

const table = tableOf(SweepSettings)

/** Every setting of `sweep`, in the order of the help. */
export const sweepSettings = table.settings

/** One load for each point: by number of users, then by batch size, the smallest first. */
export const decodeSweepConfig = (
  given: GivenSettings,
  known: ReadonlyArray<KnownScenario>
): Either.Either<StudyConfig<SweepSettings>, WrongSettings> =>
  decodeStudy(table, given, known, (settings, report) => {
    const { batchTripleCount, clientCount, maxBatchOperations = maxOperations, testList } = settings
    for (const { name, tripleCount } of known) {
      const isChosen = testList.some((each) => each.toLowerCase() === name.toLowerCase())
      if (isChosen && tripleCount !== "configured") report("testList", `${name} has batches of one size only`)
    }
    return Arr.flatMap(clientCount, (users) =>
      Arr.map(batchTripleCount, (size) => ({
        testType: "BATCH_VOLUME",
        clientCount: String(users),
        batchTripleCount: String(size),
        maxBatchOperations: String(maxBatchOperations)
      }))
    )
  })
