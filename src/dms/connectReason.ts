/** Why no connection was made, and what helps where this process ran out of file descriptors. */
import { closeSync, openSync } from "node:fs"
import { devNull } from "node:os"
import { codeOf, reasonOf } from "./reasonOf.ts"

const isOutOfDescriptors = (error: unknown): boolean => ["EMFILE", "ENFILE"].includes(codeOf(error))

/** Codes of a failed name lookup. Without a free descriptor it cannot read its files and reports an unknown name. */
const isLookup = (error: unknown): boolean => /^(ENOTFOUND|EAI_)/.test(codeOf(error))

/** Tries to open a descriptor: the error, or `undefined` if one is free. */
const tryDescriptor = (): unknown => {
  try {
    closeSync(openSync(devNull, "r"))
    return undefined
  } catch (error) {
    return error
  }
}

/**
 * Describes an error of Node or undici that occurred before anything was sent.
 *
 * @param descriptor the error if none can be opened; tests replace it
 */
export const connectReason = (error: unknown, descriptor: () => unknown = tryDescriptor): string => {
  const reason = reasonOf(error)
  const cause = isOutOfDescriptors(error) ? error : isLookup(error) ? descriptor() : undefined
  return isOutOfDescriptors(cause)
    ? `${reason}: no file descriptor is left (${codeOf(cause)}); raise the limit with ulimit -n, or lower --connections`
    : reason
}
