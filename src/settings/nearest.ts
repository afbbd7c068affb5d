/** The word that somebody probably meant. */
import * as AutoCorrect from "@effect/cli/AutoCorrect"
import * as CliConfig from "@effect/cli/CliConfig"

/** How many letters may be changed, added or left out. */
const maxChanges = 3

/** The known word that is closest to an unknown one, in any letter case; nothing where none is close. */
export const nearest = (word: string, known: Iterable<string>): string | undefined => {
  let best: { readonly name: string; readonly changes: number } | undefined
  for (const name of known) {
    const changes = AutoCorrect.levensteinDistance(word, name, CliConfig.defaultConfig)
    if (changes <= maxChanges && changes < (best?.changes ?? Number.POSITIVE_INFINITY))
      best = { name, changes }
  }
  return best?.name
}
