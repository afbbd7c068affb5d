/** What a run or study is made with, as far as it is known before its load. */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { DiscoveryDocument } from "../dms/DiscoveryDocument.ts"
import { commit, version } from "../domain/version.ts"
import { Machine } from "../metrics/Machine.ts"
import type { Manifest } from "../result/Manifest.ts"

/** The part of a manifest that does not change. */
export type FixedManifest = Pick<Manifest, "tool" | "server" | "machine">

/** The server is `null` where no discovery document was read, the machine where none is provided. */
export const readManifest: Effect.Effect<FixedManifest> = Effect.gen(function* () {
  const discovered = yield* Effect.serviceOption(DiscoveryDocument)
  return {
    tool: { name: "edfi-perf", version, commit },
    server: Option.getOrUndefined(discovered)?.server ?? null,
    machine: (yield* Machine).facts
  }
})
