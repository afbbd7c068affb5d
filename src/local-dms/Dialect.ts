/** How servers differ that speak the Ed-Fi API: what the local DMS answers as. */

export const dialectNames = ["batch", "main", "ods"] as const

/**
 * `batch`: the branch of the DMS with `POST /batch`, branch [B] of the contract. `main`: the DMS of today, 8.0.0. `ods`:
 * the ODS/API 7.3.
 */
export type DialectName = (typeof dialectNames)[number]

/** A path of an OpenAPI document, and how the list of documents names it. */
export interface SpecificationEntry {
  readonly content: "resources" | "descriptors" | "changeQueries" | "discovery"
  readonly name: string
  readonly prefix: "" | "Other"
  readonly path: string
}

/** Discovery and metadata, which need no token. @see contract section 1, api-facts section 1 */
export interface DialectMetadata {
  /** Members of the discovery document about the server itself. */
  readonly application: { readonly [member: string]: string }
  /** The URLs of the discovery document, by member, without scheme and host. */
  readonly urls: { readonly [member: string]: string }
  readonly dependenciesPath: string
  /** Where the OpenAPI documents are listed. */
  readonly specificationsPath: string
  readonly specifications: ReadonlyArray<SpecificationEntry>
  /** `/metadata` is an object of URLs, as on a DMS. */
  readonly hasIndex: boolean
}

/** How its OpenAPI documents describe resources. @see api-facts section 1 */
export interface DialectOpenApi {
  /** An example of the names of schemas: `EdFi_Section_Reference` or `edFi_sectionReference`. */
  readonly schemaNames: "EdFi_Section" | "edFi_section"
  /** `x-Ed-Fi-isIdentity` on the references of a key. */
  readonly flagsReferences: boolean
  /** `x-Ed-Fi-isUpdatable` on a PUT that may change the key. */
  readonly flagsKeyUpdates: boolean
  /** Times have the format `time`; without it they are plain texts. */
  readonly formatsTimes: boolean
  /** References have the member `link`. */
  readonly hasLinks: boolean
  /** The default of `limit` that it publishes. */
  readonly defaultLimit: number
  /** Whether school years have `/deletes` and `/keyChanges`. */
  readonly tracksSchoolYears: boolean
}

export interface Dialect {
  readonly name: DialectName
  /** Where documents are: `/data/ed-fi/students`. */
  readonly dataPath: "/data" | "/data/v3"
  readonly hasBatch: boolean
  /** Cursor paging, partitions and Change Queries. */
  readonly hasChangeQueries: boolean
  /** Queries name columns with roles, `locationSchoolId`, instead of the last word of a path. */
  readonly queriesByColumn: boolean
  /** `service` reads credentials of header and form, `proxy` those of the header only. */
  readonly tokenRoutes: { readonly [path: string]: "service" | "proxy" }
  readonly metadata: DialectMetadata
  readonly openApi: DialectOpenApi
  /** The problem type of a bad value for paging, and of a bad change version. */
  readonly pagingProblem: "bad-request" | "bad-request:parameter-validation-failed"
  /** A query parameter that the resource does not have is a 400, or has no effect. */
  readonly unknownParameters: "refused" | "ignored"
  /** Lists up to a `maxChangeVersion` are sorted by change version; other lists always by age. */
  readonly sortsChangesByVersion: boolean
  /** Whether `/deletes` and `/keyChanges` exist for school years. */
  readonly hasSchoolYearChanges: boolean
  /** The header `Use-Snapshot` asks for a snapshot, of which there is none; otherwise it has no effect. */
  readonly knowsSnapshots: boolean
  /** `false`: ids in responses are 32 hexadecimal digits without dashes. */
  readonly hasDashedIds: boolean
  /** Whether a claim set's relationships are checked unless `--relationships` says otherwise. */
  readonly checksRelationships: boolean
}

const dmsUrls = {
  dependencies: "/metadata/dependencies",
  openApiMetadata: "/metadata/specifications",
  dataManagementApi: "/data",
  xsdMetadata: "/metadata/xsd"
}

const dmsSpecifications: ReadonlyArray<SpecificationEntry> = [
  {
    content: "resources",
    name: "Resources",
    prefix: "",
    path: "/metadata/specifications/resources-spec.json"
  },
  {
    content: "descriptors",
    name: "Descriptors",
    prefix: "",
    path: "/metadata/specifications/descriptors-spec.json"
  },
  {
    content: "discovery",
    name: "Discovery",
    prefix: "Other",
    path: "/metadata/specifications/discovery-spec.json"
  }
]

const changeQueries: SpecificationEntry = {
  content: "changeQueries",
  name: "Change-Queries",
  prefix: "Other",
  path: "/metadata/changequeries/v1/swagger.json"
}

const dmsMetadata = {
  dependenciesPath: "/metadata/dependencies",
  specificationsPath: "/metadata/specifications",
  hasIndex: true
}

const dmsOpenApi = {
  schemaNames: "EdFi_Section",
  flagsReferences: true,
  flagsKeyUpdates: false,
  formatsTimes: true,
  tracksSchoolYears: true
} as const

export const dialects: { readonly [name in DialectName]: Dialect } = {
  batch: {
    name: "batch",
    dataPath: "/data",
    hasBatch: true,
    hasChangeQueries: false,
    queriesByColumn: false,
    tokenRoutes: { "/connect/token": "service", "/oauth/token": "proxy" },
    metadata: {
      ...dmsMetadata,
      application: {
        version: "0.1.0",
        applicationName: "Ed-Fi Alliance Data Management Service",
        informationalVersion: "Release Candidate 1"
      },
      urls: { ...dmsUrls, oauth: "/connect/token", batchApi: "/batch" },
      specifications: dmsSpecifications
    },
    openApi: { ...dmsOpenApi, hasLinks: false, defaultLimit: 25 },
    pagingProblem: "bad-request",
    unknownParameters: "refused",
    sortsChangesByVersion: false,
    hasSchoolYearChanges: false,
    knowsSnapshots: false,
    hasDashedIds: true,
    checksRelationships: false
  },
  main: {
    name: "main",
    dataPath: "/data",
    hasBatch: false,
    hasChangeQueries: true,
    queriesByColumn: false,
    tokenRoutes: { "/connect/token": "service", "/oauth/token": "proxy" },
    metadata: {
      ...dmsMetadata,
      application: { version: "8.0.0", applicationName: "Ed-Fi API", informationalVersion: "8.0.0" },
      urls: {
        ...dmsUrls,
        oauth: "/oauth/token",
        tokenInfo: "/oauth/token_info",
        changeQueries: "/changeQueries/v1/"
      },
      specifications: [...dmsSpecifications, changeQueries]
    },
    openApi: { ...dmsOpenApi, hasLinks: true, defaultLimit: 500 },
    pagingProblem: "bad-request:parameter-validation-failed",
    unknownParameters: "refused",
    sortsChangesByVersion: true,
    hasSchoolYearChanges: true,
    knowsSnapshots: false,
    hasDashedIds: true,
    checksRelationships: true
  },
  ods: {
    name: "ods",
    dataPath: "/data/v3",
    hasBatch: false,
    hasChangeQueries: true,
    queriesByColumn: true,
    tokenRoutes: { "/oauth/token": "service" },
    metadata: {
      application: { version: "7.3", informationalVersion: "7.3", suite: "3", build: "7.3.0" },
      urls: {
        dependencies: "/metadata/data/v3/dependencies",
        openApiMetadata: "/metadata/",
        oauth: "/oauth/token",
        dataManagementApi: "/data/v3/",
        xsdMetadata: "/metadata/xsd",
        changeQueries: "/changeQueries/v1/"
      },
      dependenciesPath: "/metadata/data/v3/dependencies",
      specificationsPath: "/metadata",
      specifications: [
        {
          content: "resources",
          name: "Resources",
          prefix: "",
          path: "/metadata/data/v3/resources/swagger.json"
        },
        {
          content: "descriptors",
          name: "Descriptors",
          prefix: "",
          path: "/metadata/data/v3/descriptors/swagger.json"
        },
        changeQueries
      ],
      hasIndex: false
    },
    openApi: {
      schemaNames: "edFi_section",
      flagsReferences: false,
      flagsKeyUpdates: true,
      formatsTimes: false,
      tracksSchoolYears: false,
      hasLinks: true,
      defaultLimit: 25
    },
    pagingProblem: "bad-request:parameter-validation-failed",
    unknownParameters: "ignored",
    sortsChangesByVersion: false,
    hasSchoolYearChanges: false,
    knowsSnapshots: true,
    hasDashedIds: false,
    checksRelationships: true
  }
}
