/** What the server logs of a failure, whose words may be those of a client: with nothing that a terminal obeys. */
import { excerpt } from "../domain/excerpt.ts"

/** The message of a failure and the beginning of its stack, in one line. */
export const loggedCause = (cause: unknown): string =>
  excerpt(cause instanceof Error ? (cause.stack ?? cause.message) : String(cause), 2000)
