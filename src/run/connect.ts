/** Connects to the server of a run: discovery, login and naming, once for all loads. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { clientLayerLive } from "../dms/clientLayer.ts"
import { DmsConfig, type DmsOptions } from "../dms/DmsConfig.ts"
import { GeneratedFixtures } from "../fixtures/GeneratedFixtures.ts"
import { SharedFixtures } from "../fixtures/SharedFixtures.ts"
import { nodeProbe } from "../metrics/nodeProbe.ts"
import * as threads from "../workers/threads.ts"
import { printingLayer } from "./printingClients.ts"
import { EmbeddedDms, LocalDmsExit } from "./localDmsProcess.ts"
import { type RunSpec, sendsBatches } from "./RunSpec.ts"

/** A run without batches does not need `/batch`, and skips the detection of its resource naming. */
const dmsOptionsOf = ({ dms, scenarios }: RunSpec): DmsOptions =>
  dms.resourceNaming === "auto" && !scenarios.some(sendsBatches)
    ? { ...dms, resourceNaming: "endpoint" }
    : dms

/**
 * Everything that a load needs except a recorder; connections and token live as long as the layer.
 *
 * @param announce runs with the address, before the first request
 */
export const connect = (spec: RunSpec, announce: (baseUrl: string) => Effect.Effect<void>) =>
  Layer.unwrapScoped(
    Effect.gen(function* () {
      const { address, exit } =
        spec.target._tag === "Dms"
          ? { address: spec.target.address, exit: yield* LocalDmsExit }
          : yield* Effect.flatten(EmbeddedDms)
      yield* announce(address.baseUrl)
      const dms = DmsConfig.layer({ ...dmsOptionsOf(spec), ...address })
      const client = Layer.provide(clientLayerLive, dms)
      const generated = spec.generated === undefined ? Layer.empty : GeneratedFixtures.layer(spec.generated)
      const fixtures = Layer.merge(SharedFixtures.layer(spec.fixtures), generated)
      const services = Layer.provideMerge(fixtures, Layer.merge(client, dms))
      const reporting = spec.printsOutcomes ? Layer.provideMerge(printingLayer, services) : services
      // A run that prints every outcome has no throughput, and its generator needs no verdict.
      const probe = spec.printsOutcomes ? Layer.empty : nodeProbe
      return Layer.mergeAll(reporting, probe, threads.layer(), Layer.succeed(LocalDmsExit, exit))
    })
  )
