/** Why no connection was made, and what helps where this process ran out of file descriptors. */
import { closeSync, openSync } from "node:fs"
import { devNull } from "node:os"
import { codeOf, reasonOf } from "./reasonOf.ts"

const isOutOfDescriptors = (error: unknown): boolean => ["EMFILE", "ENFILE"].includes(codeOf(error))

/** How a lookup of a name fails. Without a descriptor it cannot read its files, and says that the name is unknown. */
const isLookup = (error: unknown): boolean => /^(ENOTFOUND|EAI_)/.test(codeOf(error))

/** Fails as anything does now that needs a descriptor; `undefined` when there is one. */
const tryDescriptor = (): unknown => {
  try {
    closeSync(openSync(devNull, "r"))
    return undefined
  } catch (error) {
    return error
  }
}

/**
 * Of an error of Node or undici before anything was sent.
 *
 * @param descriptor tells why none can be opened, for tests
 */
export const connectReason = (error: unknown, descriptor: () => unknown = tryDescriptor): string => {
  const reason = reasonOf(error)
  const cause = isOutOfDescriptors(error) ? error : isLookup(error) ? descriptor() : undefined
  return isOutOfDescriptors(cause)
    ? `${reason}: no file descriptor is left (${codeOf(cause)}); raise the limit with ulimit -n, or lower --connections`
    : reason
}
