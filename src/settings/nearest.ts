/** Suggestions for misspelt words. */
import * as AutoCorrect from "@effect/cli/AutoCorrect"
import * as CliConfig from "@effect/cli/CliConfig"

/**
 * The known word closest to an unknown one in any letter case; `undefined` if none is close.
 *
 * @param maxChanges letters that may be changed, added or left out
 */
export const nearest = (word: string, known: Iterable<string>, maxChanges = 3): string | undefined => {
  let best: { readonly name: string; readonly changes: number } | undefined
  for (const name of known) {
    const changes = AutoCorrect.levensteinDistance(word, name, CliConfig.defaultConfig)
    if (changes <= maxChanges && changes < (best?.changes ?? Number.POSITIVE_INFINITY))
      best = { name, changes }
  }
  return best?.name
}
