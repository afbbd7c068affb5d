/** The DMS of a configuration: found, logged in to, and asked what it has to be asked, once for all load that follows. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import { sendsBatches } from "../settings/chooseScenarios.ts"
import { DmsConfig } from "../dms/DmsConfig.ts"
import type { RunConfigValues } from "../settings/RunConfig.ts"
import { clientLayerUndici } from "../dms/clientLayer.ts"
import { SharedFixtures } from "../fixtures/SharedFixtures.ts"
import { nodeProbe } from "../metrics/nodeProbe.ts"
import * as threads from "../workers/threads.ts"
import type { SeededConfig } from "./loadPlan.ts"
import { startLocalDms } from "./localDmsProcess.ts"

/** 36^8: seeds of up to eight letters and digits, so that keys stay short. */
const seedBound = 36 ** 8

export const withSeed = (config: RunConfigValues): Effect.Effect<SeededConfig> =>
  config.seed === undefined
    ? Effect.map(Random.nextIntBetween(0, seedBound), (seed) => ({ ...config, seed }))
    : Effect.succeed({ ...config, seed: config.seed })

/**
 * Everything that load needs but a recorder; connections and token last as long as the layer does.
 *
 * @param announce is told the address before anything is sent there
 */
export const connect = (config: SeededConfig, announce: (baseUrl: string) => Effect.Effect<void>) =>
  Layer.unwrapScoped(
    Effect.gen(function* () {
      const address = config.target._tag === "Dms" ? config.target.address : yield* startLocalDms
      yield* announce(address.baseUrl)
      const dms = DmsConfig.layer({
        ...address,
        ignoreCertificateErrors: config.ignoreCertificateErrors,
        requestTimeout: config.requestTimeout,
        maxResponseBytes: config.maxResponseBytes,
        connections: config.connections,
        strictDecoding: config.strictDecoding,
        retryTransport: config.retryTransport,
        // Where no batch is sent, the server needs none, and is not asked how it spells resources in them.
        resourceNaming:
          config.resourceNaming === "auto" && !config.scenarios.some(sendsBatches)
            ? "endpoint"
            : config.resourceNaming,
        apiPrefix: config.apiPrefix,
        oauthEndpoint: config.oauthEndpoint,
        batchPath: config.batchPath
      })
      const client = Layer.provide(clientLayerUndici, dms)
      const fixtures = SharedFixtures.layer({
        localEducationAgencyId: config.localEducationOrganizationId,
        schoolYear: config.schoolYear
      })
      const services = Layer.provideMerge(fixtures, Layer.merge(client, dms))
      return Layer.mergeAll(services, nodeProbe, threads.layer())
    })
  )
