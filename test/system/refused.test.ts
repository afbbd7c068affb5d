/** The compiled command against servers that refuse a scenario from the start. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { execFile } from "node:child_process"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { LocalDms, type LocalDmsOptions } from "../../src/local-dms/LocalDms.ts"
import { SummaryJson } from "../../src/result/Summary.ts"
import { VersusJson } from "../../src/result/Versus.ts"
import { folder, read } from "../cli/edfiPerf.ts"

const root = fileURLToPath(new URL("../..", import.meta.url))
const secret = "a-secret-nobody-may-see"

const commandAgainst = (server: Partial<LocalDmsOptions>, words: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const dms = yield* LocalDms.serve({ port: 0, key: "key", secret: Redacted.make(secret), ...server })
    const output = yield* folder
    const env = {
      PATH: process.env["PATH"] ?? "",
      PERF_API_BASEURL: dms.url,
      PERF_API_KEY: "key",
      PERF_API_SECRET: secret
    }
    const { exitCode, out } = yield* Effect.async<{ readonly exitCode: number | null; readonly out: string }>(
      (resume) => {
        const child = execFile(
          process.execPath,
          [join(root, "dist/bin.js"), ...words, "--output", output],
          { env },
          (_, out) => resume(Effect.succeed({ exitCode: child.exitCode, out }))
        )
      }
    )
    return { exitCode, out, output }
  })

const noUpdates = { deny: [{ endpoint: "students", action: "update" }] } as const

describe("a server that refuses a scenario from the start", () => {
  it.scopedLive.each([
    ["one thread", ["--clientCount", "3"]],
    ["threads with one user each", ["--clientCount", "4", "--workers", "4"]],
    ["threads in the open model", ["--arrivalRate", "60", "--workers", "2"]]
  ] as const)("ends a run of %s with 3 and the same message", ([, words]) =>
    Effect.gen(function* () {
      const { exitCode, out, output } = yield* commandAgainst(noUpdates, ["run", ...words])
      assert.strictEqual(exitCode, 3, out)
      assert.match(
        out,
        /StudentBatchVolumeTest was refused from the start: in each of the first 10 of \d+ iterations, update students was rejected with 403 /
      )
      const summary = yield* Effect.flatMap(read(output, "summary.json"), Schema.decode(SummaryJson))
      assert.deepInclude(summary.refused, { op: "update", resource: "students", status: 403 })
      assert.include(yield* read(output, "report.html"), "was refused from the start")
    })
  )

  it.scopedLive("ends a study with 3, and names the size that fits", () =>
    Effect.gen(function* () {
      const words = ["versus", "--slices", "1", "--sliceTime", "3s", "--warmUp", "0"]
      const { exitCode, out, output } = yield* commandAgainst({ batchMaxOperations: 20 }, words)
      assert.strictEqual(exitCode, 3, out)
      assert.include(out, "Use --batchTripleCount 6, which is 18 operations")
      const versus = yield* Effect.flatMap(read(output, "versus.json"), Schema.decode(VersusJson))
      assert.strictEqual(versus.endedBy, "refused")
      assert.isAbove(versus.single.operations.succeeded, 0)
    })
  )
})
