/** The settings of agents: what they require of each other, and what they refuse. */
import { assert, describe, it } from "@effect/vitest"
import * as Either from "effect/Either"
import { scenarios } from "../../src/scenarios/index.ts"
import { decodeAgentConfig } from "../../src/settings/AgentConfig.ts"
import { decodePlanConfig } from "../../src/settings/PlanConfig.ts"
import { decodeRunConfig } from "../../src/settings/RunConfig.ts"

const flags = (texts: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(texts).map(([name, value]) => [name, { value, from: "flag" as const }]))

const runOf = (texts: Readonly<Record<string, string>>) =>
  decodeRunConfig(flags({ local: "true", ...texts }), { scenarios }, 1)

const problemsOf = (texts: Readonly<Record<string, string>>): ReadonlyArray<string> =>
  Either.match(runOf(texts), {
    onLeft: ({ problems }) => problems.map(({ accepted, given }) => `${given} ${accepted}`),
    onRight: () => []
  })

const agents = { agents: "3", joinTokenFile: "token" }

describe("the settings of agents", () => {
  it("have an address of this machine, two minutes and an end with a lost agent as defaults", () => {
    assert.deepStrictEqual(Either.getOrThrow(runOf(agents)).spec.agents, {
      count: 3,
      listen: { host: "127.0.0.1", port: 7077 },
      withinMillis: 120_000,
      onLost: "stop",
      joinTokenFile: "token",
      tls: undefined
    })
    assert.isUndefined(Either.getOrThrow(runOf({})).spec.agents)
  })

  it("accept an address of IPv6 and a certificate with its key", () => {
    const files = { agentsCert: "a.crt", agentsKey: "a.key", agentsClientCa: "ca.crt" }
    const { spec } = Either.getOrThrow(runOf({ ...agents, ...files, agentsListen: "[::]:0" }))
    assert.deepStrictEqual(spec.agents?.listen, { host: "::", port: 0 })
    assert.deepStrictEqual(spec.agents?.tls, {
      certFile: "a.crt",
      keyFile: "a.key",
      clientCaFile: "ca.crt"
    })
  })

  it.each([
    ["no join token", { agents: "3" }, /^--agents requires --joinTokenFile/],
    ["an open port without TLS", { ...agents, agentsListen: "0.0.0.0:7077" }, /--agentsInsecure$/],
    ["a certificate without its key", { ...agents, agentsCert: "a.crt" }, /requires --agentsKey/],
    [
      "a CA without a certificate",
      { ...agents, agentsClientCa: "a" },
      /requires --agentsCert and --agentsKey/
    ],
    ["workers of this machine", { ...agents, workers: "2" }, /cannot be combined with --agents/],
    ["debug mode", { ...agents, runInDebugMode: "true" }, /cannot be combined with --runInDebugMode/],
    ["a flag without --agents", { onAgentLost: "continue" }, /^--onAgentLost requires --agents/],
    ["an address without a port", { ...agents, agentsListen: "localhost" }, /accepts HOST:PORT/]
  ])("refuse %s", (_, texts, expected) => {
    const problems = problemsOf(texts)
    assert.strictEqual(problems.length, 1, problems.join("\n"))
    assert.match(problems[0] ?? "", expected)
  })

  it("accept an open port without TLS when that is said", () => {
    assert.deepStrictEqual(
      problemsOf({ ...agents, agentsListen: "0.0.0.0:7077", agentsInsecure: "true" }),
      []
    )
  })

  it("of a plan are for all its phases; one that a single user carries out ignores them", () => {
    const { agents: chosen, shared } = Either.getOrThrow(
      decodePlanConfig(flags({ local: "true", ...agents }), ["quick"])
    )
    assert.strictEqual(chosen?.count, 3)
    const onePass = decodeRunConfig(
      { ...shared, ...flags({ testType: "PIPECLEAN" }) },
      {
        scenarios,
        isPartial: true
      },
      1
    )
    assert.isUndefined(Either.getOrThrow(onePass).spec.agents)
  })
})

describe("the settings of an agent", () => {
  const agentOf = (texts: Readonly<Record<string, string>>) => decodeAgentConfig(flags(texts))

  it("are an address and a join token; its name is that of the machine", () => {
    const config = Either.getOrThrow(agentOf({ join: "wss://perf.example.org:7077", joinTokenFile: "token" }))
    assert.strictEqual(config.workers, "auto")
    assert.isFalse(config.once)
    assert.match(config.name, /^[\w.-]{1,64}$/)
  })

  it.each([
    ["no address", { joinTokenFile: "token" }],
    ["no token", { join: "ws://127.0.0.1:7077" }],
    ["an http address", { join: "http://127.0.0.1:7077", joinTokenFile: "token" }],
    ["an address with a path", { join: "ws://127.0.0.1:7077/x", joinTokenFile: "token" }],
    ["a name with blanks", { join: "ws://127.0.0.1:7077", joinTokenFile: "token", name: "lab 1" }],
    ["a certificate without its key", { join: "ws://127.0.0.1:7077", joinTokenFile: "token", cert: "a" }]
  ])("refuse %s", (_, texts) => {
    assert.isTrue(Either.isLeft(agentOf(texts)))
  })
})
