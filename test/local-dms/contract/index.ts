/** The whole contract suite, for a local DMS over any store. */
import { batchFacts } from "./batch.ts"
import { batchChainFacts } from "./batchChains.ts"
import { batchParsingFacts } from "./batchParsing.ts"
import { claimFacts } from "./claims.ts"
import { changeQueryFacts } from "./changeQueries.ts"
import { dataFacts } from "./data.ts"
import { descriptorFacts } from "./descriptors.ts"
import { discoveryFacts } from "./discovery.ts"
import { documentFacts } from "./documents.ts"
import { extensionFacts } from "./extensions.ts"
import { faultFacts } from "./faults.ts"
import { metadataFacts } from "./metadata.ts"
import type { LayerOf } from "./LayerOf.ts"
import { limitFacts } from "./limits.ts"
import { mainFacts } from "./main.ts"
import { nonsenseFacts } from "./nonsense.ts"
import { oauthFacts } from "./oauth.ts"
import { odsFacts } from "./ods.ts"
import { operationFacts } from "./operations.ts"
import { pagingFacts } from "./paging.ts"
import { populationFacts } from "./population.ts"
import { pythonSuiteFacts } from "./pythonSuite.ts"
import { reachFacts } from "./reach.ts"
import { referenceFacts } from "./references.ts"

export const contractFacts = (layerOf: LayerOf): void => {
  discoveryFacts(layerOf)
  metadataFacts(layerOf)
  oauthFacts(layerOf)
  dataFacts(layerOf)
  documentFacts(layerOf)
  descriptorFacts(layerOf)
  referenceFacts(layerOf)
  extensionFacts(layerOf)
  batchParsingFacts(layerOf)
  batchFacts(layerOf)
  batchChainFacts(layerOf)
  operationFacts(layerOf)
  limitFacts(layerOf)
  faultFacts(layerOf)
  claimFacts(layerOf)
  reachFacts(layerOf)
  pagingFacts(layerOf)
  changeQueryFacts(layerOf)
  populationFacts(layerOf)
  pythonSuiteFacts(layerOf)
  nonsenseFacts(layerOf)
  mainFacts(layerOf)
  odsFacts(layerOf)
}
