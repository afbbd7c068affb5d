/** What reports say of a configuration: everything but secrets. */
import * as Duration from "effect/Duration"
import { sendsBatches } from "../settings/chooseScenarios.ts"
import { addressOf } from "../domain/databaseUrl.ts"
import { shownAddress } from "../domain/shownAddress.ts"
import { stagesText } from "../domain/Stages.ts"
import type { RunState } from "../result/Summary.ts"
import { arrivalsOf, type SeededConfig, workerCount } from "./loadPlan.ts"

/** What a report says of the load: only what belongs to its model. */
const publicLoad = (config: SeededConfig): RunState["config"] => {
  const { arrivalRate, clientCount, maxWait, minWait, runTimeInMinutes, spawnRate, stages } = config
  return {
    clientCount,
    ...(arrivalRate === undefined ? {} : { arrivalRate }),
    ...(stages === undefined ? { runTimeInMinutes } : { stages: stagesText(stages) }),
    ...(arrivalsOf(config) === undefined
      ? { ...(stages === undefined ? { spawnRate } : {}), minWait, maxWait }
      : { startWithinSeconds: Duration.toSeconds(config.startWithin) })
  }
}

/** The scenarios: those that send batches with the triples of one, others with what was asked of them. */
export const chosenOf = ({
  deleteResources,
  failDeliberately,
  scenarios
}: Pick<SeededConfig, "deleteResources" | "failDeliberately" | "scenarios">): RunState["config"] =>
  scenarios.every(sendsBatches)
    ? {
        scenarios: Object.fromEntries(
          scenarios.flatMap(({ batchTripleCount, name }) =>
            batchTripleCount === undefined ? [] : [[name, batchTripleCount]]
          )
        )
      }
    : { scenarios: scenarios.map(({ name }) => name), deleteResources, failDeliberately }

/** What all loads of a command have in common: which DMS, and how requests reach it. */
export const redactedConnection = (config: SeededConfig) =>
  ({
    baseUrl: config.target._tag === "Dms" ? config.target.address.baseUrl : "local",
    maxFailRatio: config.maxFailRatio,
    requestTimeoutSeconds: Duration.toSeconds(config.requestTimeout),
    maxResponseBytes: config.maxResponseBytes,
    gracefulStopSeconds: Duration.toSeconds(config.gracefulStop),
    ...(config.connections === undefined ? {} : { connections: config.connections }),
    strictDecoding: config.strictDecoding,
    retryTransport: config.retryTransport,
    resourceNaming: config.resourceNaming,
    ignoreCertificateErrors: config.ignoreCertificateErrors,
    localEducationOrganizationId: config.localEducationOrganizationId,
    ...(config.schoolYear === undefined ? {} : { schoolYear: config.schoolYear }),
    ...(config.apiPrefix === undefined ? {} : { apiPrefix: shownAddress(config.apiPrefix) }),
    ...(config.oauthEndpoint === undefined ? {} : { oauthEndpoint: shownAddress(config.oauthEndpoint) }),
    ...(config.batchPath === undefined ? {} : { batchPath: shownAddress(config.batchPath) }),
    ...(config.databaseUrl === undefined ? {} : { database: addressOf(config.databaseUrl) }),
    seed: config.seed
  }) satisfies RunState["config"]

/** What `run` was told. */
export const redactedConfig = (config: SeededConfig): RunState["config"] => {
  const { baseUrl, ...connection } = redactedConnection(config)
  return {
    baseUrl,
    ...chosenOf(config),
    ...publicLoad(config),
    runInDebugMode: config.runInDebugMode,
    maxBatchOperations: config.maxBatchOperations,
    workers: workerCount(config),
    ...(config.out.length === 0 ? {} : { out: config.out }),
    web: config.web,
    // Without its query, in which some collectors take their key.
    ...(config.otlpEndpoint === undefined ? {} : { otlpEndpoint: config.otlpEndpoint.replace(/\?.*$/, "") }),
    abortOnThreshold: config.abortOnThreshold,
    abortDelaySeconds: Duration.toSeconds(config.abortDelay),
    ...connection
  }
}
