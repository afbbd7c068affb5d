/** `edfi-perf documents` as its users meet it. */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { LocalDms } from "../../src/local-dms/LocalDms.ts"
import { descriptorsDocument, resourcesDocument } from "../schema/dialects.ts"
import { edfiPerf, folder } from "./edfiPerf.ts"

/** The two documents of a DMS as one value of `--spec`. */
const spec = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const parent = yield* folder
  const [resources, descriptors] = [`${parent}/resources.json`, `${parent}/descriptors.json`]
  yield* fs.writeFileString(resources, resourcesDocument("DMS"))
  yield* fs.writeFileString(descriptors, descriptorsDocument("DMS"))
  return `${resources},${descriptors}`
}).pipe(Effect.provide(NodeContext.layer))

const Shown = Schema.Struct({
  step: Schema.String,
  resource: Schema.String,
  document: Schema.Record({ key: Schema.String, value: Schema.Unknown })
})
const decodeLine = Schema.decodeUnknown(Schema.parseJson(Shown))
const decodeArray = Schema.decodeUnknown(Schema.parseJson(Schema.Array(Shown)))

const run = (files: string, ...words: ReadonlyArray<string>) =>
  edfiPerf(["documents", "--spec", files, "--schoolYear", "2026", ...words])

describe("edfi-perf documents", () => {
  it.scopedLive("prints fixtures first, then each record with its parents, one JSON per line", () =>
    Effect.gen(function* () {
      const { err, exitCode, out } = yield* run(
        yield* spec,
        "--resources",
        "ed-fi/studentSchoolAssociations",
        "--count",
        "2"
      )
      assert.strictEqual(exitCode, 0)
      const lines = yield* Effect.forEach(out.split("\n"), (line) => decodeLine(line))
      assert.deepStrictEqual(
        lines.map(({ resource, step }) => `${step} ${resource}`),
        [
          "fixture ed-fi/schools",
          ...Array.from({ length: 2 }, () => [
            "parent ed-fi/students",
            "create ed-fi/studentSchoolAssociations",
            "update ed-fi/studentSchoolAssociations"
          ]).flat()
        ]
      )
      assert.deepStrictEqual(lines[2]?.document["studentReference"], { studentUniqueId: "1-0-0-0" })
      assert.deepStrictEqual(lines[5]?.document["studentReference"], { studentUniqueId: "1-0-0-1" })
      assert.strictEqual(lines[2]?.document["entryDate"], "2025-08-18")
      assert.include(err, "values of descriptors are made up")
    })
  )

  it.scopedLive("prints the documents of all resources as one JSON array, and names those left out", () =>
    Effect.gen(function* () {
      const { err, out } = yield* run(yield* spec, "--output", "json", "--document", "full")
      const all = yield* decodeArray(out)
      assert.strictEqual(all.filter(({ step }) => step === "create").length, 7)
      assert.match(err, /left out ed-fi\/schoolYearTypes: its key has no part that can have any value/)
    })
  )

  it.scopedLive("names the nearest of an unknown resource, and ends with 2", () =>
    Effect.gen(function* () {
      const { err, exitCode, out } = yield* run(yield* spec, "--resources", "studnets,locations")
      assert.deepStrictEqual([exitCode, out], [2, ""])
      assert.include(err, "--resources studnets: is no resource of the API; did you mean students?")
    })
  )

  it.effect("needs key and secret of a server, because descriptors need a login", () =>
    Effect.gen(function* () {
      const { err, exitCode } = yield* edfiPerf(["documents", "-b", "http://localhost:1"])
      assert.strictEqual(exitCode, 2)
      assert.match(err, /--key is missing: set --key or PERF_API_KEY/)
      assert.match(err, /--secret is missing/)
    })
  )

  it.scopedLive("ends with 3 if the server publishes no documents", () =>
    Effect.gen(function* () {
      const dms = yield* LocalDms.serve({ port: 0, key: "key", secret: Redacted.make("secret") })
      const { exitCode } = yield* edfiPerf([
        "documents",
        "-b",
        `${dms.url}/nothing`,
        "-k",
        "key",
        "-s",
        "secret"
      ])
      assert.strictEqual(exitCode, 3)
    })
  )
})
