/** The processes of `--watch`, which are read during a load. */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { linuxFiles } from "../metrics/watchOthers.ts"
import { exporterSource } from "../processes/exporterReader.ts"
import { procSource } from "../processes/procReader.ts"
import type { RunSpec } from "./RunSpec.ts"

/** In the order of the settings. Fails before the load if one cannot be read. */
export const openProcesses = ({ watch = [] }: Pick<RunSpec, "watch">) =>
  Effect.gen(function* () {
    if (watch.length === 0) return []
    const http = yield* Layer.build(NodeHttpClient.layerUndici)
    return yield* Effect.forEach(watch, (target) =>
      target._tag === "Exporter"
        ? Effect.provide(exporterSource(target), http)
        : procSource(linuxFiles, target, process.pid)
    )
  })
