/** Discovery, metadata and OpenAPI documents of the dialects. @see contract section 1, api-facts section 1 */

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
  /** The URLs of the discovery document but for `oauth`, by member, without scheme and host. */
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
  /** The default of `limit` that it publishes. */
  readonly defaultLimit: number
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
  formatsTimes: true
} as const

export const batchMetadata: DialectMetadata = {
  ...dmsMetadata,
  application: {
    version: "0.1.0",
    applicationName: "Ed-Fi Alliance Data Management Service",
    informationalVersion: "Release Candidate 1"
  },
  urls: { ...dmsUrls, batchApi: "/batch" },
  specifications: dmsSpecifications
}

export const batchOpenApi: DialectOpenApi = { ...dmsOpenApi, defaultLimit: 25 }

export const mainMetadata: DialectMetadata = {
  ...dmsMetadata,
  application: { version: "8.0.0", applicationName: "Ed-Fi API", informationalVersion: "8.0.0" },
  urls: { ...dmsUrls, tokenInfo: "/oauth/token_info", changeQueries: "/changeQueries/v1/" },
  specifications: [...dmsSpecifications, changeQueries]
}

export const mainOpenApi: DialectOpenApi = { ...dmsOpenApi, defaultLimit: 500 }

export const odsMetadata: DialectMetadata = {
  application: { version: "7.3", informationalVersion: "7.3", suite: "3", build: "7.3.0" },
  urls: {
    dependencies: "/metadata/data/v3/dependencies",
    openApiMetadata: "/metadata/",
    dataManagementApi: "/data/v3/",
    xsdMetadata: "/metadata/xsd",
    changeQueries: "/changeQueries/v1/"
  },
  dependenciesPath: "/metadata/data/v3/dependencies",
  specificationsPath: "/metadata",
  specifications: [
    { content: "resources", name: "Resources", prefix: "", path: "/metadata/data/v3/resources/swagger.json" },
    {
      content: "descriptors",
      name: "Descriptors",
      prefix: "",
      path: "/metadata/data/v3/descriptors/swagger.json"
    },
    changeQueries
  ],
  hasIndex: false
}

export const odsOpenApi: DialectOpenApi = {
  schemaNames: "edFi_section",
  flagsReferences: false,
  flagsKeyUpdates: true,
  formatsTimes: false,
  defaultLimit: 25
}
