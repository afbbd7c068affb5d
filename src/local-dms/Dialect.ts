/** How servers differ that speak the Ed-Fi API: what the local DMS answers as. */

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
}

export const dialects: { readonly [name in DialectName]: Dialect } = {
  batch: {
    name: "batch",
    dataPath: "/data",
    hasBatch: true,
    hasChangeQueries: false,
    checksRelationships: false
  },
  main: {
    name: "main",
    dataPath: "/data",
    hasBatch: false,
    hasChangeQueries: true,
    checksRelationships: true
  },
  ods: {
    name: "ods",
    dataPath: "/data/v3",
    hasBatch: false,
    hasChangeQueries: true,
    checksRelationships: true
  }
}
