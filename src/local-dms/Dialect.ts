/** How servers differ that speak the Ed-Fi API: what the local DMS answers as. */
import { batchConditions, mainConditions, odsConditions } from "./requests/conditions.ts"
import type { Conditions } from "./requests/conditions.ts"
import { contentTag, timeTag, versionTag } from "./requests/etag.ts"
import {
  batchMetadata,
  batchOpenApi,
  mainMetadata,
  mainOpenApi,
  odsMetadata,
  odsOpenApi
} from "./requests/dialectMetadata.ts"
import type { DialectMetadata, DialectOpenApi } from "./requests/dialectMetadata.ts"
import { parseUuid } from "./ids.ts"
import { batchProblems, mainProblems, odsProblems } from "./requests/problems.ts"
import type { Problems } from "./requests/problems.ts"
import type { Stored } from "./Store.ts"

export const dialectNames = ["batch", "main", "ods"] as const

/**
 * `batch`: the branch of the DMS with `POST /batch`, branch [B] of the contract. `main`: the DMS of today, 8.0.0. `ods`:
 * the ODS/API 7.3.
 */
export type DialectName = (typeof dialectNames)[number]

export interface Dialect {
  readonly name: DialectName
  /** Where documents are: `/data/ed-fi/students`. */
  readonly dataPath: "/data" | "/data/v3"
  readonly hasBatch: boolean
  /** Cursor paging, partitions and Change Queries. */
  readonly hasChangeQueries: boolean
  /** Whether a claim set's relationships are checked unless `--relationships` says otherwise. */
  readonly checksRelationships: boolean
  /** The end of the problem type of a missing relationship, after `security:authorization`. */
  readonly relationshipDenied: ":" | ""
  /** Resources that the stock claim set lets every client read, by id space, unlike that of the other dialects. */
  readonly freeReads: ReadonlyArray<string>
  /** Who issues tokens, and where. */
  readonly login: Login
  readonly problems: Problems
  /** The header with the `correlationId` of problems, in lower case; without it the server makes one. */
  readonly correlationHeader: string | undefined
  readonly etag: Etag
  readonly conditions: Conditions
  readonly paths: Paths
  readonly documents: Documents
  readonly lists: Lists
  readonly metadata: DialectMetadata
  readonly openApi: DialectOpenApi
}

export interface Login {
  readonly path: "/connect/token" | "/oauth/token"
  /**
   * `configuration service`: `/connect/token`, with a proxy at `/oauth/token`. `api`: `/oauth/token`, with opaque
   * tokens.
   */
  readonly issuer: "configuration service" | "api"
  /** Maximum number of valid tokens; the next login is a 429. */
  readonly maxTokens: number
}

export interface Etag {
  /** Without quotes, as in `_etag`. */
  readonly of: (stored: Stored) => string
  /** Whether it is quoted in the header. */
  readonly quoted: boolean
  /** Whether GET by id has the header. */
  readonly onGet: boolean
  /** It comes from the modification time, which therefore grows with each write of a document. */
  readonly fromTime: boolean
}

export interface Paths {
  /** An id as in Location and in bodies. @param id with dashes */
  readonly idText: (id: string) => string
  /** The stored form of an id in a query, `?id=...`. */
  readonly idOf: (text: string) => string
  /** `students/{id}/x` is the collection; elsewhere it is a 404. */
  readonly ignoresRest: boolean
  /** A 405 for a method that no path has is empty; elsewhere it has problem details. */
  readonly emptyUnknownMethod: boolean
  /** Empty bodies are labelled `application/json`. */
  readonly labelsEmptyBodies: boolean
  /** A body that is not JSON by its content type is a 415. */
  readonly checksMediaType: boolean
}

export interface Documents {
  /** A PUT needs the `id` of the path in its body; elsewhere it is ignored. */
  readonly putNeedsId: boolean
  /** References carry a `link` to what they lead to, in reads. */
  readonly hasLinks: boolean
  /** Descriptor values are stored in the case in which they were defined. */
  readonly definedDescriptors: boolean
  /** A number is taken for a boolean: 0 is false. */
  readonly numbersAsBooleans: boolean
  /** A part of the identity that the schema does not require is a 400 if it is missing; elsewhere the server fails. */
  readonly requiresIdentity: boolean
  /** Unresolved references are named by their paths in `validationErrors`. */
  readonly namesReferences: boolean
  /** A repeated member is named by its path. */
  readonly namesRepeatedMember: boolean
}

/** @see api-facts sections 2 and 3 */
export interface Lists {
  /** Queries name columns with roles, `locationSchoolId`, instead of the last word of a path. */
  readonly queriesByColumn: boolean
  /** Query parameters that a resource does not have are ignored; elsewhere they are a 400. */
  readonly ignoresUnknownFields: boolean
  /** Lists up to a `maxChangeVersion` are sorted by change version; other lists always by age. */
  readonly sortsChangesByVersion: boolean
  /** Whether school years have `/deletes` and `/keyChanges`. */
  readonly hasSchoolYearChanges: boolean
  /** The header `Use-Snapshot` asks for a snapshot, of which there is none; otherwise it has no effect. */
  readonly knowsSnapshots: boolean
}

const batch: Dialect = {
  name: "batch",
  dataPath: "/data",
  hasBatch: true,
  hasChangeQueries: false,
  checksRelationships: false,
  relationshipDenied: ":",
  freeReads: [],
  login: { path: "/connect/token", issuer: "configuration service", maxTokens: Number.POSITIVE_INFINITY },
  problems: batchProblems,
  correlationHeader: undefined,
  etag: { of: contentTag, quoted: false, onGet: false, fromTime: false },
  conditions: batchConditions,
  paths: {
    idText: (id) => id,
    idOf: (text) => text,
    ignoresRest: true,
    emptyUnknownMethod: true,
    labelsEmptyBodies: false,
    checksMediaType: false
  },
  documents: {
    putNeedsId: true,
    hasLinks: false,
    definedDescriptors: false,
    numbersAsBooleans: false,
    requiresIdentity: false,
    namesReferences: false,
    namesRepeatedMember: false
  },
  lists: {
    queriesByColumn: false,
    ignoresUnknownFields: false,
    sortsChangesByVersion: false,
    hasSchoolYearChanges: false,
    knowsSnapshots: false
  },
  metadata: batchMetadata,
  openApi: batchOpenApi
}

const main: Dialect = {
  ...batch,
  name: "main",
  hasBatch: false,
  hasChangeQueries: true,
  checksRelationships: true,
  relationshipDenied: "",
  login: { ...batch.login, path: "/oauth/token" },
  problems: mainProblems,
  correlationHeader: "correlationid",
  etag: { of: versionTag, quoted: true, onGet: true, fromTime: true },
  conditions: mainConditions,
  paths: {
    ...batch.paths,
    idOf: (text) => parseUuid(text) ?? text,
    ignoresRest: false,
    emptyUnknownMethod: false,
    labelsEmptyBodies: true,
    checksMediaType: true
  },
  documents: {
    putNeedsId: true,
    hasLinks: true,
    definedDescriptors: true,
    numbersAsBooleans: true,
    requiresIdentity: false,
    namesReferences: true,
    namesRepeatedMember: true
  },
  lists: { ...batch.lists, sortsChangesByVersion: true, hasSchoolYearChanges: true },
  metadata: mainMetadata,
  openApi: mainOpenApi
}

const ods: Dialect = {
  ...main,
  name: "ods",
  dataPath: "/data/v3",
  freeReads: ["courses"],
  login: { path: "/oauth/token", issuer: "api", maxTokens: 15 },
  problems: odsProblems,
  correlationHeader: "correlation-id",
  etag: { ...main.etag, of: timeTag },
  conditions: odsConditions,
  paths: {
    ...main.paths,
    idText: (id) => id.replaceAll("-", ""),
    labelsEmptyBodies: false
  },
  documents: {
    ...main.documents,
    putNeedsId: false,
    numbersAsBooleans: false,
    requiresIdentity: true,
    namesReferences: false
  },
  lists: {
    queriesByColumn: true,
    ignoresUnknownFields: true,
    sortsChangesByVersion: false,
    hasSchoolYearChanges: false,
    knowsSnapshots: true
  },
  metadata: odsMetadata,
  openApi: odsOpenApi
}

export const dialects: { readonly [name in DialectName]: Dialect } = { batch, main, ods }

/** The header `ETag` of a document. */
export const etagHeader = ({ etag }: Dialect, stored: Stored): string =>
  etag.quoted ? `"${etag.of(stored)}"` : etag.of(stored)
