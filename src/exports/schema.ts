/**
 * `edfi-perf/schema`: any Ed-Fi API as its OpenAPI documents describe it, and valid documents of its resources. Nothing is
 * read or sent: `edfi-perf/run` has that.
 */
export {
  fixturesOf,
  type GeneratedDocument,
  type GeneratedRecord,
  generateRecord
} from "../documents/generateDocuments.ts"
export { type KeyDemand, KeysExhausted, type KeySpace, makeKeySpace } from "../documents/generatedKeys.ts"
export {
  type DocumentsPlan,
  type LeftOut,
  planDocuments,
  type PlannedRecord
} from "../documents/planDocuments.ts"
export { madeUpDescriptors, type ServerFacts } from "../documents/ServerFacts.ts"
export { chooseResources, type ChosenResources } from "../schema/chooseResources.ts"
export { describeApi, DescribedApi, DescribedResource } from "../schema/describeApi.ts"
export { neededDescriptors } from "../schema/neededDescriptors.ts"
export { type OpenApiDocument, readDocument, SpecificationUnusable } from "../schema/OpenApiDocument.ts"
export { readOpenApi } from "../schema/readOpenApi.ts"
export { type Extent, untestableReason } from "../schema/recordNeeds.ts"
export type { ApiModel, DescriptorResource, ResourceSchema } from "../schema/ResourceSchema.ts"
