/** The server of a run: found, logged in to, and asked what it has to be asked, once for all load that follows. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { clientLayerUndici } from "../dms/clientLayer.ts"
import { DmsConfig, type DmsOptions } from "../dms/DmsConfig.ts"
import { SharedFixtures } from "../fixtures/SharedFixtures.ts"
import { nodeProbe } from "../metrics/nodeProbe.ts"
import * as threads from "../workers/threads.ts"
import { startLocalDms } from "./localDmsProcess.ts"
import { type RunSpec, sendsBatches } from "./RunSpec.ts"

/** Where no batch is sent, the server needs no `/batch` and is not asked how operations name a resource. */
const dmsOptionsOf = ({ dms, scenarios }: RunSpec): DmsOptions =>
  dms.resourceNaming === "auto" && !scenarios.some(sendsBatches)
    ? { ...dms, resourceNaming: "endpoint" }
    : dms

/**
 * Everything that load needs but a recorder; connections and token last as long as the layer does.
 *
 * @param announce runs with the address, before the first request
 */
export const connect = (spec: RunSpec, announce: (baseUrl: string) => Effect.Effect<void>) =>
  Layer.unwrapScoped(
    Effect.gen(function* () {
      const address = spec.target._tag === "Dms" ? spec.target.address : yield* startLocalDms
      yield* announce(address.baseUrl)
      const dms = DmsConfig.layer({ ...dmsOptionsOf(spec), ...address })
      const client = Layer.provide(clientLayerUndici, dms)
      const services = Layer.provideMerge(SharedFixtures.layer(spec.fixtures), Layer.merge(client, dms))
      return Layer.mergeAll(services, nodeProbe, threads.layer())
    })
  )
