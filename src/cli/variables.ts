/** Every variable that some command reads. */
import { capacitySettings } from "../settings/CapacityConfig.ts"
import { runSettings } from "../settings/RunConfig.ts"
import { sweepSettings } from "../settings/SweepConfig.ts"
import { versusSettings } from "../settings/VersusConfig.ts"
import { storeVariable } from "./localDmsStore.ts"

export const knownVariables: ReadonlySet<string> = new Set([
  ...[...runSettings, ...versusSettings, ...sweepSettings, ...capacitySettings].map(
    ({ variable }) => variable
  ),
  storeVariable
])
