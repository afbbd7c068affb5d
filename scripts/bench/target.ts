/**
 * A target that answers at once: it reads requests by their length and sends finished bytes, so that what a bench
 * measures is the client. It checks nothing; a run against it says nothing about a DMS.
 *
 * Usage: node --import tsx scripts/bench/target.ts OPERATIONS   prints its URL
 */
import { createServer } from "node:net"

const operations = Number(process.argv[2] ?? "30")
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

const replyTo = (head: string): Buffer =>
  head.startsWith("POST /batch") ? batch : head.startsWith("POST /oauth") ? token : discovery

const server = createServer({ noDelay: true }, (socket) => {
  /** Bytes of the current request's body that are still to come; 0 between requests. */
  let missing = 0
  let head = ""
  socket.on("data", (chunk) => {
    let at = 0
    while (at < chunk.length) {
      if (missing > 0) {
        const taken = Math.min(missing, chunk.length - at)
        missing -= taken
        at += taken
        if (missing === 0) socket.write(replyTo(head))
        continue
      }
      const end = chunk.indexOf("\r\n\r\n", at)
      if (end < 0) throw new Error("a head in two parts is not foreseen here")
      head = chunk.toString("latin1", at, end)
      missing = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? "0")
      at = end + 4
      if (missing === 0) socket.write(replyTo(head))
    }
  })
  socket.on("error", () => socket.destroy())
})

server.listen(0, "127.0.0.1", () => {
  const address = server.address()
  const port = typeof address === "object" && address !== null ? address.port : 0
  const root = `http://127.0.0.1:${port}`
  discovery = answer("200 OK", {
    urls: { oauth: `${root}/oauth/token`, dataManagementApi: `${root}/data`, batchApi: `${root}/batch` }
  })
  process.stdout.write(`${root}\n`)
})

// The bench holds our standard input; when it is gone, so are we.
process.stdin.on("end", () => process.exit(0)).resume()
