/** `edfi-perf local-dms` as its users meet it. */
import * as FileSystem from "@effect/platform/FileSystem"
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import type { JsonObject } from "../../src/domain/Json.ts"
import { edfiPerf } from "../cli/edfiPerf.ts"
import { course, descriptor, schoolIn } from "./claims/documents.ts"
import { at, form, jsonOf, send } from "./harness.ts"
import { core, extension, lost } from "./inventedModel.ts"

const ready = /^edfi-perf local-dms listening on (http:\/\/127\.0\.0\.1:\d+)$/

/** A server that runs until the scope closes; `lines` grows. */
const started = (words: ReadonlyArray<string>, variables: Readonly<Record<string, string>> = {}) =>
  Effect.gen(function* () {
    const first = yield* Deferred.make<string>()
    const lines: Array<string> = []
    const command = edfiPerf(["local-dms", "--port", "0", ...words], variables, (line) => {
      lines.push(line)
      Deferred.unsafeDone(first, Effect.succeed(line))
    })
    const server = yield* Effect.forkScoped(command)
    const line = yield* Effect.raceFirst(
      Deferred.await(first),
      Effect.flatMap(Fiber.join(server), ({ err }) => Effect.dieMessage(err))
    )
    return { lines, root: ready.exec(line)?.[1] ?? "" }
  })

/** Logs in and sends an empty batch. */
const sendBatch = (root: string) =>
  Effect.gen(function* () {
    const text = "grant_type=client_credentials&client_id=me&client_secret=mine"
    const token = jsonOf(yield* send("POST", "/connect/token", { root, headers: form, text }))
    const authorization = `Bearer ${String(Object(token)["access_token"])}`
    yield* send("POST", "/batch", { root, headers: { authorization }, text: "[]" })
    return token
  })

/** A folder with some files that lasts until the scope closes. */
const folderOf = (files: Readonly<Record<string, unknown>>) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const folder = yield* fs.makeTempDirectoryScoped()
    for (const [name, content] of Object.entries(files)) {
      yield* fs.writeFileString(`${folder}/${name}`, JSON.stringify(content))
    }
    return folder
  })

const login = { PERF_API_KEY: "me", PERF_API_SECRET: "mine" }

describe("edfi-perf local-dms", () => {
  it.scopedLive("prints its address, takes its flags, and logs a line per batch with --verbose", () =>
    Effect.gen(function* () {
      const faultFlags = ["--fault", "error=1/2", "--fault", "stall=0", "--fault", "freeze=@500"]
      const sizes = ["--freezeFor", "1.5", "--lockFor", "12s", "--leakSize", "64KB"]
      const flags = ["--tokenLifetime", "90s", ...faultFlags, ...sizes, "--verbose"]
      const { lines, root } = yield* started([...flags, "--deny", "students:create", "--seed", "1"], login)
      assert.include(JSON.stringify(yield* sendBatch(root)), '"expires_in":90')
      assert.deepStrictEqual(jsonOf(yield* send("GET", "/_local/faults", { root })), {
        error: { every: 2 },
        stall: { probability: 0 },
        freeze: { at: 500 },
        freezeSeconds: 1.5,
        lockSeconds: 12,
        leakBytes: 64_000,
        stallSeconds: 60,
        on: "batch"
      })
      assert.match(lines[1] ?? "", /^batch 200: no operations in \d+ ms$/)
    }).pipe(Effect.provide(NodeHttpClient.layerUndici))
  )

  it.scopedLive("logs no batches by default", () =>
    Effect.gen(function* () {
      const { lines, root } = yield* started([], login)
      yield* sendBatch(root)
      assert.strictEqual(lines.length, 1)
    }).pipe(Effect.provide(NodeHttpClient.layerUndici))
  )

  it.scopedLive("ends with 2 for a port in use, and names the flag", () =>
    Effect.gen(function* () {
      const { port } = new URL((yield* started([])).root)
      const { err, exitCode } = yield* edfiPerf(["local-dms", "--port", port])
      assert.strictEqual(exitCode, 2)
      assert.include(err, `--port ${port}: listen EADDRINUSE`)
    })
  )

  it.effect.each([
    ["--port", "http"],
    ["--port", "65536"],
    ["--population", "1000001"],
    ["--descriptors", "all"],
    ["--batchMaxOperations", "0"],
    ["--tokenLifetime", "10ms"],
    ["--rateLimit", "-1"],
    ["--latency", "fast"],
    ["--concurrency", "0"],
    ["--concurrency", "many"],
    ["--contention", "1.1"],
    ["--coherency", "-0.1"],
    ["--stuckAbove", "0"],
    ["--poolSize", "0"],
    ["--poolTimeout", "soon"],
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
    ["--lockFor", "long"],
    ["--leakSize", "0"],
    ["--leakSize", "2GB"],
    ["--dialect", "french"],
    ["--claimSet", "vendor"],
    ["--relationships", "some"],
    ["--educationOrganizationIds", "Grand Bend"]
  ] as const)("ends with 2 for %s %s, before it starts", ([flag, value]) =>
    Effect.gen(function* () {
      const { err, exitCode } = yield* edfiPerf(["local-dms", flag, value])
      assert.strictEqual(exitCode, 2)
      assert.include(err, `edfi-perf: 1 wrong setting, the server was not started:\n  ${flag} ${value}: `)
    })
  )

  it.scopedLive("serves the ApiSchema files of a folder, whose endpoints --deny accepts", () =>
    Effect.gen(function* () {
      const folder = yield* folderOf({ "core.json": core, "club.json": extension, "notes.txt": "" })
      const words = ["--apiSchema", folder, "--deny", "gardeners:create"]
      const { root } = yield* started(words, login)
      const dataModels = at(jsonOf(yield* send("GET", "/", { root })), "dataModels")
      assert.deepStrictEqual(at(dataModels, 1, "name"), "Garden-Club")
      const { err, exitCode } = yield* edfiPerf(["local-dms", ...words, "--deny", "students:create"])
      assert.strictEqual(exitCode, 2)
      assert.include(err, "students:create cannot be read; accepts endpoint:action")
    }).pipe(Effect.provide(Layer.merge(NodeHttpClient.layerUndici, NodeContext.layer)))
  )

  it.scopedLive("ends with 2 for a folder that is no data model, and names the file and the place", () =>
    Effect.gen(function* () {
      const folder = yield* folderOf({ "core.json": core, "lost.json": lost })
      const { err, exitCode } = yield* edfiPerf(["local-dms", "--apiSchema", folder])
      assert.strictEqual(exitCode, 2)
      assert.strictEqual(
        err,
        "edfi-perf: 1 wrong setting, the server was not started:\n" +
          `  --apiSchema ${folder}: ${folder}/lost.json: gardeners $.farmReference refers to Farm, which no file has`
      )
    }).pipe(Effect.provide(NodeContext.layer))
  )

  it.effect("ends with 2 and all problems at once", () =>
    Effect.gen(function* () {
      const { err } = yield* edfiPerf(["local-dms", "--port", "x", "--verbos", "--fault", "a=1,error=1/2"])
      assert.match(
        err,
        /^edfi-perf: 3 wrong settings, the server was not started:\n {2}--verbos: is not a flag/
      )
      assert.include(err, "did you mean --verbose?")
      assert.include(err, "--port x: accepts a whole number from 0 to 65535")
      assert.include(err, "a=1 cannot be read; accepts NAME=0.01")
    })
  )

  it.effect.each([
    ["--contention 0.1", ["--contention 0.1: needs --latency"]],
    ["--coherency 0.01", ["--coherency 0.01: needs --latency"]],
    ["--stuckAbove 9", ["--stuckAbove 9: needs --latency", "--stuckAbove 9: needs --concurrency"]],
    ["--poolTimeout 15s", ["--poolTimeout 15s: needs --poolSize"]],
    ["--relationships true", ["--relationships true: needs --claimSet sandbox"]],
    ["--educationOrganizationIds 7", ["--educationOrganizationIds 7: needs --claimSet sandbox"]],
    ["--namespacePrefixes uri://x", ["--namespacePrefixes uri://x: needs --claimSet sandbox"]],
    ["--poolTimeout 15s --poolSize 4 --concurrency 4", ["--poolTimeout 15s: cannot pass"]],
    ["--population 10 --descriptors none", ["--population 10: needs --descriptors seeded"]],
    ["--population 10 --apiSchema x", ["--population 10: cannot be combined with --apiSchema"]]
  ] as const)("ends with 2 for flags that have no effect: %s", ([words, problems]) =>
    Effect.gen(function* () {
      const { err, exitCode } = yield* edfiPerf(["local-dms", ...words.split(" ")])
      assert.strictEqual(exitCode, 2)
      for (const problem of problems) assert.include(err, problem)
    })
  )

  it.scopedLive("slows down, and reports its load", () =>
    Effect.gen(function* () {
      const slow = ["--latency", "lognormal:1ms,0.4", "--contention", "0.05", "--coherency", "0.01"]
      const limits = ["--concurrency", "4", "--stuckAbove", "20", "--poolSize", "2", "--poolTimeout", "15s"]
      const { root } = yield* started([...slow, ...limits], login)
      yield* sendBatch(root)
      const stats = jsonOf(yield* send("GET", "/_local/stats", { root }))
      assert.deepStrictEqual(at(stats, "now"), { underWay: 0, waiting: 0, stuck: false })
      assert.strictEqual(at(stats, "poolTimeouts"), 0)
      assert.strictEqual(at(stats, "batches", "committed"), 1)
    }).pipe(Effect.provide(NodeHttpClient.layerUndici))
  )

  it.scopedLive("takes a claim set, and what the client has", () =>
    Effect.gen(function* () {
      const claims = ["--claimSet", "sandbox", "--relationships", "true"]
      const client = ["--educationOrganizationIds", "7,8", "--namespacePrefixes", "uri://mine.org,uri://b"]
      const { root } = yield* started([...claims, ...client])
      const text = "grant_type=client_credentials&client_id=local&client_secret=local-secret"
      const token = at(
        jsonOf(yield* send("POST", "/connect/token", { root, headers: form, text })),
        "access_token"
      )
      const headers = { authorization: `Bearer ${String(token)}` }
      const statusOf = (endpoint: string, json: JsonObject) =>
        Effect.map(send("POST", `/data/ed-fi/${endpoint}`, { root, headers, json }), ({ status }) => status)
      assert.deepStrictEqual(
        [
          yield* statusOf("schools", schoolIn(7)),
          yield* statusOf("courses", course(7)),
          yield* statusOf("courses", course(255901)),
          yield* statusOf("termDescriptors", descriptor("A", "uri://b")),
          yield* statusOf("termDescriptors", descriptor("A", "uri://ed-fi.org"))
        ],
        [201, 201, 403, 201, 403]
      )
    }).pipe(Effect.provide(NodeHttpClient.layerUndici))
  )

  const secret = "a-secret-nobody-may-see"

  it.effect("ends with 3 for a database that cannot be reached, without its password", () =>
    Effect.gen(function* () {
      const url = `postgres://me:${secret}@127.0.0.1:1/edfi`
      for (const { err, exitCode } of [
        yield* edfiPerf(["local-dms", "--port", "0"], { PERF_LOCAL_DMS_STORE: url }),
        yield* edfiPerf(["local-dms", "--port", "0", "--store", url], { PERF_LOCAL_DMS_STORE: "memory" })
      ]) {
        assert.strictEqual(exitCode, 3)
        assert.strictEqual(
          err,
          "edfi-perf: PostgreSQL at 127.0.0.1:1/edfi cannot be used: connect ECONNREFUSED 127.0.0.1:1"
        )
      }
    })
  )

  it.effect.each([
    "tape",
    "mysql://me:SECRET@127.0.0.1/edfi",
    "me:SECRET@127.0.0.1",
    "postgres://me:SECRET@:x:/"
  ])("ends with 2 for the store %s, and does not show it", (url) =>
    Effect.gen(function* () {
      const { err, exitCode } = yield* edfiPerf(["local-dms", "--store", url.replace("SECRET", secret)])
      assert.strictEqual(exitCode, 2)
      assert.include(err, "--store <redacted>: accepts memory or postgres://")
      assert.notInclude(err, secret)
    })
  )
})
