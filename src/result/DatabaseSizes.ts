/** Sizes of a database, its tables and its indexes before and after a load. */
import * as Schema from "effect/Schema"

const Bytes = Schema.Int
const BeforeAndAfter = Schema.Struct({ before: Bytes, after: Bytes })
export interface BeforeAndAfter extends Schema.Schema.Type<typeof BeforeAndAfter> {}

const Sized = Schema.Struct({
  /** With its schema: `dms.document`; all partitions of a table or an index are one row. */
  name: Schema.String,
  ...BeforeAndAfter.fields
})
export interface Sized extends Schema.Schema.Type<typeof Sized> {}

/** In bytes, of files: deleted rows keep their space until it is used again. */
export const DatabaseSizes = Schema.Struct({
  /** `null` where this login may not read it. */
  database: Schema.NullOr(BeforeAndAfter),
  /** Of all tables together, without their indexes; so are the indexes. */
  allTables: BeforeAndAfter,
  allIndexes: BeforeAndAfter,
  /** Those that grew most, then the largest; at most `maxSized`. A table includes TOAST, and no indexes. */
  tables: Schema.Array(Sized),
  indexes: Schema.Array(Sized)
})
export interface DatabaseSizes extends Schema.Schema.Type<typeof DatabaseSizes> {}

/** Tables, and indexes, in a report. */
export const maxSized = 25

export const growthOf = ({ after, before }: BeforeAndAfter): number => after - before

/** Those that grew most, then the largest. */
export const byGrowth = (sized: ReadonlyArray<Sized>): ReadonlyArray<Sized> =>
  sized
    .toSorted((a, b) => growthOf(b) - growthOf(a) || b.after - a.after || (a.name < b.name ? -1 : 1))
    .slice(0, maxSized)

export const sumOf = (sized: ReadonlyArray<BeforeAndAfter>): BeforeAndAfter => ({
  before: sized.reduce((sum, { before }) => sum + before, 0),
  after: sized.reduce((sum, { after }) => sum + after, 0)
})

const spanOf = (a: BeforeAndAfter, b: BeforeAndAfter): BeforeAndAfter => ({
  before: a.before,
  after: b.after
})

const spanByName = (a: ReadonlyArray<Sized>, b: ReadonlyArray<Sized>): ReadonlyArray<Sized> => {
  const earlier = new Map(a.map((one) => [one.name, one]))
  const later = new Map(b.map((one) => [one.name, one]))
  const both = [...new Set([...earlier.keys(), ...later.keys()])].flatMap((name): ReadonlyArray<Sized> => {
    const [first, last] = [earlier.get(name) ?? later.get(name), later.get(name) ?? earlier.get(name)]
    return first === undefined || last === undefined ? [] : [{ name, ...spanOf(first, last) }]
  })
  return byGrowth(both)
}

/** From the beginning of the first slice of a study to the end of the last one. */
export const addSizes = (a: DatabaseSizes | null, b: DatabaseSizes | null): DatabaseSizes | null =>
  a === null || b === null
    ? (a ?? b)
    : {
        database: a.database === null || b.database === null ? null : spanOf(a.database, b.database),
        allTables: spanOf(a.allTables, b.allTables),
        allIndexes: spanOf(a.allIndexes, b.allIndexes),
        tables: spanByName(a.tables, b.tables),
        indexes: spanByName(a.indexes, b.indexes)
      }
