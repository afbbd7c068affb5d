/** The load of READ: the kinds of its requests, how often each is sent, and the sizes of their pages. */
import * as Arr from "effect/Array"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import { readName } from "./requestName.ts"
import type { Resource } from "./Resource.ts"

/** The sizes that a kind of request reads pages of: a walk through all rows reads the largest ones only. */
type PageSizes = "none" | "every" | "smallest" | "largest"

interface ReadKindFacts {
  /** Its share of the requests unless `--readMix` says otherwise; the shares of all kinds are 100. */
  readonly weight: number
  readonly pages: PageSizes
}

/** Every kind of request, in the order of help and reports. */
const kinds = {
  /** One document by its id. */
  id: { weight: 30, pages: "none" },
  /** One document by all parts of its natural key, as a list of one row. */
  key: { weight: 15, pages: "none" },
  /** One document by its id, unless it is still the version that the client has: 304, no row. */
  etag: { weight: 5, pages: "none" },
  /** One of the first ten pages of the list. */
  page: { weight: 15, pages: "every" },
  /** The same with the number of all rows. */
  total: { weight: 10, pages: "every" },
  /** The first page of the rows that have one value of a member. */
  filter: { weight: 15, pages: "smallest" },
  /** The next page of a walk through all rows, by offset. */
  offset: { weight: 5, pages: "largest" },
  /** The next page of a walk through all rows, by page token. */
  cursor: { weight: 5, pages: "largest" }
} as const satisfies Readonly<Record<string, ReadKindFacts>>

export type ReadKind = keyof typeof kinds

const isReadKind = (text: string): text is ReadKind => Object.hasOwn(kinds, text)

export const readKinds: ReadonlyArray<ReadKind> = Object.keys(kinds).filter(isReadKind)

/** The largest weight of a kind; weights are compared with each other, so that their sum does not matter. */
export const maxWeight = 1000

const Weight = Schema.Int.pipe(Schema.between(0, maxWeight))

export const ReadMix = Schema.Struct({
  /** By kind; 0 for a kind that is not sent. At least one is above 0. */
  weights: Schema.Struct({
    id: Weight,
    key: Weight,
    etag: Weight,
    page: Weight,
    total: Weight,
    filter: Weight,
    offset: Weight,
    cursor: Weight
  }),
  /** Rows per page, ascending, each once. */
  pageSizes: Schema.NonEmptyArray(Schema.Int)
})
export interface ReadMix extends Schema.Schema.Type<typeof ReadMix> {}

export type ReadWeights = ReadMix["weights"]

const weightsFrom = (of: (kind: ReadKind) => number): ReadWeights => ({
  id: of("id"),
  key: of("key"),
  etag: of("etag"),
  page: of("page"),
  total: of("total"),
  filter: of("filter"),
  offset: of("offset"),
  cursor: of("cursor")
})

const defaultWeights = weightsFrom((kind) => kinds[kind].weight)

export const defaultReadMix: ReadMix = { weights: defaultWeights, pageSizes: [25, 100, 500] }

/** As `--readMix` has them, without kinds that are not sent. @example "id=30,key=15" */
export const weightsText = (weights: ReadWeights): string =>
  readKinds
    .filter((kind) => weights[kind] > 0)
    .map((kind) => `${kind}=${weights[kind]}`)
    .join(",")

/**
 * Reads `--readMix`: only the kinds that it names are sent.
 *
 * @param words `["id=40", "page=10"]`; a word without a weight has the weight 1
 * @returns otherwise what is wrong, as a clause
 */
export const parseReadWeights = (words: ReadonlyArray<string>): Either.Either<ReadWeights, string> => {
  const given = new Map<ReadKind, number>()
  for (const word of words) {
    const [, kind = "", weight = "1"] = /^([a-z]+)(?:=(\d{1,4}))?$/i.exec(word) ?? []
    const name = kind.toLowerCase()
    if (!isReadKind(name))
      return Either.left(`${word} is not KIND=WEIGHT with one of ${readKinds.join(", ")}`)
    if (Number(weight) > maxWeight) return Either.left(`${word} is above ${maxWeight}`)
    given.set(name, Number(weight))
  }
  const weights = weightsFrom((kind) => given.get(kind) ?? 0)
  return readKinds.some((kind) => weights[kind] > 0) ? Either.right(weights) : Either.left("nothing is sent")
}

/** A kind of request to one resource. */
export interface ReadRequest {
  readonly kind: ReadKind
  /** Rows per page; `undefined` for a kind without pages. */
  readonly size: number | undefined
  /** Its share among the other requests of the resource, above 0. */
  readonly weight: number
}

const sizesOf = (
  pages: PageSizes,
  [first, ...others]: ReadMix["pageSizes"]
): Arr.NonEmptyReadonlyArray<number | undefined> => {
  switch (pages) {
    case "none":
      return [undefined]
    case "every":
      return [first, ...others]
    case "smallest":
      return [first]
    case "largest":
      return [others.at(-1) ?? first]
  }
}

/**
 * The requests of a mix; a kind shares its weight evenly among its page sizes.
 *
 * @example { weights: { id: 40, page: 20 }, pageSizes: [25, 100] }
 *   // id: 40, page of 25: 10, page of 100: 10
 */
export const readRequests = ({ pageSizes, weights }: ReadMix): ReadonlyArray<ReadRequest> =>
  readKinds
    .filter((kind) => weights[kind] > 0)
    .flatMap((kind) => {
      const sizes = sizesOf(kinds[kind].pages, pageSizes)
      return sizes.map((size) => ({ kind, size, weight: weights[kind] / sizes.length }))
    })

/** The page sizes that a mix reads. */
export const sizesRead = (mix: ReadMix): ReadonlyArray<number> =>
  Arr.dedupe(readRequests(mix).flatMap(({ size }) => size ?? []))

/**
 * The request at a place between the weights, so that equally distributed places give each request its share.
 *
 * @param place from 0 to below 1
 * @returns `undefined` without a request
 */
export const requestAt = <R extends Pick<ReadRequest, "weight">>(
  requests: ReadonlyArray<R>,
  place: number
): R | undefined => {
  let left = place * requests.reduce((sum, { weight }) => sum + weight, 0)
  return requests.find(({ weight }) => (left -= weight) < 0) ?? requests.at(-1)
}

/** What the name of a kind adds to its collection, `{}` being the size of its pages. */
const endings: Readonly<Record<ReadKind, string>> = {
  id: "/{id}",
  key: " (by key)",
  etag: "/{id} (If-None-Match)",
  page: "?limit={}",
  total: "?limit={}&totalCount=true",
  filter: "?limit={} (filtered)",
  offset: "?limit={} (offset walk)",
  cursor: "?pageSize={} (cursor walk)"
}

/**
 * The name of a request in reports.
 *
 * @example "GET /data/ed-fi/students/{id}", "GET /data/ed-fi/students?limit=25&totalCount=true",
 *   "GET /data/ed-fi/students?pageSize=500 (cursor walk)"
 */
export const readRequestName = (
  resource: Pick<Resource, "endpoint" | "project">,
  { kind, size }: Pick<ReadRequest, "kind" | "size">
): string => readName(resource, endings[kind].replace("{}", String(size)))
