/** Both programs that can be the target of the benches: what one of them counts must not depend on which it is. */
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { type ChildProcessWithoutNullStreams, execFileSync, spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, rmSync } from "node:fs"
import { connect, type Socket } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"

const hasCompiler = spawnSync("gcc", ["--version"]).status === 0
const folder = mkdtempSync(join(tmpdir(), "edfi-perf-target-"))
const inC = join(folder, "target")

/** A target, and a way to read its lines. */
const start = (program: string, words: ReadonlyArray<string>) => {
  const child: ChildProcessWithoutNullStreams = spawn(program, [...words, "3"])
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  const line = async (): Promise<string> => String((await lines.next()).value)
  return { child, line }
}

/** Sends parts of a stream, each after the response to the one before began, and returns all that was answered. */
const talk = async (port: number, parts: ReadonlyArray<string>): Promise<string> => {
  const socket: Socket = connect(port, "127.0.0.1")
  let said = ""
  socket.setEncoding("utf8").on("data", (text: string) => (said += text))
  await once(socket, "connect")
  for (const part of parts) {
    socket.write(part)
    await once(socket, "data")
  }
  socket.end()
  await once(socket, "close")
  return said.replaceAll(String(port), "PORT")
}

const batch = (body: string): string =>
  `POST /batch HTTP/1.1\r\nhost: x\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`

const bodies = ['[{"name":"Zoë \\"Z\\"\\n"}]', `["${"x".repeat(300_000)}"]`]

/** What a client of a target sees of it. */
const behaviourOf = async (program: string, words: ReadonlyArray<string>) => {
  const { child, line } = start(program, words)
  try {
    const port = Number(new URL(await line()).port)
    child.stdin.write("capture\n")
    // No response tells when this was read, but the counters, which are asked for on the same way, do.
    child.stdin.write("read\n")
    await line()
    const answered = await talk(port, [
      "GET / HTTP/1.1\r\nhost: x\r\n\r\n",
      "POST /oauth/token HTTP/1.1\r\ncontent-length: 3\r\n\r\na=b",
      ...bodies.map(batch)
    ])
    /** The counters when all sockets are closed, which a target may notice somewhat later than its client. */
    const readAtRest = async () => {
      for (;;) {
        child.stdin.write("read\n")
        const reading = JSON.parse(await line())
        if (reading.socketsOpen === 0) return reading
      }
    }
    const captured: unknown = JSON.parse(await line())
    const split = await talk(port, [batch("[]") + batch("[1]"), batch("[2]")])
    const { cpuMicros, nanos, ...counted } = await readAtRest()
    expect([typeof cpuMicros, typeof nanos]).toEqual(["number", "number"])
    return { answered, captured, split, counted }
  } finally {
    child.stdin.end()
    await once(child, "exit")
  }
}

describe.skipIf(!hasCompiler)("the target of the benches", () => {
  beforeAll(() => void execFileSync("gcc", ["-O2", "-Wall", "-Werror", "-o", inC, "scripts/bench/target.c"]))
  afterAll(() => rmSync(folder, { recursive: true }))

  it("answers, captures and counts the same in C as on Node", async () => {
    const [ofC, ofNode] = await Promise.all([
      behaviourOf(inC, []),
      behaviourOf(process.execPath, ["--import", "tsx", "scripts/bench/target.ts"])
    ])
    expect(ofC).toEqual(ofNode)
    expect(ofC.captured).toEqual(bodies)
    expect(ofC.counted).toEqual({
      batches: 5,
      bytes: Buffer.byteLength(bodies.join("")) + "[][1][2]".length,
      socketsOpened: 2,
      socketsOpen: 0
    })
  })
})
