/** What the requests of a run do, which decides the rates that its outputs show. */

interface Requests {
  readonly byName: ReadonlyArray<{ readonly method: string }>
}

const isRead = ({ method }: { readonly method: string }): boolean => method === "GET"

/** Whether the run reads, so that rows per second are a result. */
export const hasReads = ({ byName }: Requests): boolean => byName.some(isRead)

/** Whether operations per second are a result: not of a run that only reads. */
export const hasOperations = ({ byName }: Requests): boolean => byName.length === 0 || !byName.every(isRead)
