/** The message of the innermost cause of an error: the errors that wrap it add little. */
export const rootMessage = (cause: unknown): string => {
  if (cause instanceof AggregateError && cause.errors.length > 0) return rootMessage(cause.errors[0])
  if (!(cause instanceof Error)) return String(cause)
  return cause.cause === undefined ? cause.message : rootMessage(cause.cause)
}
