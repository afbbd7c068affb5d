/** A load on this agent: its threads run their shares, and their counts are added up here, as in a coordinator. */
import type * as Worker from "@effect/platform/Worker"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { Tokens } from "../dms/Tokens.ts"
import type { EndReason } from "../domain/LoadResult.ts"
import type { LoadPlan } from "../engine/LoadPlan.ts"
import { stopRulesOfShare, type StopRules } from "../engine/StopRule.ts"
import { endedFrom, type LoadGenerator, type StartGenerator, supervise } from "../engine/supervise.ts"
import { GeneratorProbe } from "../metrics/GeneratorProbe.ts"
import { Recorder } from "../metrics/Recorder.ts"
import { maxBytesOfWorker, SampleBuffer, SampleLog } from "../metrics/SampleLog.ts"
import { startWorkers, usersInWorkers } from "../workers/Coordinator.ts"
import { Setup, TokenRefused } from "../workers/messages.ts"
import type { WorkerGroup } from "../workers/RunningWorker.ts"
import { type RunningShare, takeReport } from "../workers/takeReport.ts"
import { makeWorkerTokens } from "../workers/WorkerTokens.ts"
import {
  type AgentEvent,
  type Begin,
  Counts,
  Ended,
  type Prepare,
  Refused,
  type UseToken
} from "./messages.ts"

export interface AgentLoad {
  /** Starts its users. @param startsInMillis time until the instant of the start */
  readonly begin: (begin: Begin, startsInMillis: number) => Effect.Effect<void>
  /** Stops its users; iterations in flight may finish. */
  readonly stop: (reason: EndReason) => Effect.Effect<void>
  /** The same without the coordinator, which it does not expect. */
  readonly cutShort: Effect.Effect<void>
  readonly useToken: (message: UseToken) => Effect.Effect<void>
  /** Everything counted since the last call; after the end of the users, that they have ended. */
  readonly take: () => ReadonlyArray<AgentEvent>
  /** Interval of its reports; `undefined` while no users run. */
  readonly reportMillis: () => number | undefined
}

export interface AgentLoadOptions {
  /** The name of the agent. */
  readonly name: string
  readonly prepare: Prepare
  /** Maximum number of threads that start at the same time. */
  readonly concurrency: number
  /** Adds an event that is sent at once. */
  readonly add: (event: AgentEvent) => Effect.Effect<void>
  /** Runs when all users have ended, and `take` has their last counts. */
  readonly ended: Effect.Effect<void>
}

/** What the users of a load need. */
interface LoadParts {
  readonly group: WorkerGroup
  readonly recorder: Recorder["Type"]
  readonly log: SampleBuffer | undefined
  readonly tokens: Tokens["Type"]
}

/** Hands out the load generator as soon as it has started. */
const handedOut =
  <R>(start: StartGenerator<R>, started: (generator: LoadGenerator) => void): StartGenerator<R> =>
  (run) =>
    Effect.tap(start(run), (generator) => Effect.sync(() => started(generator)))

/**
 * Runs the users to their end. The coordinator observes and stops them; their time ends here too, for an agent that cannot
 * be told.
 */
const runUsers = (
  { group, log, recorder, tokens }: LoadParts,
  plan: LoadPlan,
  startsInMillis: number,
  rules: StopRules,
  stopped: Deferred.Deferred<EndReason>,
  started: (generator: LoadGenerator) => void
) =>
  supervise(
    { ...plan, runMillis: startsInMillis + plan.runMillis },
    handedOut(endedFrom(Deferred.await(stopped))(usersInWorkers(plan, group, () => rules)), started),
    { everyMillis: 3_600_000, look: () => Effect.void }
  ).pipe(
    Effect.provideService(Recorder, recorder),
    Effect.provideService(SampleLog, log),
    Effect.provideService(Tokens, tokens)
  )

const setupsOf = ({ connections, setup }: Prepare): ReadonlyArray<Setup> =>
  connections.map((each) => new Setup({ ...setup, dms: { ...setup.dms, connections: each ?? undefined } }))

/** The instant of the start by the clock that all threads of this machine share. */
const localPlan = ({ plan }: Begin, startsInMillis: number) =>
  Effect.map(Clock.currentTimeMillis, (now) => ({ ...plan, startedAtMillis: now + startsInMillis }))

/** What the users of a load need; its threads end with the scope. */
const makeParts = ({ add, concurrency, name, prepare }: AgentLoadOptions) =>
  Effect.gen(function* () {
    const { load, setup } = prepare
    const { take: takeToken, tokens } = makeWorkerTokens({
      login: undefined,
      urls: setup.urls,
      first: setup.bearer,
      refused: (bearer) => add(new Refused({ load, refused: new TokenRefused({ bearer }) }))
    })
    const group = yield* startWorkers(setupsOf(prepare), concurrency, `agent ${name}`)
    const recorder = yield* Effect.provide(Recorder, Recorder.layer)
    const log = setup.logSamples ? new SampleBuffer(maxBytesOfWorker) : undefined
    return { group, recorder, log, tokens, takeToken }
  })

/** Starts the threads, which end with the scope. */
export const makeAgentLoad = (
  options: AgentLoadOptions
): Effect.Effect<AgentLoad, never, Worker.WorkerManager | Worker.Spawner | Scope.Scope> =>
  Effect.gen(function* () {
    const { load, setup } = options.prepare
    const { takeToken, ...parts } = yield* makeParts(options)
    const { log, recorder } = parts
    const probe = yield* GeneratorProbe
    const time = yield* Effect.clock
    const stopped = yield* Deferred.make<EndReason>()
    const scope = yield* Effect.scope
    const names = setup.scenarios.map(({ name }) => name)
    let reportMillis: number | undefined
    let share: RunningShare | undefined
    let hasEnded = false
    let isStopped = false
    let isCutShort = false

    const stop = (reason: EndReason) =>
      Effect.suspend(() => {
        isStopped = true
        return Effect.asVoid(Deferred.succeed(stopped, reason))
      })
    const end = Effect.suspend(() => {
      hasEnded = true
      return options.ended
    })
    return {
      begin: (begin, startsInMillis) =>
        Effect.gen(function* () {
          probe.take() // Discards the time before the load.
          reportMillis = begin.reportMillis
          const plan = yield* localPlan(begin, startsInMillis)
          const rules = stopRulesOfShare(plan, names)
          yield* runUsers(parts, plan, startsInMillis, rules, stopped, (generator) => {
            share = { plan, recorder, log, rules, generator }
          }).pipe(
            Effect.catchAllCause((cause) =>
              Effect.sync(() => recorder.unsafeRecordDefect(String(Cause.squash(cause)), Cause.pretty(cause)))
            ),
            Effect.zipRight(end),
            Effect.forkIn(scope)
          )
        }),
      stop,
      cutShort: Effect.suspend(() => {
        isCutShort ||= reportMillis !== undefined && !hasEnded && !isStopped
        return stop("interrupt")
      }),
      useToken: ({ bearer }) => takeToken(bearer),
      take: () => {
        if (share === undefined) return []
        const health = probe.take()
        const hasStarted = time.unsafeCurrentTimeMillis() >= (share.plan.startedAtMillis ?? 0)
        const counts = new Counts(
          { load, report: takeReport(share, { health: undefined }), health: hasStarted ? health : undefined },
          { disableValidation: true }
        )
        if (!hasEnded) return [counts]
        share = reportMillis = undefined
        return [counts, new Ended({ load, isCutShort })]
      },
      reportMillis: () => reportMillis
    }
  })
