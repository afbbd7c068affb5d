/** What the requests of a run do, which decides the rates that its outputs show. */
import type { Figures } from "./Figures.ts"

interface Requests {
  readonly byName: ReadonlyArray<{ readonly method: string }>
}

const isRead = ({ method }: { readonly method: string }): boolean => method === "GET"

/** Whether the run reads, so that rows per second are a result. */
export const hasReads = ({ byName }: Requests): boolean => byName.some(isRead)

/** Whether operations per second are a result: not of a run that only reads. */
export const hasOperations = ({ byName }: Requests): boolean => byName.length === 0 || !byName.every(isRead)

/** A member of `Figures` with the count and the rate of what requests did. */
export type Work = "operations" | "rows"

/** The kinds of work of a run. */
export const worksOf = (run: Requests): ReadonlyArray<Work> => [
  ...(hasOperations(run) ? (["operations"] as const) : []),
  ...(hasReads(run) ? (["rows"] as const) : [])
]

/** Confirmed operations, or rows read. */
export const workCount = ({ operations, rows }: Pick<Figures, Work>, work: Work): number =>
  work === "operations" ? operations.succeeded : rows.read
