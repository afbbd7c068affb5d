/** `edfi-perf local-dms` as a command line sees it. */
import { afterEach, assert, describe, it, vi } from "@effect/vitest"
import * as Command from "@effect/cli/Command"
import * as HelpDoc from "@effect/cli/HelpDoc"
import * as ValidationError from "@effect/cli/ValidationError"
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import { localDmsCommand } from "../../src/cli/localDms.ts"
import { form, jsonOf, send } from "./harness.ts"

const run = (...words: ReadonlyArray<string>) =>
  Command.run(localDmsCommand, { name: "edfi-perf", version: "0" })(["node", "edfi-perf", ...words])

const services = Layer.merge(NodeContext.layer, NodeHttpClient.layerUndici)

/** What the command writes with `Console.log`. */
const captureLines = Effect.sync(() => {
  const lines: Array<string> = []
  vi.spyOn(console, "log").mockImplementation((line) => void lines.push(String(line)))
  return lines
})

const ready = /^edfi-perf local-dms listening on (http:\/\/127\.0\.0\.1:\d+)$/

describe("local-dms command", () => {
  afterEach(() => vi.restoreAllMocks())

  it.scopedLive("says where it listens, takes its flags, and logs one line per batch", () =>
    Effect.gen(function* () {
      const lines = yield* captureLines
      const faultFlags = ["--fault", "error=1/2", "--fault", "stall=0", "--fault", "freeze=@500"]
      const flags = ["--port", "0", "--tokenLifetime", "90s", ...faultFlags, "--freezeFor", "1500ms"]
      const server = yield* Effect.fork(run(...flags, "--deny", "students:create", "--seed", "1"))
      yield* Effect.repeat(Effect.yieldNow(), {
        until: () => lines.length > 0 || server.unsafePoll() !== null
      })
      const root = ready.exec(lines[0] ?? "")?.[1] ?? ""
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
      assert.match(lines[1] ?? "", /^batch 200: no operations in \d+ ms$/)
      yield* Fiber.interrupt(server)
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

  it.scopedLive("a port in use is an error that names the flag", () =>
    Effect.gen(function* () {
      const lines = yield* captureLines
      const server = yield* Effect.fork(run("--port", "0"))
      yield* Effect.repeat(Effect.yieldNow(), {
        until: () => lines.length > 0 || server.unsafePoll() !== null
      })
      const port = new URL(ready.exec(lines[0] ?? "")?.[1] ?? "http://none").port
      const failure = yield* Effect.flip(run("--port", port))
      assert.include("message" in failure ? failure.message : "", `--port ${port}: listen EADDRINUSE`)
      yield* Fiber.interrupt(server)
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
  ] as const)("%s %s is refused by name", ([flag, value]) =>
    Effect.gen(function* () {
      vi.spyOn(console, "error").mockImplementation(() => undefined)
      const failure = yield* Effect.flip(run(flag, value))
      assert.isTrue(ValidationError.isValidationError(failure))
      const told = ValidationError.isValidationError(failure) ? HelpDoc.toAnsiText(failure.error) : ""
      assert.include(told, flag)
      assert.include(told, value)
    }).pipe(Effect.provide(services))
  )
})
