/** What the document of a study with one load says of it. */
import * as Struct from "effect/Struct"
import type { StudyHead } from "../result/MeasuredSlice.ts"
import { redactedScenarios } from "../run/redactedConfig.ts"
import type { RunSpec } from "../run/RunSpec.ts"
import { readType } from "../settings/chooseScenarios.ts"
import { type ReadSettings, reportedReads } from "../settings/ResourceChoice.ts"

type Config = StudyHead["config"]

/** Reads have choices of their own, and no documents. @param config of the connection and the chosen resources */
export const configOfLoad = (settings: ReadSettings, load: RunSpec, config: Config): Config => {
  const { testType } = load
  const chosen =
    testType === readType
      ? { ...Struct.omit(config, "document", "companions", "parents"), ...reportedReads(settings) }
      : config
  return { ...chosen, testType, ...redactedScenarios(load) }
}
