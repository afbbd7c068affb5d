/** `edfi-perf local-dms`: starts a local DMS on a port of this machine. */
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type { StoreUnavailable } from "../local-dms/PostgresStore.ts"
import type { Store } from "../local-dms/Store.ts"
import { DataModel, type Models } from "../local-dms/DataModel.ts"
import { loadApiSchema } from "../local-dms/model/loadApiSchema.ts"
import { LocalDms } from "../local-dms/LocalDms.ts"
import { type Flags, givenOf } from "../settings/readSettings.ts"
import {
  decodeLocalDms,
  decodeLocalDmsWith,
  type LocalDmsConfig,
  localDmsSettings
} from "../settings/LocalDmsConfig.ts"
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

interface Loaded extends LocalDmsConfig {
  /** `undefined`: the stock model. */
  readonly models: Models | undefined
}

const serve = (config: Loaded) =>
  Effect.gen(function* () {
    const { exitWithParent, models, options, port } = config
    const listening = LocalDms.serveOver({ ...options, port })
    const { url } = yield* Effect.mapError(
      models === undefined ? listening : Effect.provideService(listening, DataModel, models),
      ({ cause }) => new PortUnavailable({ port, cause })
    )
    yield* Console.log(`edfi-perf local-dms listening on ${url}`)
    yield* exitWithParent ? stdinClosed : Effect.never
  }).pipe(Effect.scoped, Effect.provide(storeLayer(config)))

/** Reads the folder of `--apiSchema` before the settings are checked that depend on it. */
const load = Effect.fn("localDms.load")(function* (flags: Flags) {
  const given = yield* givenOf(localDmsSettings, flags)
  const { apiSchema, ...config } = yield* decodeLocalDms(given)
  if (apiSchema === undefined) return { ...config, models: undefined }
  const models = yield* Effect.either(loadApiSchema(apiSchema))
  const loaded = Either.map(models, ({ sources }) => sources.map(({ endpoint }) => endpoint))
  return { ...(yield* decodeLocalDmsWith(given, loaded)), models: Either.getOrUndefined(models) }
}, Effect.provide(NodeFileSystem.layer))

export const localDmsCommand = settingsCommand({
  name: "local-dms",
  settings: localDmsSettings,
  load,
  logLevelOf: ({ logLevel }) => logLevel,
  program: serve
})
