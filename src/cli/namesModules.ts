/** Whether a command names modules of scenarios, which decides the program that is loaded; imports no package. */
import { readFileSync, statSync } from "node:fs"

/** `PERF_SCENARIO` in any form, or a file that can be read only once, such as a pipe. */
const mayNameModules = (dotEnv: string): boolean => {
  try {
    return !statSync(dotEnv).isFile() || readFileSync(dotEnv, "latin1").includes("PERF_SCENARIO")
  } catch {
    return false
  }
}

/**
 * Whether `edfi-perf run` has to load modules of `--scenario`. It may be true for a run without any, never false for a
 * run with some.
 *
 * @param words after the program
 * @param dotEnv the path of the `.env` file
 */
export const namesModules = (
  words: ReadonlyArray<string>,
  variables: Readonly<Record<string, string | undefined>>,
  dotEnv: string
): boolean =>
  words.some((word) => word.toLowerCase() === "run") &&
  (words.some((word) => /^--scenario(?:=|$)/i.test(word)) ||
    (variables["PERF_SCENARIO"] ?? "") !== "" ||
    mayNameModules(dotEnv))
