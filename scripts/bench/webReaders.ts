/**
 * Pages that watch a run, without the drawing: each reads the events of `edfi-perf run --web` as they come.
 *
 * Usage: node .bench/scripts/bench/webReaders.js PORT COUNT
 *
 * No page is open until it is told to. Each line on its standard input is an order, answered by a line of JSON: how
 * many events each page was told so far, after `open` has opened all of them, `close` closed them, or `read` done
 * neither. It ends with its standard input.
 */
import { type ClientRequest, request } from "node:http"
import { createInterface } from "node:readline"

const port = Number(process.argv[2])
const count = Number(process.argv[3])

const told = Array.from({ length: count }, () => 0)
let open: ReadonlyArray<ClientRequest> = []

/** Opens a page. @returns when it is told something, or what is wrong */
const openPage = (page: number): Promise<ClientRequest> =>
  new Promise((resolve, reject) => {
    const asked = request({ host: "127.0.0.1", port, path: "/events", agent: false }, (answer) => {
      let last = ""
      answer.setEncoding("utf8").on("data", (part: string) => {
        // An event ends with an empty line; its two line feeds may come apart.
        told[page] = (told[page] ?? 0) + (last + part).split("\n\n").length - 1
        last = part.endsWith("\n") && !part.endsWith("\n\n") ? "\n" : ""
      })
      answer.on("error", () => {})
      resolve(asked)
    })
    asked.on("error", reject)
    asked.end()
  })

const obey = async (order: string): Promise<void> => {
  if (order === "open") open = await Promise.all(told.map((_, page) => openPage(page)))
  if (order === "close") for (const page of open) page.destroy()
  process.stdout.write(`${JSON.stringify(told)}\n`)
}

const orders = createInterface(process.stdin)
orders.on("line", (order) => void obey(order))
// The bench holds our standard input; when it is gone, so are we.
orders.on("close", () => process.exit(0))
