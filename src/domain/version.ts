/** The version of the command and of the package. */
export const version = "0.1.0"

/** Written into the bundled command by `scripts/buildBundle.ts`. */
declare const EDFI_PERF_COMMIT: string | undefined

/** The commit that the command was built from; `null` in the library, and where it was not known when it was built. */
export const commit: string | null = typeof EDFI_PERF_COMMIT === "string" ? EDFI_PERF_COMMIT : null
