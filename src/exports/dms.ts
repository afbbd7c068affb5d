/** `edfi-perf/dms`: the clients of a DMS, over undici or over an HttpClient of the caller. */
export * from "../domain/BatchError.ts"
export { type BatchAt, type BatchPattern, operationsAt } from "../domain/BatchPattern.ts"
export type { Json, JsonObject } from "../domain/Json.ts"
export * from "../domain/Operation.ts"
export { OperationOutcome } from "../domain/OperationOutcome.ts"
export { Problem } from "../domain/Problem.ts"
export type { Resource, ResourceNaming } from "../domain/Resource.ts"
export * from "../domain/SingleError.ts"
export { Authorized } from "../dms/Authorized.ts"
export { BatchClient } from "../dms/BatchClient.ts"
export * from "../dms/clientLayer.ts"
export { BatchUnsupported, NamingUnknown } from "../dms/detectNaming.ts"
export { Discovery, type DmsUrls, InsecureAddress } from "../dms/Discovery.ts"
export { DiscoveryDocument, DmsUnreachable, RouteUnusable } from "../dms/DiscoveryDocument.ts"
export { type DmsAddress, DmsConfig, type DmsOptions } from "../dms/DmsConfig.ts"
export { HttpAgent } from "../dms/HttpAgent.ts"
export type {
  HttpRequest,
  HttpResponse,
  RequestBody,
  RequestListener,
  SendWith,
  WrittenBody
} from "../wire/httpMessage.ts"
export {
  type DocumentAnswer,
  type DocumentRead,
  type Page,
  type Read,
  ReadClient,
  type Row
} from "../dms/ReadClient.ts"
export { ResourceClient, type ResourceError, ResourceRefused } from "../dms/ResourceClient.ts"
export { SingleClient } from "../dms/SingleClient.ts"
export { LoginRefused, Tokens, TokenUnavailable } from "../dms/Tokens.ts"
export { Transport } from "../dms/Transport.ts"
