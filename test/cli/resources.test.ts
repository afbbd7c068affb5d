/** `edfi-perf resources` as its users meet it. */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { dialectNames } from "../../src/local-dms/Dialect.ts"
import { LocalDms } from "../../src/local-dms/LocalDms.ts"
import { DescribedApi } from "../../src/schema/describeApi.ts"
import { listening } from "../listening.ts"
import { descriptorsDocument, resourcesDocument } from "../schema/dialects.ts"
import { edfiPerf, folder } from "./edfiPerf.ts"

/** The two documents of a DMS as files. */
const files = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const parent = yield* folder
  const [resources, descriptors] = [`${parent}/resources.json`, `${parent}/descriptors.json`]
  yield* fs.writeFileString(resources, resourcesDocument("DMS"))
  yield* fs.writeFileString(descriptors, descriptorsDocument("DMS"))
  return { resources, descriptors, parent }
}).pipe(Effect.provide(NodeContext.layer))

const decode = Schema.decodeUnknown(Schema.parseJson(DescribedApi))

describe("edfi-perf resources", () => {
  it.scopedLive("lists what can be tested, and the reason for the others", () =>
    Effect.gen(function* () {
      const { descriptors, resources } = yield* files
      const { err, exitCode, out } = yield* edfiPerf([
        "resources",
        "--spec",
        resources,
        "--spec",
        descriptors
      ])
      assert.deepStrictEqual([exitCode, err], [0, ""])
      const lines = out.split("\n")
      assert.match(lines[0] ?? "", /^7 of 8 resources can be tested, 3 descriptors:/)
      const at = lines.findIndex((line) => line === "ed-fi/studentSchoolAssociations")
      assert.deepStrictEqual(
        lines.slice(at + 1, at + 3).map((line) => line.trim().split(/ {2,}/)),
        [
          ["entryDate, schoolId,", "schools, students*", "primarySchool"],
          ["studentUniqueId", "(boolean), key"]
        ]
      )
      assert.isAtMost(Math.max(...lines.map(({ length }) => length)), 110)
      assert.match(out, /Cannot be tested\n {2}ed-fi\/schoolYearTypes: its key has no part/)
    })
  )

  it.scopedLive("prints the same as JSON", () =>
    Effect.gen(function* () {
      const { descriptors, resources } = yield* files
      const { out } = yield* edfiPerf(["resources", "--json", "--spec", `${resources},${descriptors}`])
      const api = yield* decode(out)
      assert.deepStrictEqual(api.sources, [resources, descriptors])
      assert.deepInclude(api.resources[4], {
        path: "ed-fi/studentSchoolAssociations",
        newPerRecord: ["ed-fi/students", "ed-fi/studentSchoolAssociations"],
        shared: ["ed-fi/localEducationAgencies", "ed-fi/schools"],
        found: ["ed-fi/localEducationAgencies"],
        hasKeyCascade: true
      })
    })
  )

  it.scopedLive("names a file that cannot be used, and ends with 2", () =>
    Effect.gen(function* () {
      const { parent, resources } = yield* files
      const alone = yield* edfiPerf(["resources", "--spec", resources])
      assert.deepInclude(alone, { exitCode: 2, out: "" })
      assert.include(alone.err, `${resources}: no descriptors found`)
      const missing = yield* edfiPerf(["resources", "--spec", `${parent}/none.json`])
      assert.strictEqual(missing.exitCode, 2)
      assert.include(missing.err, `${parent}/none.json: there is no such file`)
      assert.strictEqual((yield* edfiPerf(["resources", "--spec", parent])).exitCode, 2)
    })
  )

  it.effect("needs a server or files, not both", () =>
    Effect.gen(function* () {
      const neither = yield* edfiPerf(["resources"])
      assert.strictEqual(neither.exitCode, 2)
      assert.match(neither.err, /--baseUrl is missing: .*--spec/)
      const both = yield* edfiPerf(["resources", "--spec", "a.json", "-b", "http://localhost:1"])
      assert.match(both.err, /--baseUrl: cannot be combined with --spec/)
    })
  )

  it.scopedLive("reads files although a variable names a server", () =>
    Effect.gen(function* () {
      const { descriptors, resources } = yield* files
      const words = ["resources", "--spec", resources, "--spec", descriptors]
      const { exitCode } = yield* edfiPerf(words, { PERF_API_BASEURL: "http://127.0.0.1:1" })
      assert.strictEqual(exitCode, 0)
    })
  )

  it.scopedLive.each(dialectNames)("reads what the local DMS publishes as %s", (dialect) =>
    Effect.gen(function* () {
      const dms = yield* LocalDms.serve({ port: 0, dialect })
      const { err, exitCode, out } = yield* edfiPerf(["resources", "--baseUrl", dms.url])
      assert.deepStrictEqual([exitCode, err], [0, ""])
      assert.match(out, /^152 of 153 resources can be tested, 229 descriptors:/)
    })
  )

  it.scopedLive("ends with 3 if the server publishes no documents", () =>
    Effect.gen(function* () {
      const url = yield* listening(({ headers, url }, response) => {
        if (url !== "/") return response.writeHead(404).end()
        const openApiMetadata = `http://${headers.host}/metadata/specifications`
        return response.end(JSON.stringify({ urls: { openApiMetadata } }))
      })
      const { err, exitCode } = yield* edfiPerf(["resources", "--baseUrl", url])
      assert.strictEqual(exitCode, 3)
      assert.match(err, /\/metadata\/specifications: it returned 404; --spec/)
    })
  )
})
