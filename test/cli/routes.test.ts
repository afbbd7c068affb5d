/** `--route` as its users meet it. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { LocalDms } from "../../src/local-dms/LocalDms.ts"
import { edfiPerf, folder } from "./edfiPerf.ts"
import { routedServer, type RouteStyle } from "./routedServer.ts"

const dms: RouteStyle = { template: "/{tenant}/{schoolYear}", route: "/acme/2026", metadata: "" }
const ods: RouteStyle = {
  template: "/{tenantIdentifier}/{schoolYearFromRoute}",
  route: "/acme/2026",
  metadata: "/acme/2026"
}

/** A routed server, and a command against it. */
const against = (style: RouteStyle) =>
  Effect.gen(function* () {
    const local = yield* LocalDms.serve({ port: 0, key: "key", secret: Redacted.make("secret") })
    const url = yield* routedServer(local.url, style)
    const output = yield* folder
    const login = ["-k", "key", "-s", "secret"]
    const started = (command: string, ...words: ReadonlyArray<string>) =>
      edfiPerf([command, "-b", url, ...words])
    const run = (...words: ReadonlyArray<string>) =>
      started("run", ...login, "-o", output, "-c", "2", "--recordCount", "10", ...words)
    return { login, run, started, stats: local.stats }
  })

describe("--route", () => {
  it.scopedLive.each([
    ["a DMS, whose metadata has no tenant", dms],
    ["an ODS/API of 7.x", ods]
  ] satisfies ReadonlyArray<readonly [string, RouteStyle]>)(
    "fills the places in the addresses of %s",
    ([, style]) =>
      Effect.gen(function* () {
        const { login, run, started, stats } = yield* against(style)
        const { err, exitCode } = yield* run("--resources", "courses", "--route", "acme/2026")
        assert.strictEqual(exitCode, 0, err)
        const { logins, operations } = yield* stats
        assert.deepStrictEqual([logins, operations.create["courses"]], [1, 10])
        const listed = yield* started("resources", "--route", "/acme/2026/")
        assert.deepStrictEqual([listed.exitCode, listed.err], [0, ""])
        const words = ["--resources", "courses", "--route", "acme/2026"]
        const documents = yield* started("documents", ...login, ...words)
        assert.deepStrictEqual([documents.exitCode, documents.err], [0, ""])
      })
  )

  it.scopedLive(
    "is refused with the reason if the server has other places, no such route, or needs one",
    () =>
      Effect.gen(function* () {
        const { run } = yield* against(ods)
        const refused = (...words: ReadonlyArray<string>) =>
          Effect.map(run(...words), ({ err, exitCode }) => {
            assert.strictEqual(exitCode, 2, err)
            return err
          })
        const places = /\{tenantIdentifier\}\/\{schoolYearFromRoute\}/
        assert.match(yield* refused(), /needs --route: its addresses have places for /)
        assert.match(yield* refused(), places)
        assert.match(
          yield* refused("--route", "acme"),
          /does not have the route acme .*another number of places/
        )
        assert.match(yield* refused("--route", "acme"), places)
        assert.match(yield* refused("--route", "acne/2026"), /does not have the route acne\/2026 .*: .*404/)
        assert.match(yield* refused("--route", "acme/../2026"), /--route acme\/\.\.\/2026: accepts a tenant/)
        assert.match(
          yield* refused("--local", "--route", "acme"),
          /--route acme: cannot be combined with --local/
        )
      })
  )

  it.scopedLive("is refused by a server without places, and not needed where all addresses are given", () =>
    Effect.gen(function* () {
      const without = yield* against({ template: "", route: "", metadata: "" })
      const { err, exitCode } = yield* without.run("--route", "acme/2026")
      assert.strictEqual(exitCode, 2)
      assert.match(err, /does not have the route acme\/2026 .*no place for a tenant or a school year/)
      const { run } = yield* against(dms)
      const addresses = ["--apiPrefix", "/acme/2026/data", "--batchPath", "/acme/2026/batch"]
      const full = yield* run(...addresses, "--oauthEndpoint", "/acme/2026/connect/token")
      assert.strictEqual(full.exitCode, 0, full.err)
    })
  )
})
