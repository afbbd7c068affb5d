/** Why a file of the user cannot be read. */
import type { PlatformError } from "@effect/platform/Error"
import { excerpt } from "../domain/excerpt.ts"

/** @example "there is no such file", "it cannot be read: EACCES: permission denied, open 'plan.yaml'" */
export const fileReason = (error: PlatformError): string =>
  error._tag === "SystemError" && error.reason === "NotFound"
    ? "there is no such file"
    : `it cannot be read: ${excerpt(error.message)}`
