/** Commands on agents against a local DMS, on the clock of the test: everything is real except sockets and threads. */
import * as HttpClient from "@effect/platform/HttpClient"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import * as Option from "effect/Option"
import * as TestClock from "effect/TestClock"
import { type Agents, JoinedAgents } from "../../src/agents/Agents.ts"
import { prepareOnAgents } from "../../src/agents/prepareOnAgents.ts"
import { Registry } from "../../src/agents/Registry.ts"
import { Transport } from "../../src/dms/Transport.ts"
import { LocalDms, type LocalDmsOptions } from "../../src/local-dms/LocalDms.ts"
import { AgentsHealth } from "../../src/metrics/AgentsHealth.ts"
import type { ProcessHealth } from "../../src/metrics/GeneratorHealth.ts"
import { GeneratorProbe } from "../../src/metrics/GeneratorProbe.ts"
import { measureGenerator } from "../../src/run/measure.ts"
import { prepareLoad } from "../../src/run/prepareLoad.ts"
import { openSession } from "../../src/run/session.ts"
import { specOfSlice } from "../../src/run/specOfSlice.ts"
import type { MeasureSlice } from "../../src/studies/MeasureSlice.ts"
import type { StressOptions } from "../../src/studies/stress.ts"
import { inMemory } from "../integration/client.ts"
import { second } from "../metrics/health.ts"
import { specOf } from "../run/specOf.ts"
import { makeInProcess } from "../workers/inProcess.ts"
import { startAgent, type TestAgent } from "./inMemory.ts"

export const students = { testList: "StudentBatchVolumeTest", batchTripleCount: "2", clientCount: "5" }

/** One, two and four users. */
export const stressed: StressOptions = {
  testType: "BATCH_VOLUME",
  batchTripleCount: 2,
  raised: "users",
  first: 1,
  maximum: 4,
  slices: 2,
  sliceSeconds: 3,
  warmUpSeconds: 0.5,
  config: {}
}

interface AgentSpec {
  readonly name: string
  readonly slots: number
  /** Of its process, in each interval of its reports. */
  readonly health?: () => ProcessHealth
}

/** Agents that have joined; their requests go to the local DMS. */
const join = (specs: ReadonlyArray<AgentSpec>) =>
  Effect.gen(function* () {
    const http = Layer.succeed(HttpClient.HttpClient, yield* HttpClient.HttpClient)
    const transport = Layer.provide(Transport.layerHttpClient, http)
    const registry = yield* Registry.make(specs.length)
    yield* Effect.forkScoped(registry.watch)
    const agents = yield* Effect.forEach(specs, (spec) => startAgent(registry, transport, spec))
    yield* registry.allJoined
    const joined: Agents = {
      present: () => registry.present(),
      prepare: (load) => prepareOnAgents(registry.nextLoad(), registry.present(), "stop", load)
    }
    return { agents, joined }
  })

/** A coordinator that is never busy. */
const coordinatorProbe = (): GeneratorProbe["Type"] => {
  const agents = new AgentsHealth()
  return {
    take: () => agents.take(second({})),
    add: () => {},
    addAgent: (name, health) => agents.add(name, health)
  }
}

const noThreads = makeInProcess(Transport.layerMemory(() => Effect.dieMessage("there are no workers"))).layer

const specOnAgents = (texts: Readonly<Record<string, string>>, count: number) =>
  specOf({ agents: String(count), joinTokenFile: "unused", ...texts })

/** Runs a program with agents to its end, in virtual time. */
const withAgents = <A, E, R>(
  specs: ReadonlyArray<AgentSpec>,
  server: Partial<LocalDmsOptions>,
  program: (agents: ReadonlyArray<TestAgent>) => Effect.Effect<A, E, R>
) =>
  Effect.gen(function* () {
    const running = Effect.gen(function* () {
      const { agents, joined } = yield* join(specs)
      return yield* program(agents).pipe(
        Effect.provideService(JoinedAgents, Option.some(joined)),
        Effect.provideService(GeneratorProbe, coordinatorProbe())
      )
    }).pipe(
      Effect.scoped,
      Effect.provide(Layer.merge(inMemory(server), noThreads)),
      Logger.withMinimumLogLevel(LogLevel.None)
    )
    const fiber = yield* Effect.fork(running)
    while (fiber.unsafePoll() === null) yield* TestClock.adjust("1 second")
    return yield* Fiber.join(fiber)
  })

/** A run; returns the figures of both sides. */
export const runCommand = (
  specs: ReadonlyArray<AgentSpec>,
  texts: Readonly<Record<string, string>>,
  server: Partial<LocalDmsOptions> = {}
) =>
  withAgents(specs, server, () =>
    Effect.gen(function* () {
      const spec = specOnAgents(texts, specs.length)
      const dms = yield* LocalDms
      const generator = yield* prepareLoad(spec)
      const before = yield* dms.stats
      const { summary } = yield* measureGenerator(spec, generator)
      return { summary, before, after: yield* dms.stats }
    })
  )

/** A study. @param meanwhile runs beside it */
export const studyCommand = <A, E>(
  specs: ReadonlyArray<AgentSpec>,
  texts: Readonly<Record<string, string>>,
  study: (measure: MeasureSlice<unknown>) => Effect.Effect<A, E>,
  {
    meanwhile = () => Effect.void,
    server = {}
  }: {
    readonly server?: Partial<LocalDmsOptions>
    readonly meanwhile?: (agents: ReadonlyArray<TestAgent>) => Effect.Effect<void>
  } = {}
) =>
  withAgents(specs, server, (agents) =>
    Effect.gen(function* () {
      const dms = yield* LocalDms
      const before = yield* dms.stats
      const measure = yield* openSession({
        seed: 1,
        specOf: ({ load }, time) => specOfSlice(specOnAgents(texts, specs.length), load, time),
        planned: { seconds: 60, isUpperBound: true },
        progress: { show: () => Effect.void, end: Effect.void },
        begin: Effect.void,
        defect: Effect.never
      })
      yield* Effect.forkScoped(meanwhile(agents))
      const document = yield* Effect.uninterruptible(study(measure))
      return { document, before, after: yield* dms.stats }
    })
  )
