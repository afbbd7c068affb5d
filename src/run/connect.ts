/** Connects a load to its server: over a connection of its own, or over one that is open already. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { JoinedAgents } from "../agents/Agents.ts"
import { loadClientsLayer } from "../dms/clientLayer.ts"
import { DmsConfig, type DmsOptions } from "../dms/DmsConfig.ts"
import { GeneratedFixtures } from "../fixtures/GeneratedFixtures.ts"
import { ReadSamples } from "../fixtures/ReadSamples.ts"
import { SharedFixtures } from "../fixtures/SharedFixtures.ts"
import { nodeMachine } from "../metrics/Machine.ts"
import { nodeProbe } from "../metrics/nodeProbe.ts"
import * as threads from "../workers/threads.ts"
import { openConnection } from "./Connection.ts"
import { joinAgents } from "./joinAgents.ts"
import { printingLayer } from "./printingClients.ts"
import { LocalDmsExit } from "./localDmsProcess.ts"
import { type RunSpec, sendsBatches } from "./RunSpec.ts"

/** A run without batches does not need `/batch`, and skips the detection of its resource naming. */
const dmsOptionsOf = (dms: DmsOptions, { scenarios }: RunSpec): DmsOptions =>
  dms.resourceNaming === "auto" && !scenarios.some(sendsBatches)
    ? { ...dms, resourceNaming: "endpoint" }
    : dms

/**
 * Everything that a load needs except a recorder. A connection of its own lives as long as the layer.
 *
 * @param announce runs with the address, before the first request of the load
 */
export const connect = (spec: RunSpec, announce: (baseUrl: string) => Effect.Effect<void>) =>
  Layer.unwrapScoped(
    Effect.gen(function* () {
      const { target } = spec
      const connection =
        target._tag === "Connected"
          ? yield* Effect.as(announce(target.connection.address.baseUrl), target.connection)
          : yield* openConnection(target, spec.dms, announce)
      const { address, exit, services: shared } = connection
      const agents = yield* joinAgents(spec.agents)
      const dms = DmsConfig.layer({ ...dmsOptionsOf(connection.dms, spec), ...address })
      const client = Layer.provideMerge(Layer.provide(loadClientsLayer, dms), Layer.succeedContext(shared))
      const generated = spec.generated === undefined ? Layer.empty : GeneratedFixtures.layer(spec.generated)
      const reads = spec.reads === undefined ? Layer.empty : ReadSamples.layer(spec.reads)
      const fixtures = Layer.merge(SharedFixtures.layer(spec.fixtures), Layer.provideMerge(reads, generated))
      // The options of the load come last: they take the place of those of the connection.
      const services = Layer.merge(Layer.provideMerge(fixtures, client), dms)
      const reporting = spec.printsOutcomes ? Layer.provideMerge(printingLayer, services) : services
      // A run that prints every outcome has no throughput, and its generator needs no verdict.
      const probe = spec.printsOutcomes ? Layer.empty : nodeProbe
      return Layer.mergeAll(
        reporting,
        probe,
        nodeMachine,
        threads.layer(),
        Layer.succeed(LocalDmsExit, exit),
        Layer.succeed(JoinedAgents, agents)
      )
    })
  )
