/** The contract suite against the store in memory. */
import { describe } from "@effect/vitest"
import { LocalDms } from "../../../src/local-dms/LocalDms.ts"
import * as MemoryStore from "../../../src/local-dms/MemoryStore.ts"
import { contractFacts } from "./index.ts"
import { progressFacts, refillFacts } from "./population.ts"

describe("contract, store in memory", () => {
  contractFacts(LocalDms.layerHttpClient)
  refillFacts(MemoryStore.layer)
  progressFacts(MemoryStore.layer)
})
