/** The spec of a run as flags give it, for the local DMS and one seed. */
import * as Either from "effect/Either"
import type { RunSpec } from "../../src/run/RunSpec.ts"
import { scenarios } from "../../src/scenarios/index.ts"
import { decodeRunConfig } from "../../src/settings/RunConfig.ts"

export type BuiltInSpec = RunSpec<(typeof scenarios)[number]>

export const specOf = (texts: Readonly<Record<string, string>>): BuiltInSpec => {
  const given = Object.fromEntries(
    Object.entries({ local: "true", ...texts }).map(([name, value]) => [
      name,
      { value, from: "flag" as const }
    ])
  )
  return Either.getOrThrow(decodeRunConfig(given, { scenarios }, 255901)).spec
}
