/** Every variable that some command reads. */
import { capacitySettings } from "../config/CapacityConfig.ts"
import { runSettings } from "../config/RunConfig.ts"
import { sweepSettings } from "../config/SweepConfig.ts"
import { versusSettings } from "../config/VersusConfig.ts"
import { storeVariable } from "./localDmsStore.ts"

export const knownVariables: ReadonlySet<string> = new Set([
  ...[...runSettings, ...versusSettings, ...sweepSettings, ...capacitySettings].map(
    ({ variable }) => variable
  ),
  storeVariable
])
