/**
 * A target that answers at once, and the neutral instrument of every bench: it reads requests by their length, sends
 * finished bytes and counts the complete batches that it answered, so every contender is counted by the same hand.
 * It checks nothing; a run against it says nothing about a DMS. Where there is gcc, target.c does the same for less CPU.
 *
 * Usage: node .bench/scripts/bench/target.js OPERATIONS [KEY CERTIFICATE], files of PEM for TLS
 *
 * It prints its URL. Then each line on its standard input is a question, answered by a line of JSON:
 * `read` with a `Reading`, `capture` with the next two complete batches as texts. It ends with its standard input.
 */
import { readFileSync } from "node:fs"
import { createServer, type Socket } from "node:net"
import { createInterface } from "node:readline"
import { createServer as createTlsServer } from "node:tls"
import type { Reading } from "./startTarget.ts"

const [, , wanting = "30", keyFile, certFile] = process.argv
const operations = Number(wanting)
const ops = ["create", "update", "delete"]

const answer = (status: string, body: unknown): Buffer => {
  const text = JSON.stringify(body)
  return Buffer.from(
    `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`
  )
}

const batch = answer(
  "200 OK",
  Array.from({ length: operations }, (_, index) => ({
    index,
    status: "success",
    op: ops[index % 3],
    resource: "students",
    documentId: "6f1e1c1a-5a43-4b8e-9d59-3f4ffd6c8a11"
  }))
)
const token = answer("200 OK", { access_token: "bench-token", expires_in: 86_400, token_type: "Bearer" })

let discovery: Buffer = Buffer.alloc(0)

const counted = { batches: 0, bytes: 0, socketsOpened: 0, socketsOpen: 0 }

const read = (): Reading => {
  const { system, user } = process.cpuUsage()
  return { nanos: Number(process.hrtime.bigint()), cpuMicros: system + user, ...counted }
}

/** How many of the next batches are kept, and those kept so far. */
let wanted = 0
const captured: Array<string> = []

const say = (line: unknown): void => void process.stdout.write(`${JSON.stringify(line)}\n`)

const capture = (body: string): void => {
  captured.push(body)
  if (--wanted === 0) say(captured.splice(0))
}

const serve = (socket: Socket): void => {
  counted.socketsOpened++
  counted.socketsOpen++
  let head = ""
  /** The beginning of a head whose end is still to come. */
  let rest: Buffer = Buffer.alloc(0)
  /** Bytes of the current request's body that are still to come; 0 between requests. */
  let missing = 0
  let length = 0
  let kept: Array<Buffer> | undefined

  const reply = (): void => {
    if (!head.startsWith("POST /batch")) {
      socket.write(head.startsWith("POST /oauth") ? token : discovery)
      return
    }
    socket.write(batch)
    counted.batches++
    counted.bytes += length
    if (kept !== undefined && wanted > 0) capture(Buffer.concat(kept).toString())
    kept = undefined
  }

  socket.on("data", (data) => {
    const chunk = rest.length === 0 ? data : Buffer.concat([rest, data])
    rest = Buffer.alloc(0)
    let at = 0
    while (at < chunk.length) {
      if (missing > 0) {
        const taken = Math.min(missing, chunk.length - at)
        kept?.push(chunk.subarray(at, at + taken))
        missing -= taken
        at += taken
        if (missing === 0) reply()
        continue
      }
      const end = chunk.indexOf("\r\n\r\n", at)
      if (end < 0) {
        rest = chunk.subarray(at)
        return
      }
      head = chunk.toString("latin1", at, end)
      missing = length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? "0")
      kept = wanted > 0 ? [] : undefined
      at = end + 4
      if (missing === 0) reply()
    }
  })
  socket.on("error", () => socket.destroy())
  socket.on("close", () => counted.socketsOpen--)
}

const server =
  keyFile === undefined || certFile === undefined
    ? createServer({ noDelay: true }, serve)
    : createTlsServer({ key: readFileSync(keyFile), cert: readFileSync(certFile), noDelay: true }, serve)

server.listen({ port: 0, host: "127.0.0.1", backlog: 20_000 }, () => {
  const address = server.address()
  const port = typeof address === "object" && address !== null ? address.port : 0
  const root = `${keyFile === undefined ? "http" : "https"}://127.0.0.1:${port}`
  discovery = answer("200 OK", {
    urls: { oauth: `${root}/oauth/token`, dataManagementApi: `${root}/data`, batchApi: `${root}/batch` }
  })
  process.stdout.write(`${root}\n`)
})

const questions = createInterface(process.stdin)
questions.on("line", (line) => {
  if (line === "capture") wanted = 2
  else say(read())
})
// The bench holds our standard input; when it is gone, so are we.
questions.on("close", () => process.exit(0))
