/** A failure as the server logs it: its text may come from a client, so control characters are made visible. */
import { excerpt } from "../domain/excerpt.ts"

/** The message of a failure and the beginning of its stack, in one line. */
export const loggedCause = (cause: unknown): string =>
  excerpt(cause instanceof Error ? (cause.stack ?? cause.message) : String(cause), 2000)
