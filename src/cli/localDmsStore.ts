/** The flags of `local-dms` that say where documents are kept. */
import * as HelpDoc from "@effect/cli/HelpDoc"
import * as Options from "@effect/cli/Options"
import * as ValidationError from "@effect/cli/ValidationError"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type { StoreUnavailable } from "../local-dms/PostgresStore.ts"
import { isPostgresUrl } from "../local-dms/postgresUrl.ts"
import type { Store } from "../local-dms/Store.ts"

/** In memory, or in the database of a URL. */
export type StorePlace =
  { readonly _tag: "Memory" } | { readonly _tag: "Postgres"; readonly url: Redacted.Redacted }

/** Other users of the machine cannot see a password in a variable, unlike one in a flag. */
export const storeVariable = "PERF_LOCAL_DMS_STORE"

const accepted = "memory or postgres://user:password@host:5432/database"

/** What was given, without what may be a password. */
const shown = (text: string): string => text.replace(/^([^:@/]*:\/\/)?.*@.*$/s, "$1...")

const readPlace = (given: Redacted.Redacted): Effect.Effect<StorePlace, ValidationError.ValidationError> => {
  const text = Redacted.value(given).trim()
  if (text === "memory") return Effect.succeed({ _tag: "Memory" })
  if (isPostgresUrl(text)) return Effect.succeed({ _tag: "Postgres", url: Redacted.make(text) })
  return Effect.fail(
    ValidationError.invalidValue(
      HelpDoc.p(`--store (or ${storeVariable}) takes ${accepted}, not '${shown(text)}'`)
    )
  )
}

export const storeOption = Options.redacted("store").pipe(
  Options.withFallbackConfig(Config.redacted(storeVariable)),
  Options.withDescription(
    `Where documents are kept: ${accepted}, whose tables are made if need be; also ${storeVariable}, which does not show the password to others (default memory)`
  ),
  Options.withDefault(Redacted.make("memory")),
  Options.mapEffect(readPlace)
)

/**
 * Loads the store that was chosen, and only that.
 *
 * @param poolSize connections to a database
 */
export const storeLayer = (place: StorePlace, poolSize: number): Layer.Layer<Store, StoreUnavailable> =>
  Layer.unwrapEffect(
    Effect.promise(async () =>
      place._tag === "Memory"
        ? (await import("../local-dms/MemoryStore.ts")).layer
        : (await import("../local-dms/PostgresStore.ts")).layer({ url: place.url, poolSize })
    )
  )
