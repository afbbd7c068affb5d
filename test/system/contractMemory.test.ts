/** The contract suite against the store in memory, run beside the one on PostgreSQL so that they compare. */
import { describe } from "@effect/vitest"
import { LocalDms } from "../../src/local-dms/LocalDms.ts"
import { contractFacts } from "../local-dms/contract/index.ts"

describe("contract, store in memory", () => {
  contractFacts(LocalDms.layerHttpClient)
})
