/** One run of a worker: its clients, its workloads and its share of the users. */
import * as Arr from "effect/Array"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Mailbox from "effect/Mailbox"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { DmsConfig } from "../dms/DmsConfig.ts"
import { Authorized } from "../dms/Authorized.ts"
import { BatchClient } from "../dms/BatchClient.ts"
import { Discovery } from "../dms/Discovery.ts"
import { ReadClient } from "../dms/ReadClient.ts"
import { SingleClient } from "../dms/SingleClient.ts"
import { Tokens } from "../dms/Tokens.ts"
import type { Transport } from "../dms/Transport.ts"
import type { EndReason } from "../domain/LoadResult.ts"
import type { LoadPlan } from "../engine/LoadPlan.ts"
import type { Workload } from "../engine/Scenario.ts"
import { startLoadWith } from "../engine/startLoad.ts"
import { stopRulesOfShare } from "../engine/StopRule.ts"
import { endedFrom, type LoadGenerator, type StartGenerator, supervise } from "../engine/supervise.ts"
import { GeneratedFixtures } from "../fixtures/GeneratedFixtures.ts"
import { ReadSamples } from "../fixtures/ReadSamples.ts"
import { SharedFixtures } from "../fixtures/SharedFixtures.ts"
import { Recorder } from "../metrics/Recorder.ts"
import { ThreadProbe } from "../metrics/ThreadProbe.ts"
import { maxBytesOfWorker, SampleBuffer, SampleLog } from "../metrics/SampleLog.ts"
import { scenarios } from "../scenarios/index.ts"
import { mixtureScenario } from "../scenarios/mixtureScenario.ts"
import { loadModules } from "../scenarios/loadModules.ts"
import { prepareScenarios } from "../scenarios/prepareScenarios.ts"
import { readScenario } from "../scenarios/readScenario.ts"
import { resourceScenarios } from "../scenarios/resourceScenarios.ts"
import { reportMillis, type Setup, TokenRefused, type WorkerEvent } from "./messages.ts"
import { takeReport } from "./takeReport.ts"
import { makeWorkerTokens } from "./WorkerTokens.ts"

/** A worker does not log in. */
const noLogin = { key: Redacted.make(""), secret: Redacted.make("") }

export class WorkerSession extends Context.Tag("edfi-perf/workers/WorkerSession")<
  WorkerSession,
  {
    /** Starts the users of the plan's share; the stream ends when all of them have ended. */
    readonly events: (plan: LoadPlan) => Stream.Stream<WorkerEvent>
    /** Stops the users: their iterations may finish. */
    readonly stop: (reason: EndReason) => Effect.Effect<void>
    /** Sends this token from now on. */
    readonly takeToken: (bearer: Redacted.Redacted) => Effect.Effect<void>
  }
>() {
  /** @param transport sends the requests of this worker; it needs the configuration of the setup */
  static readonly layer = (
    setup: Setup,
    transport: Layer.Layer<Transport, never, DmsConfig>
  ): Layer.Layer<WorkerSession> =>
    Layer.scoped(WorkerSession, Effect.orDie(make(setup))).pipe(
      Layer.provide([Recorder.layer, transport]),
      Layer.provide(Layer.succeed(DmsConfig, { ...setup.dms, ...(setup.login ?? noLogin) }))
    )
}

/** The scenarios of the setup by their names: built-in, of its modules, of chosen resources, or its mixture. */
const plannedOf = ({ facts = [], generated, mixture, modules, scenarios: planned }: Setup) =>
  Effect.gen(function* () {
    const records = generated?.records ?? []
    const ofMixture = mixture === undefined ? [] : [mixtureScenario(mixture, records)]
    const ofResources = records.flatMap(resourceScenarios)
    const ofReads = facts.map(({ resource }) => readScenario(resource))
    const known = [...(yield* loadModules(modules)), ...scenarios, ...ofMixture, ...ofResources, ...ofReads]
    return yield* Effect.forEach(planned, ({ name, ...options }) =>
      Arr.findFirst(known, (scenario) => scenario.name === name).pipe(
        Effect.orDieWith(() => new Error(`there is no scenario ${name}`)),
        Effect.map((scenario) => ({ scenario, ...options }))
      )
    )
  })

/** The scenarios of the setup, with clients that send the coordinator's token. */
const prepareWorkloads = (setup: Setup, tokens: Tokens["Type"]) =>
  Effect.gen(function* () {
    const client = Layer.mergeAll(BatchClient.layer, ReadClient.layer, SingleClient.layer).pipe(
      Layer.provide(Authorized.layer),
      Layer.provide([Layer.succeed(Tokens, tokens), Layer.succeed(Discovery, setup.urls)])
    )
    const { facts, fixtures, generated } = setup
    const samples =
      facts === undefined
        ? Effect.dieMessage("a scenario needs samples that the coordinator did not read")
        : Effect.succeed(facts)
    const load =
      generated === undefined
        ? Effect.dieMessage("a scenario needs resources that the coordinator did not choose")
        : Effect.succeed(generated)
    const keys =
      fixtures === undefined
        ? Effect.dieMessage("a scenario needs fixtures that the coordinator did not prepare")
        : Effect.succeed(fixtures)
    return yield* prepareScenarios(yield* plannedOf(setup), setup.seed).pipe(
      Effect.provideService(SharedFixtures, { keys }),
      Effect.provideService(GeneratedFixtures, { load }),
      Effect.provideService(ReadSamples, { facts: samples }),
      Effect.provide(yield* Layer.build(client))
    )
  })

/** Waits until an instant of this machine's clock; the users of an agent wait for that of the whole load. */
const startingAt =
  (millis: number = 0) =>
  <A, E, R>(load: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.flatMap(Clock.currentTimeMillis, (now) =>
      millis > now ? Effect.zipRight(Effect.sleep(millis - now), load) : load
    )

/** The same load generator, which reports its start skew. */
const withStartSkew =
  <R>({ startedAtMillis }: LoadPlan, start: StartGenerator<R>): StartGenerator<R> =>
  (run) =>
    Effect.map(start(run), (generator) => ({
      ...generator,
      startSkewMillis: () =>
        startedAtMillis === undefined ? undefined : run.watch.startedAtMillis - startedAtMillis
    }))

/** Runs a share until `stopped`, and puts a report into the outbox at regular intervals. */
const makeRunShare = (
  setup: Setup,
  workloads: Arr.NonEmptyReadonlyArray<Workload>,
  outbox: Mailbox.Mailbox<WorkerEvent>,
  stopped: Deferred.Deferred<EndReason>
) =>
  Effect.gen(function* () {
    const recorder = yield* Recorder
    const probe = yield* ThreadProbe
    const log = setup.logSamples ? new SampleBuffer(maxBytesOfWorker) : undefined
    const names = workloads.map(({ name }) => name)
    return (plan: LoadPlan) =>
      Effect.suspend(() => {
        probe.take() // Discards the time before the run.
        const rules = stopRulesOfShare(plan, names)
        const report = (generator: LoadGenerator) =>
          takeReport({ plan, recorder, log, rules, generator }, { health: probe.take() })
        return supervise(
          // The coordinator ends the run.
          { ...plan, runMillis: Number.POSITIVE_INFINITY },
          withStartSkew(plan, endedFrom(Deferred.await(stopped))(startLoadWith(plan, workloads, rules))),
          { everyMillis: reportMillis, look: (generator) => outbox.offer(report(generator)) }
        )
      }).pipe(
        Effect.provideService(Recorder, recorder),
        Effect.provideService(SampleLog, log),
        startingAt(plan.startedAtMillis)
      )
  })

const make = (setup: Setup) =>
  Effect.gen(function* () {
    const outbox = yield* Mailbox.make<WorkerEvent>()
    const stopped = yield* Deferred.make<EndReason>()
    const { take, tokens } = makeWorkerTokens({
      login: setup.login,
      urls: setup.urls,
      first: setup.bearer,
      refused: (bearer) => outbox.offer(new TokenRefused({ bearer }))
    })
    const workloads = yield* prepareWorkloads(setup, tokens)
    const runShare = yield* makeRunShare(setup, workloads, outbox, stopped)
    return {
      events: (plan) =>
        Stream.unwrapScoped(
          Effect.as(Effect.forkScoped(Mailbox.into(runShare(plan), outbox)), Mailbox.toStream(outbox))
        ),
      stop: (reason) => Effect.asVoid(Deferred.succeed(stopped, reason)),
      takeToken: take
    } satisfies WorkerSession["Type"]
  })
