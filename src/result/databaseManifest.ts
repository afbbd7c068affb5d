/** What a manifest has of the database. */
import type { DatabaseActivity } from "./DatabaseActivity.ts"
import type { Manifest } from "./Manifest.ts"
import { plural } from "./numberFormat.ts"

type Fresh = Manifest["fresh"]

/**
 * A table without any space has never been used, one with changed rows has been. Rows that were only inserted may be those that
 * a new database has, such as descriptors, or those of an earlier load: then it is not known.
 */
const freshOf = ({ contentBefore }: DatabaseActivity): Fresh => {
  if (contentBefore === null) return null
  const { documents, tables } = contentBefore
  if (tables === 0) return { isFresh: true, because: "it had no tables" }
  if (documents === null) return null
  const { bytes, changes, table } = documents
  if (bytes === 0) return { isFresh: true, because: `${table} had never had a row` }
  return changes === 0
    ? null
    : { isFresh: false, because: `rows of ${table} had been updated or deleted, ${plural(changes, "time")}` }
}

/** @param activity of the whole run or study; `null` if the database was not watched */
export const databaseManifest = (activity: DatabaseActivity | null): Pick<Manifest, "database" | "fresh"> => {
  if (activity === null) return { database: null, fresh: null }
  const { database: name, sizes, version } = activity
  const bytes = sizes?.database ?? null
  return {
    database: { version, name, bytesBefore: bytes?.before ?? null, bytesAfter: bytes?.after ?? null },
    fresh: freshOf(activity)
  }
}
