/** The command `edfi-perf local-dms`. */
import { afterEach, assert, describe, it, vi } from "@effect/vitest"
import * as Command from "@effect/cli/Command"
import * as HelpDoc from "@effect/cli/HelpDoc"
import * as ValidationError from "@effect/cli/ValidationError"
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import { localDmsCommand } from "../../src/cli/localDms.ts"
import { form, jsonOf, send } from "./harness.ts"

const run = (...words: ReadonlyArray<string>) =>
  Command.run(localDmsCommand, { name: "edfi-perf", version: "0" })(["node", "edfi-perf", ...words])

const services = Layer.merge(NodeContext.layer, NodeHttpClient.layerUndici)

/** Starts the command; its URL and the lines that it prints after the first one. */
const start = (...words: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const lines: Array<string> = []
    const ready = yield* Deferred.make<string>()
    vi.spyOn(console, "log").mockImplementation((line) => {
      const url = /^edfi-perf local-dms listening on (http:\/\/127\.0\.0\.1:\d+)$/.exec(String(line))?.[1]
      if (url === undefined) lines.push(String(line))
      else Deferred.unsafeDone(ready, Effect.succeed(url))
    })
    const server = yield* Effect.forkScoped(run(...words))
    const root = yield* Effect.raceFirst(
      Deferred.await(ready),
      Effect.zipRight(Fiber.join(server), Effect.dieMessage("the command ended"))
    )
    return { root, lines }
  })

describe("local-dms command", () => {
  afterEach(() => vi.restoreAllMocks())

  it.scopedLive("prints its URL, applies its flags, and logs a line per batch", () =>
    Effect.gen(function* () {
      const faultFlags = ["--fault", "error=1/2", "--fault", "stall=0", "--fault", "freeze=@500"]
      const flags = ["--port", "0", "--tokenLifetime", "90s", ...faultFlags, "--freezeFor", "1.5"]
      const { lines, root } = yield* start(...flags, "--deny", "students:create", "--seed", "1")
      const login = yield* send("POST", "/connect/token", {
        root,
        headers: form,
        text: "grant_type=client_credentials&client_id=me&client_secret=mine"
      })
      const token = jsonOf(login)
      assert.include(JSON.stringify(token), '"expires_in":90')
      const faults = jsonOf(yield* send("GET", "/_local/faults", { root }))
      assert.deepStrictEqual(faults, {
        error: { every: 2 },
        stall: { probability: 0 },
        freeze: { at: 500 },
        freezeSeconds: 1.5,
        stallSeconds: 60,
        on: "batch"
      })
      const access = String(Object(token)["access_token"])
      yield* send("POST", "/batch", { root, headers: { authorization: `Bearer ${access}` }, text: "[]" })
      assert.match(lines[0] ?? "", /^batch 200: no operations in \d+ ms$/)
    }).pipe(
      Effect.withConfigProvider(
        ConfigProvider.fromMap(
          new Map([
            ["PERF_API_KEY", "me"],
            ["PERF_API_SECRET", "mine"]
          ])
        )
      ),
      Effect.provide(services)
    )
  )

  it.scopedLive("reports a port in use with the flag", () =>
    Effect.gen(function* () {
      const { root } = yield* start("--port", "0")
      const { port } = new URL(root)
      const failure = yield* Effect.flip(run("--port", port))
      assert.include("message" in failure ? failure.message : "", `--port ${port}: listen EADDRINUSE`)
    }).pipe(Effect.provide(services))
  )

  it.effect.each([
    ["--port", "http"],
    ["--port", "65536"],
    ["--batchMaxOperations", "0"],
    ["--tokenLifetime", "10ms"],
    ["--rateLimit", "-1"],
    ["--latency", "fast"],
    ["--concurrency", "0"],
    ["--concurrency", "many"],
    ["--seed", "x"],
    ["--deny", "students"],
    ["--deny", "unicorns:create"],
    ["--fault", "unicorn=1"],
    ["--fault", "error=2"],
    ["--fault", "error=1/0"],
    ["--fault", "error=1/2.5"],
    ["--fault", "error=@0"],
    ["--fault", "error=@"],
    ["--freezeFor", "soon"],
    ["--stallFor", "long"],
    ["--dialect", "french"],
    ["--store", "tape"]
  ] as const)("refuses %s %s, with flag and value in the message", ([flag, value]) =>
    Effect.gen(function* () {
      vi.spyOn(console, "error").mockImplementation(() => undefined)
      const failure = yield* Effect.flip(run(flag, value))
      assert.isTrue(ValidationError.isValidationError(failure))
      const message = ValidationError.isValidationError(failure) ? HelpDoc.toAnsiText(failure.error) : ""
      assert.include(message, flag)
      assert.include(message, value)
    }).pipe(Effect.provide(services))
  )
})
