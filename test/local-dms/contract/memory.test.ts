/** The contract suite against the store in memory. */
import { describe } from "@effect/vitest"
import { LocalDms } from "../../../src/local-dms/LocalDms.ts"
import { contractFacts } from "./index.ts"

describe("contract, store in memory", () => {
  contractFacts(LocalDms.layerHttpClient)
})
