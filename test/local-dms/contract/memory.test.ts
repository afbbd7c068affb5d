/** The contract suite against the store in memory. */
import { describe } from "@effect/vitest"
import { LocalDms } from "../../../src/local-dms/LocalDms.ts"
import { batchFacts } from "./batch.ts"
import { batchParsingFacts } from "./batchParsing.ts"
import { dataFacts } from "./data.ts"
import { discoveryFacts } from "./discovery.ts"
import { documentFacts } from "./documents.ts"
import { faultFacts } from "./faults.ts"
import { limitFacts } from "./limits.ts"
import { oauthFacts } from "./oauth.ts"
import { operationFacts } from "./operations.ts"
import { referenceFacts } from "./references.ts"

describe("contract, store in memory", () => {
  discoveryFacts(LocalDms.layerHttpClient)
  oauthFacts(LocalDms.layerHttpClient)
  dataFacts(LocalDms.layerHttpClient)
  documentFacts(LocalDms.layerHttpClient)
  referenceFacts(LocalDms.layerHttpClient)
  batchParsingFacts(LocalDms.layerHttpClient)
  batchFacts(LocalDms.layerHttpClient)
  operationFacts(LocalDms.layerHttpClient)
  limitFacts(LocalDms.layerHttpClient)
  faultFacts(LocalDms.layerHttpClient)
})
