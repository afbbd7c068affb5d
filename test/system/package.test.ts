/** The packed package, installed in a folder of another project. */
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { execFile } from "node:child_process"
import { once } from "node:events"
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"

const root = fileURLToPath(new URL("../..", import.meta.url))
const folder = mkdtempSync(join(tmpdir(), "edfi-perf-package-"))
/** The other project. */
const project = join(folder, "project")
const installed = join(project, "node_modules/edfi-perf")
const ours = JSON.parse(readFileSync(join(root, "package.json"), "utf8"))
const ownVersions: Readonly<Record<string, string>> = { ...ours.dependencies, ...ours.devDependencies }

interface Output {
  readonly stdout: string
  readonly stderr: string
}

/** Without the variables that npm sets for its scripts. */
const variables = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(?:npm_|PERF_|NODE_OPTIONS)/i.test(name))
)

const execute = (
  program: string,
  words: ReadonlyArray<string>,
  cwd: string,
  more: Readonly<Record<string, string>> = {}
): Promise<Output> =>
  promisify(execFile)(program, [...words], { cwd, env: { ...variables, ...more }, maxBuffer: 1e8 })

const npm = (words: ReadonlyArray<string>, cwd: string) => execute("npm", words, cwd)
const node = (words: ReadonlyArray<string>, cwd: string, more?: Readonly<Record<string, string>>) =>
  execute(process.execPath, words, cwd, more)

const writeJson = (path: string, value: unknown) => writeFileSync(path, JSON.stringify(value))

const filesBelow = (path: string): ReadonlyArray<string> =>
  readdirSync(path, { recursive: true, encoding: "utf8" })

/** A port of this machine that nothing listens on. */
const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, "127.0.0.1")
  await once(server, "listening")
  const address = server.address()
  server.close()
  return typeof address === "object" && address !== null ? address.port : 0
}

/** Bytes of the tarball. */
let packedBytes = Number.POSITIVE_INFINITY

beforeAll(async () => {
  const { stdout } = await npm(["pack", "--ignore-scripts", "--json", "--pack-destination", folder], root)
  const [packed] = JSON.parse(stdout)
  packedBytes = packed.size
  mkdirSync(project)
  writeJson(join(project, "package.json"), {
    name: "project",
    private: true,
    type: "module",
    dependencies: {
      "edfi-perf": `file:../${packed.filename}`,
      "@effect/platform": ownVersions["@effect/platform"],
      "@effect/platform-node": ownVersions["@effect/platform-node"],
      "@types/node": ownVersions["@types/node"],
      // The declarations of @effect/platform-node import it.
      "@types/ws": "8",
      effect: ownVersions["effect"]
    }
  })
  await npm(["install", "--no-audit", "--no-fund", "--prefer-offline"], project)
}, 300_000)

afterAll(() => rmSync(folder, { recursive: true }))

describe("the packed package", () => {
  it("is smaller than 3.5 MB", () => {
    assert.isBelow(packedBytes, 3.5e6)
  })

  it("has source maps, without sources", () => {
    const maps = filesBelow(join(installed, "dist")).filter((name) => name.endsWith(".map"))
    assert.isAbove(maps.length, 10)
    for (const name of maps) {
      assert.isUndefined(JSON.parse(readFileSync(join(installed, "dist", name), "utf8")).sourcesContent, name)
    }
  })

  it("has the licences of all packages that its command contains", () => {
    const licences = readFileSync(join(installed, "dist/bundle/LICENSES.txt"), "utf8")
    for (const name of [
      "effect",
      "@effect/platform",
      "undici",
      "pg",
      "pgpass",
      "ws",
      "dotenv",
      "csv-parse"
    ]) {
      assert.match(licences, new RegExp(`^${name}\n\n[^]{0,300}copyright`, "im"))
    }
  })

  it("runs nothing when it is installed", () => {
    const { scripts } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"))
    assert.notProperty(scripts, "preinstall")
    assert.notProperty(scripts, "install")
    assert.notProperty(scripts, "postinstall")
  })

  it("shares one copy of effect with the project", () => {
    const copies = filesBelow(join(project, "node_modules")).filter((name) =>
      /(?:^|node_modules\/)effect\/package\.json$/.test(name)
    )
    assert.deepStrictEqual(copies, ["effect/package.json"])
  })

  it("starts with npx", async () => {
    const { stdout } = await execute("npx", ["edfi-perf", "--version"], project)
    assert.strictEqual(stdout, `${ours.version}\n`)
  })
})

describe("the library of the packed package", () => {
  it("compiles the examples with all declarations checked, and runs that of the README", async () => {
    cpSync(join(root, "docs/examples"), join(project, "examples"), { recursive: true })
    writeJson(join(project, "tsconfig.json"), {
      compilerOptions: {
        strict: true,
        exactOptionalPropertyTypes: true,
        target: "ES2022",
        // The declarations of @effect/platform name types of the DOM.
        lib: ["ES2023", "DOM"],
        module: "NodeNext",
        types: ["node"],
        skipLibCheck: false,
        rewriteRelativeImportExtensions: true,
        outDir: "compiled"
      },
      include: ["examples"]
    })
    await node([join(root, "node_modules/typescript/lib/tsc.js")], project).catch(({ stdout }) =>
      assert.fail(stdout)
    )
    const { stdout } = await node(["compiled/runScenarios.js"], project)
    assert.match(stdout, /^[1-9][\d.]* operations\/s, 0 requests failed$/m)
  })

  it("loads no client, database, telemetry or socket library for edfi-perf/engine", async () => {
    const hook =
      'import{writeSync}from"node:fs";' +
      "export const resolve=async(...all)=>{const found=await all[2](all[0],all[1]);writeSync(1,`${found.url}\\n`);return found}"
    writeFileSync(
      join(project, "printLoaded.mjs"),
      `import { register } from "node:module"\nregister("data:text/javascript,${encodeURIComponent(hook)}")\n`
    )
    const loadedBy = async (name: string) => {
      const words = ["--import", "./printLoaded.mjs", "--input-type=module", "--eval", `import "${name}"`]
      return (await node(words, project)).stdout.split("\n")
    }
    const heavy =
      /node_modules\/(?:pg|pg-\w+|ws|undici|@opentelemetry|@effect\/(?:sql|sql-pg|platform-node)[^/]*)\//
    const engine = await loadedBy("edfi-perf/engine")
    assert.isTrue(engine.some((url) => url.endsWith("edfi-perf/dist/engine/LoadRun.js")))
    assert.deepStrictEqual(
      engine.filter((url) => heavy.test(url)),
      []
    )
    assert.isTrue((await loadedBy("edfi-perf/dms")).some((url) => heavy.test(url)))
  })
})

/** A scenario whose requests have the version of `effect` that it imports in their names. */
const ownScenario = `
import { batchVolume, makeStudent, students, triple } from "edfi-perf"
import { Effect } from "effect"
import { getCurrentVersion } from "effect/ModuleVersion"

export default batchVolume({
  name: "Mine",
  description: "students",
  label: \`mine-\${getCurrentVersion()}\`,
  byDefault: true,
  tripleCount: "configured",
  operations: Effect.succeed((records) =>
    records.flatMap((record) => triple(students, makeStudent(record), { firstName: "Ada" }))
  )
})
`

describe("edfi-perf run --scenario of the packed package", () => {
  const besides = join(folder, "besides")

  // Beside the module lies another version of effect, which must not be loaded.
  beforeAll(() => {
    const effect = join(besides, "node_modules/effect")
    cpSync(join(project, "node_modules/effect"), effect, { recursive: true })
    for (const name of ["dist/esm/internal/version.js", "dist/cjs/internal/version.js"]) {
      const file = join(effect, name)
      writeFileSync(
        file,
        readFileSync(file, "utf8").replace(/(moduleVersion = )"[\d.]+"/, '$1"3.22.0-beside"')
      )
    }
    writeFileSync(join(besides, "mine.mjs"), ownScenario)
    writeFileSync(
      join(besides, "which.mjs"),
      'import { getCurrentVersion } from "effect/ModuleVersion"\nconsole.log(getCurrentVersion())\n'
    )
  })

  it("has another version of effect beside the module, which others load", async () => {
    assert.strictEqual((await node(["which.mjs"], besides)).stdout, "3.22.0-beside\n")
  })

  it.each([
    ["a flag", "1", ["--scenario", "./mine.mjs"], {}],
    ["a flag", "2", ["--SCENARIO=./mine.mjs"], {}],
    ["a variable", "2", [], { PERF_SCENARIO: "./mine.mjs" }]
  ])("gives the module its own copies: named by %s, with %s workers", async (_, workers, words, more) => {
    const run = ["run", "--local", "-m", "0.02", "-c", "2", "--workers", workers, "--output", `out${workers}`]
    await node([join(installed, "dist/bin.js"), ...run, ...words], besides, more)
    const summary = JSON.parse(readFileSync(join(besides, `out${workers}/summary.json`), "utf8"))
    const { version } = JSON.parse(readFileSync(join(project, "node_modules/effect/package.json"), "utf8"))
    assert.deepStrictEqual(summary.requestNames, [`mine-${version}-batch-10`])
    assert.isAbove(summary.requests.total, 0)
    assert.strictEqual(summary.requests.failed, 0)
  })

  it("has agents load the module from the same path, and says which of them does not have it", async () => {
    writeFileSync(join(besides, "token"), "a-join-token-of-the-tests")
    const bin = join(installed, "dist/bin.js")
    const runOn = async (agentFolder: string, module: string) => {
      const at = `127.0.0.1:${await freePort()}`
      const token = ["--joinTokenFile", join(besides, "token")]
      const agent = node(
        [bin, "agent", "--once", "--name", "lab-1", "--join", `ws://${at}`, ...token],
        agentFolder
      )
      const words = ["--local", "-m", "0.02", "-c", "2", "--output", "outAgents", "--scenario", module]
      const run = node([bin, "run", "--agents", "1", "--agentsListen", at, ...token, ...words], besides)
      const [ran] = await Promise.allSettled([run, agent])
      return ran
    }
    const ran = await runOn(project, "./mine.mjs")
    assert.strictEqual(ran.status, "fulfilled")
    const summary = JSON.parse(readFileSync(join(besides, "outAgents/summary.json"), "utf8"))
    assert.match(summary.requestNames[0], /^mine-/)
    assert.isAbove(summary.requests.total, 0)
    assert.strictEqual(summary.requests.failed, 0)
    // A path that is another file for each process.
    const refused = await runOn(project, "/proc/self/cwd/mine.mjs")
    assert.strictEqual(refused.status, "rejected")
    if (refused.status !== "rejected") return
    assert.strictEqual(refused.reason.code, 3)
    assert.match(refused.reason.stderr, /agent lab-1: .*mine\.mjs: cannot be loaded: Cannot find module/)
  })
})
