/** A server with an extension that was invented for this test: nothing of ours knows its resources. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { DataModel } from "../../src/local-dms/DataModel.ts"
import { LocalDms, type LocalDmsOptions } from "../../src/local-dms/LocalDms.ts"
import { SummaryJson } from "../../src/result/Summary.ts"
import { edfiPerf, folder, read } from "../cli/edfiPerf.ts"
import { withClubs } from "../local-dms/inventedExtension.ts"

const resources = "club-house/clubs,club-house/studentClubAssociations"

/** Runs against the server; returns its counts too. */
const runWith = (server: Partial<LocalDmsOptions>, ...words: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const dms = yield* Effect.provideService(
      LocalDms.serve({ port: 0, key: "key", secret: Redacted.make("secret"), ...server }),
      DataModel,
      withClubs
    )
    const output = yield* folder
    const target = ["-b", dms.url, "-k", "key", "-s", "secret", "-o", output, "--seed", "7"]
    const { err, exitCode, out } = yield* edfiPerf(["run", ...target, "--resources", resources, ...words])
    const summary = yield* Effect.flatMap(read(output, "summary.json"), Schema.decode(SummaryJson))
    return { err, exitCode, out, summary, after: yield* dms.stats }
  })

describe("an invented extension", () => {
  it.scopedLive("is sent in batches, each record with a new student or club", () =>
    Effect.gen(function* () {
      const { after, err, exitCode, summary } = yield* runWith({}, "--recordCount", "40", "-c", "2")
      assert.strictEqual(exitCode, 0, err)
      assert.strictEqual(summary.requests.failed, 0)
      const { update } = after.operations
      const updated = (update["club-house/clubs"] ?? 0) + (update["club-house/studentClubAssociations"] ?? 0)
      assert.strictEqual(updated, 40)
      assert.deepStrictEqual([after.membersPruned, after.upsertsOnCreate], [0, {}])
    })
  )

  it.scopedLive.each(["batch", "main", "ods"] as const)("passes PIPECLEAN in the dialect %s", (dialect) =>
    Effect.gen(function* () {
      const full = ["--testType", "PIPECLEAN", "--document", "full"]
      const { err, exitCode, summary } = yield* runWith({ dialect }, ...full)
      assert.strictEqual(exitCode, 0, err)
      assert.deepStrictEqual(
        summary.pipeclean?.map(({ resource, verdict }) => [resource, verdict]),
        [
          ["club-house/clubs", "passed"],
          ["club-house/studentClubAssociations", "passed"]
        ]
      )
    })
  )
})
