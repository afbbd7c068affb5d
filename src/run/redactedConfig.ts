/** The settings of a run for its summary, without secrets. */
import * as Duration from "effect/Duration"
import { addressOf } from "../domain/databaseUrl.ts"
import { shownAddress } from "../domain/shownAddress.ts"
import { peakOf, type Stages, stagesText } from "../domain/Stages.ts"
import type { LoadPlan } from "../engine/LoadPlan.ts"
import type { Summary } from "../result/Summary.ts"
import { maxUsersOf, type RunSpec, sendsBatches, serverOf, workerCount } from "./RunSpec.ts"

type Config = Summary["config"]

/** The rate of arrivals at a constant rate; `undefined` for ramps. */
const steadyRateOf = (stages: Stages): number | undefined => {
  const peak = peakOf(stages)
  return stages[0]?.millis === 0 && stages.every(({ target }) => target === peak) ? peak : undefined
}

/** The planned duration of a load without stages. */
const times = ({ runMillis, warmUpMillis = 0 }: LoadPlan): Config => ({
  ...(Number.isFinite(runMillis) ? { runTimeInMinutes: runMillis / 60_000 } : {}),
  ...(warmUpMillis === 0 ? {} : { warmUpSeconds: warmUpMillis / 1000 })
})

/** The load: only what belongs to its model. */
const redactedLoad = (plan: LoadPlan): Config => {
  const clientCount = maxUsersOf(plan)
  switch (plan._tag) {
    case "Users": {
      const { maxMillis: maxWait, minMillis: minWait } = plan.waits
      const recordCount = plan.records === undefined ? {} : { recordCount: plan.records }
      return { clientCount, ...recordCount, ...times(plan), spawnRate: plan.spawnPerSecond, minWait, maxWait }
    }
    case "StagedUsers": {
      const { maxMillis: maxWait, minMillis: minWait } = plan.waits
      return { clientCount, stages: stagesText({ of: "users", stages: plan.users }), minWait, maxWait }
    }
    case "Arrivals": {
      const { arrivals, startWithinMillis } = plan
      const arrivalRate = steadyRateOf(arrivals)
      return {
        clientCount,
        ...(arrivalRate === undefined
          ? { stages: stagesText({ of: "arrivals", stages: arrivals }) }
          : { arrivalRate, ...times(plan) }),
        startWithinSeconds: startWithinMillis / 1000
      }
    }
  }
}

/**
 * The scenarios: those that send batches with the triples of one, others with the options of single requests. Batches
 * delete their records unless `deleteResources` says otherwise.
 */
export const redactedScenarios = ({ scenarios }: Pick<RunSpec, "scenarios">): Config => {
  // READ has options of its own, which the command reports.
  if (scenarios.every(({ reads }) => reads !== undefined))
    return { scenarios: scenarios.map(({ scenario }) => scenario.name) }
  const { deleteResources = true, failDeliberately = false } =
    scenarios.find((planned) => !sendsBatches(planned)) ?? scenarios[0]
  return scenarios.every(sendsBatches)
    ? {
        scenarios: Object.fromEntries(
          scenarios.flatMap(({ batchTripleCount, scenario }) =>
            batchTripleCount === undefined ? [] : [[scenario.name, batchTripleCount]]
          )
        ),
        ...(deleteResources ? {} : { deleteResources })
      }
    : { scenarios: scenarios.map(({ scenario }) => scenario.name), deleteResources, failDeliberately }
}

/** The settings that all loads of a command share: the server and the connection to it. */
export const redactedConnection = ({
  databaseUrl,
  dms,
  fixtures,
  plan,
  resetsStatistics = false,
  seed,
  target,
  watch = []
}: RunSpec) => {
  const server = serverOf(target)
  return {
    baseUrl: server._tag === "Dms" ? server.address.baseUrl : "local",
    maxFailRatio: plan.maxFailRatio,
    requestTimeoutSeconds: Duration.toSeconds(dms.requestTimeout),
    maxResponseBytes: dms.maxResponseBytes,
    gracefulStopSeconds: plan.gracefulStopMillis / 1000,
    ...(dms.connections === undefined ? {} : { connections: dms.connections }),
    wire: dms.wire,
    strictDecoding: dms.strictDecoding,
    retryTransport: dms.retryTransport,
    resourceNaming: dms.resourceNaming,
    ignoreCertificateErrors: dms.ignoreCertificateErrors,
    localEducationOrganizationId: fixtures.localEducationAgencyId,
    ...(fixtures.schoolYear === undefined ? {} : { schoolYear: fixtures.schoolYear }),
    ...(dms.route === undefined ? {} : { route: dms.route.join("/") }),
    ...(dms.apiPrefix === undefined ? {} : { apiPrefix: shownAddress(dms.apiPrefix) }),
    ...(dms.oauthEndpoint === undefined ? {} : { oauthEndpoint: shownAddress(dms.oauthEndpoint) }),
    ...(dms.batchPath === undefined ? {} : { batchPath: shownAddress(dms.batchPath) }),
    ...(databaseUrl === undefined ? {} : { database: addressOf(databaseUrl) }),
    ...(databaseUrl !== undefined && resetsStatistics ? { resetStatistics: true } : {}),
    ...(watch.length === 0 ? {} : { watch: watch.map(({ label }) => label) }),
    seed
  } satisfies Config
}

/** All settings of a run. */
export const redactedConfig = (spec: RunSpec): Config => {
  const { baseUrl, ...connection } = redactedConnection(spec)
  const { abortDelayMillis, files, plan, printsOutcomes, reported } = spec
  return {
    baseUrl,
    ...redactedScenarios(spec),
    ...redactedLoad(plan),
    runInDebugMode: printsOutcomes,
    ...(spec.agents === undefined ? { workers: workerCount(spec) } : { agents: spec.agents.count }),
    ...(files === undefined || files.out.length === 0 ? {} : { out: files.out }),
    abortOnThreshold: abortDelayMillis !== undefined,
    ...(spec.failOnLimited ? { failOnLimited: true } : {}),
    ...(abortDelayMillis === undefined ? {} : { abortDelaySeconds: abortDelayMillis / 1000 }),
    ...reported,
    ...connection
  }
}
