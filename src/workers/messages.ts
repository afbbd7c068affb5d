/** What coordinator and worker say to each other: every message is checked against its schema on arrival. */
import { WorkerError } from "@effect/platform/WorkerError"
import * as Schema from "effect/Schema"
import { LoadPlan } from "../engine/LoadPlan.ts"
import { ScenarioIterations } from "../engine/RefusalWatch.ts"
import { FixtureKeys } from "../fixtures/FixtureKeys.ts"
import { ThreadHealth } from "../metrics/GeneratorHealth.ts"
import { SampleChunk } from "../metrics/SampleLog.ts"
import { Counted } from "../metrics/Totals.ts"

const Secret = Schema.Redacted(Schema.NonEmptyString)

/** Everything that the coordinator found out before the load: a worker neither discovers nor logs in nor asks. */
export class Setup extends Schema.TaggedRequest<Setup>()("InitialMessage", {
  failure: Schema.Never,
  success: Schema.Void,
  payload: {
    dms: Schema.Struct({
      baseUrl: Schema.String,
      key: Secret,
      secret: Secret,
      ignoreCertificateErrors: Schema.Boolean,
      requestTimeout: Schema.DurationFromMillis,
      maxResponseBytes: Schema.Int,
      /** Of this worker. */
      connections: Schema.optional(Schema.Int),
      retryTransport: Schema.Boolean,
      strictDecoding: Schema.Boolean,
      resourceNaming: Schema.Literal("endpoint", "resource")
    }),
    urls: Schema.Struct({ resources: Schema.String, oauth: Schema.URL, batch: Schema.URL }),
    bearer: Secret,
    scenarios: Schema.NonEmptyArray(
      Schema.Struct({
        name: Schema.String,
        batchTripleCount: Schema.optional(Schema.Int),
        deleteResources: Schema.optional(Schema.Boolean),
        failDeliberately: Schema.optional(Schema.Boolean)
      })
    ),
    /** File URLs of the modules that some of the scenarios are from. */
    modules: Schema.Array(Schema.String),
    seed: Schema.NonNegativeInt,
    /** Whether every request is written down and reported. */
    logSamples: Schema.Boolean,
    /** There when a chosen scenario needs them. */
    fixtures: Schema.optional(FixtureKeys)
  }
}) {}

/** How often a worker tells what it counted: what a dying one takes with it, and what the stop rules lag behind. */
export const reportMillis = 250

/** What a worker did since its last report. */
export class WorkerReport extends Schema.TaggedClass<WorkerReport>()("Report", {
  counted: Counted,
  /** Of the scenarios for which it is not yet known whether they are refused from the start. */
  firstIterations: Schema.Array(ScenarioIterations),
  /** That run now. */
  users: Schema.NonNegativeInt,
  /** The most that ran at the same time. */
  maxUsers: Schema.NonNegativeInt,
  /** What its thread noticed of itself; left out where nobody observes it. */
  health: Schema.optional(ThreadHealth),
  /** There when requests are written down: each that `counted` has. */
  samples: Schema.optional(SampleChunk)
}) {}

/** The server refused this token; the answer is `TakeToken`. */
export class TokenRefused extends Schema.TaggedClass<TokenRefused>()("TokenRefused", { bearer: Secret }) {}

/** Start the users of the plan's share; the events end when they have ended. */
export class RunShare extends Schema.TaggedRequest<RunShare>()("RunShare", {
  /** The worker itself has nothing to fail with; this is how its death arrives. */
  failure: WorkerError,
  success: Schema.Union(WorkerReport, TokenRefused),
  payload: { plan: LoadPlan }
}) {}

/** Let the users finish what they are at. */
export class Stop extends Schema.TaggedRequest<Stop>()("Stop", {
  failure: Schema.Never,
  success: Schema.Void,
  payload: {
    /** Because the time is over, and for no other reason: what was due by then may still begin. */
    timeIsOver: Schema.Boolean
  }
}) {}

/** Send this token from now on. The one that was refused, again, says that there is no other. */
export class TakeToken extends Schema.TaggedRequest<TakeToken>()("TakeToken", {
  failure: Schema.Never,
  success: Schema.Void,
  payload: { bearer: Secret }
}) {}

export const WorkerRequest = Schema.Union(Setup, RunShare, Stop, TakeToken)
export type WorkerRequest = typeof WorkerRequest.Type
export type WorkerEvent = typeof RunShare.success.Type
