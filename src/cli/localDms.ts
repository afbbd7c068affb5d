/** `edfi-perf local-dms`: starts a local DMS on a port of this machine. */
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type { StoreUnavailable } from "../local-dms/PostgresStore.ts"
import type { Store } from "../local-dms/Store.ts"
import { LocalDms } from "../local-dms/LocalDms.ts"
import { givenOf } from "../settings/readSettings.ts"
import { decodeLocalDms, type LocalDmsConfig, localDmsSettings } from "../settings/LocalDmsConfig.ts"
import { settingsCommand } from "./settingsCommand.ts"

/** The port is in use, or this user may not listen on it. */
export class PortUnavailable extends Schema.TaggedError<PortUnavailable>()("PortUnavailable", {
  port: Schema.Int,
  cause: Schema.Defect
}) {
  override get message(): string {
    const reason = this.cause instanceof Error ? this.cause.message : String(this.cause)
    return `--port ${this.port}: ${reason}; choose another one, or 0 for any free port`
  }
}

/** Loads only the store that is used. */
const storeLayer = ({ poolSize, store }: LocalDmsConfig): Layer.Layer<Store, StoreUnavailable> =>
  Layer.unwrapEffect(
    Effect.promise(async () =>
      Redacted.value(store) === "memory"
        ? (await import("../local-dms/MemoryStore.ts")).layer
        : (await import("../local-dms/PostgresStore.ts")).layer({ url: store, poolSize })
    )
  )

/** Waits until the process that started this one is gone. */
const stdinClosed = Effect.async<void>((resume) => {
  const done = () => resume(Effect.void)
  process.stdin.on("end", done).on("close", done).on("error", done).resume()
})

const serve = (config: LocalDmsConfig) =>
  Effect.gen(function* () {
    const { exitWithParent, options, port } = config
    const { url } = yield* Effect.mapError(
      LocalDms.serveOver({ ...options, port }),
      ({ cause }) => new PortUnavailable({ port, cause })
    )
    yield* Console.log(`edfi-perf local-dms listening on ${url}`)
    yield* exitWithParent ? stdinClosed : Effect.never
  }).pipe(Effect.scoped, Effect.provide(storeLayer(config)))

export const localDmsCommand = settingsCommand({
  name: "local-dms",
  settings: localDmsSettings,
  load: (flags) => Effect.flatMap(givenOf(localDmsSettings, flags), decodeLocalDms),
  logLevelOf: ({ logLevel }) => logLevel,
  program: serve
})
