/** Formats a failure for the log. It may contain text of a client, so control characters are escaped. */
import { excerpt } from "../domain/excerpt.ts"

/** The message and the start of the stack, in one line. */
export const loggedCause = (cause: unknown): string =>
  excerpt(cause instanceof Error ? (cause.stack ?? cause.message) : String(cause), 2000)
