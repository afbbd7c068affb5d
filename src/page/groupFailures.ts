/** Failures by what failed, whatever the name of the request was. */
import type { RunState } from "../result/Summary.ts"

type Entry = RunState["failures"][number]

export interface FailureRow extends Omit<Entry, "name"> {
  /** The requests in which it happened. */
  readonly names: ReadonlyArray<string>
}

const identity = ({ index, kind, op, problemType, resource, status }: Entry): string =>
  JSON.stringify([kind, op, resource, index, status, problemType])

/** Most frequent first; the example is that of the request in which it was most frequent. */
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

/**
 * What the server said no to, and apart from it the requests without a verdict: the former tell of documents and of
 * conflicts, the latter of the way there.
 */
export const groupFailures = (
  failures: ReadonlyArray<Entry>
): { readonly answered: ReadonlyArray<FailureRow>; readonly transport: ReadonlyArray<FailureRow> } => ({
  answered: grouped(failures.filter(({ kind }) => kind !== "transport")),
  transport: grouped(failures.filter(({ kind }) => kind === "transport"))
})
