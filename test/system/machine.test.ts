/** The compiled command on a machine that is short of resources. */
import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { type ChildProcess, spawn } from "node:child_process"
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { connect } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { performance } from "node:perf_hooks"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { SummaryJson } from "../../src/result/Summary.ts"

const root = fileURLToPath(new URL("../..", import.meta.url))
const bin = join(root, "dist/bin.js")

interface Ended {
  readonly exitCode: number | null
  readonly out: string
  readonly files: ReadonlyArray<string>
  readonly folder: string
}

/** Starts the command with a limit of descriptors; standard output and error arrive together, line by line. */
const start = (
  descriptors: number,
  words: ReadonlyArray<string>,
  onLine: (line: string, child: ChildProcess) => void = () => {},
  nodeOptions: ReadonlyArray<string> = []
) =>
  new Promise<Ended>((resolve) => {
    const folder = mkdtempSync(join(tmpdir(), "edfi-perf-"))
    const script = `ulimit -n ${descriptors}; exec "$@"`
    const command = [process.execPath, ...nodeOptions, bin, ...words, "--output", folder]
    const child = spawn("bash", ["-c", script, "bash", ...command], { stdio: ["ignore", "pipe", "pipe"] })
    const lines: Array<string> = []
    for (const stream of [child.stdout, child.stderr]) {
      createInterface(stream).on("line", (line) => {
        lines.push(line)
        onLine(line, child)
      })
    }
    child.on("close", (exitCode) =>
      resolve({ exitCode, folder, out: lines.join("\n"), files: readdirSync(folder) })
    )
  })

const summaryOf = ({ folder }: Ended) =>
  Schema.decodeSync(SummaryJson)(readFileSync(join(folder, "summary.json"), "utf8"))

const started = async (
  use: (ended: Ended) => void,
  descriptors: number,
  words: ReadonlyArray<string>,
  onLine?: (line: string, child: ChildProcess) => void,
  nodeOptions?: ReadonlyArray<string>
) => {
  const ended = await start(descriptors, words, onLine, nodeOptions)
  try {
    use(ended)
  } finally {
    rmSync(ended.folder, { recursive: true })
  }
}

/** All users send again at once, so that all need a connection. */
const load = ["--clientCount", "400", "--spawnRate", "10000", "--maxFailRatio", "1"]
const filesOfRun = [
  ...["stats", "failures", "exceptions", "stats_history"].map((name) => `batch_volume_${name}.csv`),
  "report.html",
  "summary.json"
]

describe("edfi-perf with fewer file descriptors than users", () => {
  it.each([
    ["in one thread", []],
    ["in two", ["--workers", "2"]]
  ])("warns, counts what found none as failed, and writes its report: %s", (_, words) =>
    started(
      (ended) => {
        const { exitCode, files, out } = ended
        assert.strictEqual(exitCode, 0, out)
        assert.sameMembers([...files], filesOfRun)
        assert.match(out, /this load may need \d+ file descriptors, but the limit of this process is 256/)
        assert.match(out, /^Load generator: /m)
        const { failures, requests } = summaryOf(ended)
        assert.isAbove(requests.total, requests.failed)
        const refused = failures.find(({ problemType }) => problemType === "connect")
        assert.match(refused?.example ?? "", /EMFILE.*ulimit -n/)
      },
      256,
      ["run", "--local", "-m", "0.05", ...load, ...words]
    )
  )

  it("reports in one line that too few descriptors are left to start", () =>
    started(
      ({ exitCode, out }) => {
        assert.strictEqual(exitCode, 2)
        assert.match(out, /^edfi-perf: the open file limit is 60, .* ulimit -n 1024$/)
      },
      60,
      ["run", "--local"]
    ))

  it("writes the document and the page of a study", () =>
    started(
      ({ files, out }) => {
        assert.sameMembers([...files], ["sweep.json", "report.html"], out)
        assert.match(out, /this load may need 440 file descriptors/)
      },
      256,
      ["sweep", "--local", "--clientCount", "2,400", "--batchTripleCount", "1"].concat(
        "--sliceTime",
        "1s",
        "--warmUp",
        "0s",
        "--maxFailRatio",
        "1"
      )
    ))

  it("is not ended by connections to its page", () => {
    const sockets: Array<ReturnType<typeof connect>> = []
    const words = ["run", "--local", "-m", "0.05", "--web", "--webPort", "0", "--clientCount", "3"]
    return started(
      ({ exitCode, files, out }) => {
        for (const socket of sockets) socket.destroy()
        assert.strictEqual(exitCode, 0, out)
        assert.sameMembers([...files], filesOfRun)
      },
      256,
      words,
      (line) => {
        const [, port] = /^page: http:\/\/127\.0\.0\.1:(\d+)\/$/.exec(line) ?? []
        if (port === undefined) return
        for (let i = 0; i < 600; i++) sockets.push(connect(Number(port), "127.0.0.1").on("error", () => {}))
      }
    )
  })
})

describe("edfi-perf with an uncaught error", () => {
  const thrower = 'process.on("SIGUSR2", () => { throw new Error("in a listener") })'

  it("ends the run with 4, and with every file written", () =>
    started(
      (ended) => {
        assert.strictEqual(ended.exitCode, 4, ended.out)
        assert.sameMembers([...ended.files], filesOfRun)
        assert.strictEqual(summaryOf(ended).endedBy, "defect")
        assert.include(ended.out, "in a listener")
        assert.match(ended.out, /^Load generator: /m)
      },
      4096,
      ["run", "--local", "-m", "1", "--clientCount", "2", "--minWait", "10"],
      (line, child) => {
        if (/^0:0\d \/ /.test(line)) child.kill("SIGUSR2")
      },
      ["--import", `data:text/javascript,${encodeURIComponent(thrower)}`]
    ))
})

describe("edfi-perf that is suspended", () => {
  it("says for how long", () => {
    let held = 0
    return started(
      (ended) => {
        assert.strictEqual(ended.exitCode, 0, ended.out)
        const { generator } = summaryOf(ended)
        assert.isAbove(held, 0)
        assert.isAtLeast(1000 * (generator?.suspensions.totalSeconds ?? 0), held)
        assert.match(ended.out, /^The load generator was suspended for \d+\.\d s: /m)
      },
      4096,
      ["run", "--local", "-m", "0.2", "--clientCount", "2", "--minWait", "10"],
      (line, child) => {
        if (!/^0:0\d \/ /.test(line) || held > 0) return
        child.kill("SIGSTOP")
        const from = performance.now()
        held = 1
        setTimeout(() => {
          held = performance.now() - from
          child.kill("SIGCONT")
        }, 1500)
      }
    )
  })
})
