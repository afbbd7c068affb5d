/** Who is measured: our command and its peers, as a table. */
import { spawnSync } from "node:child_process"
import { readFileSync, writeFileSync } from "node:fs"
import { devNull } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import type { TlsFiles } from "./campaign.ts"
import type { Command } from "./children.ts"
import { jmeterPlan } from "./peers/jmeter.ts"

/** What every contender is told to do. */
export interface Load {
  readonly url: string
  readonly users: number
  readonly triples: number
  /** After so long it ends by itself, should nobody end it. */
  readonly maxSeconds: number
  /** Where it may write; removed afterwards. */
  readonly folder: string
  /** Names for documents, a CSV file `firstName,lastSurname,birthCity`: all draw from the same ones as we do. */
  readonly people: string
  /** The target is behind TLS. */
  readonly tls?: TlsFiles | undefined
}

export interface Contender {
  readonly name: string
  /** Documents are built for every batch; the others show the floor. */
  readonly fresh: boolean
  /** From its first answer until it runs as fast as it will. */
  readonly warmUpSeconds: number
  readonly command: (load: Load) => Command
  /** It leaves a `summary.json` of ours in its folder, to be compared with what the target counted. */
  readonly summarizes: boolean
  /** The exit codes with which it may end when it is told to by SIGINT; others mean that it met something wrong. */
  readonly endsWith: ReadonlyArray<number | string>
}

export interface Peer extends Contender {
  /** Its version; `undefined` where it is not installed. */
  readonly version: () => string | undefined
  /** How to get it. */
  readonly install: string
}

type Flags = Readonly<Record<string, string | number | true>>

const asFlags = (values: Flags): ReadonlyArray<string> =>
  Object.entries(values).flatMap(([name, value]) =>
    value === true ? [`--${name}`] : [`--${name}`, String(value)]
  )

export interface OurOptions {
  /** The Node that runs it; that of the bench by default. */
  readonly node?: string
  /** Flags of Node. */
  readonly nodeWords?: ReadonlyArray<string>
  /** More flags, as `{ wire: "undici" }`. */
  readonly flags?: Flags
  /** More variables. */
  readonly variables?: Readonly<Record<string, string>>
}

/** Our command, as a user runs it. @param bin the built `bin.js` */
export const ourCommand = (
  name: string,
  bin: string,
  { flags = {}, node = process.execPath, nodeWords = [], variables = {} }: OurOptions = {}
): Contender => ({
  name,
  fresh: true,
  warmUpSeconds: 4,
  summarizes: true,
  endsWith: [130],
  command: ({ folder, maxSeconds, triples, url, users }) => ({
    program: node,
    words: [
      ...nodeWords,
      bin,
      "run",
      ...asFlags({
        baseUrl: url,
        key: "bench",
        testList: "StudentBatchVolumeTest",
        clientCount: users,
        spawnRate: 100_000,
        seed: 1,
        batchTripleCount: triples,
        maxBatchOperations: triples * 3,
        runTimeInMinutes: maxSeconds / 60,
        resourceNaming: "endpoint",
        output: folder,
        ...flags
      })
    ],
    variables: { PERF_API_SECRET: "bench-secret", ...variables }
  })
})

/** The root of this checkout, seen from the compiled script. */
export const checkout = fileURLToPath(new URL("../../..", import.meta.url))
/** Where `npm run build` puts our command. */
export const bin = join(checkout, "dist", "bin.js")

/** A peer's script; those that are not compiled are where the sources are. */
const source = (name: string): string => join(checkout, "scripts", "bench", "peers", name)
const compiled = (name: string): string => fileURLToPath(new URL(`peers/${name}`, import.meta.url))

/** Every peer's script takes its load from these variables. */
const variablesOf = ({ people, triples, url, users }: Load) => ({
  BENCH_URL: url,
  BENCH_USERS: String(users),
  BENCH_TRIPLES: String(triples),
  BENCH_PEOPLE: people
})

/** What a program says of its version, if it is there. */
const versionFrom = (
  pattern: RegExp,
  program: string,
  ...words: ReadonlyArray<string>
): string | undefined => {
  const { stderr, stdout } = spawnSync(program, words, { encoding: "utf8" })
  return pattern.exec(`${stdout ?? ""}${stderr ?? ""}`)?.[1]
}

export const autocannon = (name: string, fresh: boolean, node = process.execPath): Peer => ({
  name,
  fresh,
  warmUpSeconds: 3,
  summarizes: false,
  endsWith: [0],
  version: () =>
    versionFrom(/([\d.]+)/, process.execPath, "-p", "require('autocannon/package.json').version"),
  install: "npm ci",
  command: (load) => ({
    program: node,
    words: [compiled("autocannon.js")],
    variables: { ...variablesOf(load), BENCH_FRESH: String(fresh), BENCH_SECONDS: String(load.maxSeconds) }
  })
})

export const wrk = (name: string, fresh: boolean): Peer => ({
  name,
  fresh,
  warmUpSeconds: 2,
  summarizes: false,
  endsWith: [0],
  version: () => versionFrom(/wrk (\S+)/, "wrk", "--version"),
  install: "apt-get install wrk",
  command: (load) => ({
    program: "wrk",
    words: [
      ...asFlags({
        threads: 1,
        connections: load.users,
        duration: load.maxSeconds,
        script: source("wrk.lua")
      }),
      `${load.url}/batch`
    ],
    variables: { ...variablesOf(load), BENCH_FRESH: String(fresh) }
  })
})

const locust = (name: string, script: string, modules: string): Peer => ({
  name,
  fresh: true,
  warmUpSeconds: 4,
  summarizes: false,
  endsWith: [0],
  version: () => versionFrom(/^([\d.]+)/, "python3", "-c", `import ${modules}; print(locust.__version__)`),
  install: `pip install ${modules.replace("factory", "factory_boy").replaceAll(",", "")} in the active venv`,
  command: (load) => ({
    program: "python3",
    words: [
      "-m",
      "locust",
      "--headless",
      "--only-summary",
      ...asFlags({
        locustfile: source(script),
        host: load.url,
        users: load.users,
        "spawn-rate": load.users,
        "run-time": `${load.maxSeconds}s`
      })
    ],
    // It leaves nothing beside its script.
    variables: { ...variablesOf(load), PYTHONDONTWRITEBYTECODE: "1" }
  })
})

const k6: Peer = {
  name: "k6",
  fresh: true,
  warmUpSeconds: 4,
  summarizes: false,
  // 105: ended by a signal; a wrong answer gives 108.
  endsWith: [105],
  version: () => versionFrom(/k6(?:\.exe)? v?(\S+)/, "k6", "version"),
  install: "go install go.k6.io/k6@latest",
  command: (load) => ({
    program: "k6",
    words: ["run", "--quiet", "--no-usage-report", source("k6.js")],
    variables: { ...variablesOf(load), BENCH_SECONDS: String(load.maxSeconds) }
  })
}

const artillery: Peer = {
  name: "artillery",
  fresh: true,
  warmUpSeconds: 6,
  summarizes: false,
  endsWith: [130],
  version: () => versionFrom(/Artillery: +(\S+)/, "artillery", "version"),
  install: "npm install --global artillery",
  command: (load) => ({
    program: "artillery",
    words: ["run", "--quiet", source("artillery.yml")],
    variables: { ...variablesOf(load), ARTILLERY_DISABLE_TELEMETRY: "true" }
  })
}

const jmeter: Peer = {
  name: "jmeter",
  fresh: true,
  warmUpSeconds: 12,
  summarizes: false,
  endsWith: [130, "SIGINT"],
  version: () =>
    versionFrom(/(?:Version |_\\ )(\d[\w.]+)/, "jmeter", "--jmeterlogfile", devNull, "--version"),
  install: "https://jmeter.apache.org, with its bin on the PATH",
  command: ({ folder, people, triples, url, users }) => {
    const plan = join(folder, "plan.jmx")
    writeFileSync(plan, jmeterPlan({ url, users, triples, people: readFileSync(people, "utf8") }))
    return { program: "jmeter", words: ["--nongui", "--testfile", plan], folder }
  }
}

/** In the order in which they are measured and shown. */
export const peers: ReadonlyArray<Peer> = [
  autocannon("autocannon", true),
  wrk("wrk", true),
  locust("locust", "locust_by_hand.py", "locust"),
  locust("locust-factories", "locust_factories.py", "locust, factory"),
  k6,
  artillery,
  jmeter,
  autocannon("autocannon-constant", false),
  wrk("wrk-constant", false)
]
