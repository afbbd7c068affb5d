/** The messages between coordinator and workers; each is checked against its schema on arrival. */
import { WorkerError } from "@effect/platform/WorkerError"
import * as Schema from "effect/Schema"
import { wireNames } from "../domain/wireNames.ts"
import { GeneratedLoad } from "../documents/GeneratedLoad.ts"
import { MixtureLoad } from "../domain/Mixture.ts"
import { ReadMix } from "../domain/ReadMix.ts"
import { LoadPlan } from "../engine/LoadPlan.ts"
import { ScenarioIterations } from "../engine/RefusalWatch.ts"
import { FixtureKeys } from "../fixtures/FixtureKeys.ts"
import { ReadFacts } from "../fixtures/ReadFacts.ts"
import { ThreadHealth } from "../metrics/GeneratorHealth.ts"
import { SampleChunk } from "../metrics/SampleLog.ts"
import { Counted } from "../metrics/Totals.ts"

const Secret = Schema.Redacted(Schema.NonEmptyString)

/** Everything that a worker needs before the load: it sends neither discovery nor login requests. */
export class Setup extends Schema.TaggedRequest<Setup>()("InitialMessage", {
  failure: Schema.Never,
  success: Schema.Void,
  payload: {
    dms: Schema.Struct({
      baseUrl: Schema.String,
      ignoreCertificateErrors: Schema.Boolean,
      requestTimeout: Schema.DurationFromMillis,
      maxResponseBytes: Schema.Int,
      /** Maximum number of connections of this worker. */
      connections: Schema.optional(Schema.Int),
      wire: Schema.Literal(...wireNames),
      retryTransport: Schema.Boolean,
      strictDecoding: Schema.Boolean,
      resourceNaming: Schema.Literal("endpoint", "resource")
    }),
    urls: Schema.Struct({ data: Schema.String, oauth: Schema.URL, batch: Schema.URL }),
    bearer: Secret,
    /**
     * The login of the coordinator, which the worker removes from texts of the server. It never leaves the machine of the
     * coordinator: agents do not get it.
     */
    login: Schema.optional(Schema.Struct({ key: Secret, secret: Secret })),
    scenarios: Schema.NonEmptyArray(
      Schema.Struct({
        name: Schema.String,
        batchTripleCount: Schema.optional(Schema.Int),
        deleteResources: Schema.optional(Schema.Boolean),
        failDeliberately: Schema.optional(Schema.Boolean),
        reads: Schema.optional(ReadMix)
      })
    ),
    /** File URLs of the modules that some of the scenarios are from. */
    modules: Schema.Array(Schema.String),
    seed: Schema.NonNegativeInt,
    /** Whether every request is logged and reported. */
    logSamples: Schema.Boolean,
    /** Present if a scenario needs them. */
    fixtures: Schema.optional(FixtureKeys),
    /** Present if resources were chosen: some of the scenarios are theirs. */
    generated: Schema.optional(GeneratedLoad),
    /** Present if one of the scenarios is a mixture. */
    mixture: Schema.optional(MixtureLoad),
    /** Present for READ: what its requests are made of. */
    facts: Schema.optional(Schema.Array(ReadFacts))
  }
}) {}

/** Interval of a worker's reports: the data lost when a worker dies, and the delay of the stop rules. */
export const reportMillis = 250

/** Everything that a worker counted since its last report. */
export class WorkerReport extends Schema.TaggedClass<WorkerReport>()("Report", {
  counted: Counted,
  /** The requests of the warm-up, which `counted` does not include; absent without a warm-up. */
  warmUp: Schema.optional(Counted),
  /** Iterations of the scenarios that may still prove to be refused from the start. */
  firstIterations: Schema.Array(ScenarioIterations),
  /** Users that are running now. */
  users: Schema.NonNegativeInt,
  /** Maximum number of users that were running at the same time. */
  maxUsers: Schema.NonNegativeInt,
  /** Start of its users minus `startedAtMillis` of the plan, in milliseconds. */
  startSkewMillis: Schema.optional(Schema.Number),
  /** Health of its thread; absent if it is not measured. */
  health: Schema.optional(ThreadHealth),
  /** Present if requests are logged: every request in `counted`. */
  samples: Schema.optional(SampleChunk)
}) {}

/** The server refused this token; the coordinator replies with `TakeToken`. */
export class TokenRefused extends Schema.TaggedClass<TokenRefused>()("TokenRefused", { bearer: Secret }) {}

/**
 * Start the users of the plan's share, at `startedAtMillis` of the plan if that is in the future; the stream of events ends
 * when all of them have ended.
 */
export class RunShare extends Schema.TaggedRequest<RunShare>()("RunShare", {
  /** The death of the worker; it has no other error. */
  failure: WorkerError,
  success: Schema.Union(WorkerReport, TokenRefused),
  payload: { plan: LoadPlan }
}) {}

/** Stop the users; their iterations may finish. */
export class Stop extends Schema.TaggedRequest<Stop>()("Stop", {
  failure: Schema.Never,
  success: Schema.Void,
  payload: {
    /** Whether the run stops only because its time is over: arrivals that were due by then may still begin. */
    timeIsOver: Schema.Boolean
  }
}) {}

/** Use this token from now on. The refused token again means that there is no other. */
export class TakeToken extends Schema.TaggedRequest<TakeToken>()("TakeToken", {
  failure: Schema.Never,
  success: Schema.Void,
  payload: { bearer: Secret }
}) {}

export const WorkerRequest = Schema.Union(Setup, RunShare, Stop, TakeToken)
export type WorkerRequest = typeof WorkerRequest.Type
export type WorkerEvent = typeof RunShare.success.Type
