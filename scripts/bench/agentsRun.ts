/**
 * A run on agents as one program: `node agentsRun.js BIN CORES FOLDER run ...`. Starts the coordinator and an agent on each core of a
 * list such as `0,1`, all on this machine, and ends with the exit code of the coordinator. A SIGINT to its group reaches
 * the coordinator alone, which dismisses the agents.
 */
import { type ChildProcess, spawn } from "node:child_process"
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { onCores } from "./report.ts"

const [bin = "", cores = "0", folder = ".", ...words] = process.argv.slice(2)
const address = "127.0.0.1:17077"

mkdirSync(folder, { recursive: true })
const token = join(folder, "joinToken")
writeFileSync(token, "a-join-token-of-the-bench")

process.on("SIGINT", () => {})

const agents = cores.split(",").map((core): ChildProcess => {
  const of = ["agent", "--name", `core-${core}`, "--workers", "1", "--once"]
  const { program, words: pinned } = onCores(
    core,
    process.execPath,
    bin,
    ...of,
    "--join",
    `ws://${address}`,
    "--joinTokenFile",
    token
  )
  return spawn(program, pinned, { stdio: "inherit", detached: true })
})
process.on("exit", () => {
  for (const agent of agents) if (agent.exitCode === null) agent.kill("SIGKILL")
})

const joining = ["--agents", String(agents.length), "--agentsListen", address, "--joinTokenFile", token]
spawn(process.execPath, [bin, ...words, ...joining], { stdio: "inherit" }).on("exit", (code) => {
  const waiting = setInterval(() => {
    if (agents.some(({ exitCode, signalCode }) => exitCode === null && signalCode === null)) return
    clearInterval(waiting)
    process.exit(code ?? 1)
  }, 50)
})
