/** A configuration as flags give it, for the local DMS and one seed. */
import * as Either from "effect/Either"
import type { SeededConfig } from "../../src/run/loadPlan.ts"
import { decodeRunConfig } from "../../src/settings/RunConfig.ts"
import { scenarios } from "../../src/scenarios/index.ts"

export const configOf = (texts: Readonly<Record<string, string>>): SeededConfig => ({
  ...Either.getOrThrow(
    decodeRunConfig(
      Object.fromEntries(
        Object.entries({ local: "true", ...texts }).map(([name, value]) => [
          name,
          { value, from: "flag" as const }
        ])
      ),
      scenarios
    )
  ),
  seed: 255901
})
