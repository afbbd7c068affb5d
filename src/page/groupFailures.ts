/** Failures grouped by cause, across request names. */
import type { RunState } from "../result/Summary.ts"

type Entry = RunState["failures"][number]

export interface FailureRow extends Omit<Entry, "name"> {
  /** The request names in which the failure occurred. */
  readonly names: ReadonlyArray<string>
}

const identity = ({ index, kind, op, problemType, resource, status }: Entry): string =>
  JSON.stringify([kind, op, resource, index, status, problemType])

/** Most frequent first, with the example of the request name where it is most frequent. */
const grouped = (entries: ReadonlyArray<Entry>): ReadonlyArray<FailureRow> => {
  const rows = new Map<string, FailureRow>()
  for (const { name, ...entry } of entries.toSorted((a, b) => b.count - a.count)) {
    const key = identity({ name, ...entry })
    const row = rows.get(key) ?? { ...entry, count: 0, names: [] }
    rows.set(key, {
      ...row,
      count: row.count + entry.count,
      names: row.names.includes(name) ? row.names : [...row.names, name]
    })
  }
  return [...rows.values()].toSorted((a, b) => b.count - a.count)
}

/** Rejections by the server, which point to documents and conflicts; and requests without a valid response. */
export const groupFailures = (
  failures: ReadonlyArray<Entry>
): { readonly rejected: ReadonlyArray<FailureRow>; readonly transport: ReadonlyArray<FailureRow> } => ({
  rejected: grouped(failures.filter(({ kind }) => kind !== "transport")),
  transport: grouped(failures.filter(({ kind }) => kind === "transport"))
})
