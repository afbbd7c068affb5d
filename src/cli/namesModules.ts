/** Whether a command names modules of scenarios, which decides the program that is loaded; imports no package. */
import { readFileSync, statSync } from "node:fs"
import { maxNamedFileBytes } from "./maxNamedFileBytes.ts"

/** `PERF_SCENARIO` in any form, or a file that can be read only once, such as a pipe. */
const mayNameModules = (dotEnv: string): boolean => {
  try {
    return !statSync(dotEnv).isFile() || readFileSync(dotEnv, "latin1").includes("PERF_SCENARIO")
  } catch {
    return false
  }
}

/** Whether a word is the path of a plan, one of whose phases may have `scenario`. */
const isPlanWithModules = (word: string): boolean => {
  try {
    const found = statSync(word)
    return (
      found.isFile() && found.size <= maxNamedFileBytes && readFileSync(word, "latin1").includes("scenario")
    )
  } catch {
    return false
  }
}

const isWord = (words: ReadonlyArray<string>, command: string): boolean =>
  words.some((word) => word.toLowerCase() === command)

/**
 * Whether `edfi-perf run` or `edfi-perf plan` has to load modules of `--scenario`. It may be true for a command without any,
 * never false for one with some.
 *
 * @param words after the program
 * @param dotEnv the path of the `.env` file
 */
export const namesModules = (
  words: ReadonlyArray<string>,
  variables: Readonly<Record<string, string | undefined>>,
  dotEnv: string
): boolean =>
  (isWord(words, "run") &&
    (words.some((word) => /^--scenario(?:=|$)/i.test(word)) ||
      (variables["PERF_SCENARIO"] ?? "") !== "" ||
      mayNameModules(dotEnv))) ||
  (isWord(words, "plan") && words.some((word) => !word.startsWith("-") && isPlanWithModules(word)))
