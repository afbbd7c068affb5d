/** What a worker was told to do: its clients, its workloads and its share of the users. */
import * as Arr from "effect/Array"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Mailbox from "effect/Mailbox"
import type * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { DmsConfig } from "../dms/DmsConfig.ts"
import { Authorized } from "../dms/Authorized.ts"
import { BatchClient } from "../dms/BatchClient.ts"
import { Discovery } from "../dms/Discovery.ts"
import { SingleClient } from "../dms/SingleClient.ts"
import { Tokens } from "../dms/Tokens.ts"
import type { Transport } from "../dms/Transport.ts"
import type { EndReason } from "../domain/LoadResult.ts"
import type { LoadPlan } from "../engine/LoadPlan.ts"
import { startLoadWith } from "../engine/startLoad.ts"
import { stopRulesOfShare } from "../engine/StopRule.ts"
import { endedFrom, supervise } from "../engine/supervise.ts"
import { SharedFixtures } from "../fixtures/SharedFixtures.ts"
import { Recorder } from "../metrics/Recorder.ts"
import { ThreadProbe } from "../metrics/ThreadProbe.ts"
import { maxBytesOfWorker, SampleBuffer, SampleLog } from "../metrics/SampleLog.ts"
import { scenarios } from "../scenarios/index.ts"
import { loadModules } from "../scenarios/loadModules.ts"
import { prepareScenarios } from "../scenarios/prepareScenarios.ts"
import { WorkerReport, reportMillis, type Setup, TokenRefused, type WorkerEvent } from "./messages.ts"
import { makeWorkerTokens } from "./WorkerTokens.ts"

/** The scenarios of a setup, by their names: ours, and those of its modules. */
const plannedOf = ({ modules, scenarios: planned }: Setup) =>
  Effect.flatMap(loadModules(modules), (own) =>
    Effect.forEach(planned, ({ name, ...options }) =>
      Effect.map(
        Effect.orDieWith(
          Arr.findFirst([...own, ...scenarios], (each) => each.name === name),
          () => new Error(`there is no scenario ${name}`)
        ),
        (scenario) => ({ scenario, ...options })
      )
    )
  )

const make = (setup: Setup) =>
  Effect.gen(function* () {
    const outbox = yield* Mailbox.make<WorkerEvent>()
    const stopped = yield* Deferred.make<EndReason>()
    const recorder = yield* Recorder
    const probe = yield* ThreadProbe
    const log = setup.logSamples ? new SampleBuffer(maxBytesOfWorker) : undefined
    const { take, tokens } = makeWorkerTokens({
      address: setup.dms,
      urls: setup.urls,
      first: setup.bearer,
      refused: (bearer) => outbox.offer(new TokenRefused({ bearer }))
    })
    const client = Layer.merge(BatchClient.layer, SingleClient.layer).pipe(
      Layer.provide(Authorized.layer),
      Layer.provide([Layer.succeed(Tokens, tokens), Layer.succeed(Discovery, setup.urls)])
    )
    const { fixtures } = setup
    const keys =
      fixtures === undefined
        ? Effect.dieMessage("a scenario needs fixtures that the coordinator did not prepare")
        : Effect.succeed(fixtures)
    const workloads = yield* prepareScenarios(yield* plannedOf(setup), setup.seed).pipe(
      Effect.provideService(SharedFixtures, { keys }),
      Effect.provide(yield* Layer.build(client))
    )

    /** Time and failures are the coordinator's to judge. */
    const run = (plan: LoadPlan) =>
      Effect.suspend(() => {
        probe.take() // What was before the run is not of it.
        const rules = stopRulesOfShare(
          plan,
          workloads.map(({ name }) => name)
        )
        return supervise(
          { ...plan, runMillis: Number.POSITIVE_INFINITY },
          endedFrom(Deferred.await(stopped))(startLoadWith(plan, workloads, rules)),
          {
            everyMillis: reportMillis,
            look: ({ maxRunning, running }) => {
              const counted = recorder.unsafeTake()
              const [samples, health] = [log?.take(), probe.take()]
              const [users, maxUsers] = [running(), maxRunning()]
              const firstIterations = rules.watch.take()
              return outbox.offer(
                new WorkerReport({ counted, firstIterations, samples, users, maxUsers, health })
              )
            }
          }
        )
      }).pipe(Effect.provideService(Recorder, recorder), Effect.provideService(SampleLog, log))

    return {
      events: (plan: LoadPlan) =>
        Stream.unwrapScoped(
          Effect.as(Effect.forkScoped(Mailbox.into(run(plan), outbox)), Mailbox.toStream(outbox))
        ),
      stop: (by: EndReason) => Effect.asVoid(Deferred.succeed(stopped, by)),
      takeToken: take
    }
  })

export class WorkerSession extends Context.Tag("edfi-perf/workers/WorkerSession")<
  WorkerSession,
  {
    /** Starts the users of the plan's share; ends when they have ended. */
    readonly events: (plan: LoadPlan) => Stream.Stream<WorkerEvent>
    readonly stop: (by: EndReason) => Effect.Effect<void>
    readonly takeToken: (bearer: Redacted.Redacted) => Effect.Effect<void>
  }
>() {
  /** @param transport how this worker sends; it needs the configuration that comes with the setup */
  static readonly layer = (
    setup: Setup,
    transport: Layer.Layer<Transport, never, DmsConfig>
  ): Layer.Layer<WorkerSession> =>
    Layer.scoped(WorkerSession, Effect.orDie(make(setup))).pipe(
      Layer.provide([Recorder.layer, transport]),
      Layer.provide(Layer.succeed(DmsConfig, setup.dms))
    )
}
