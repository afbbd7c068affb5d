/** A server of the live page that the test controls. */
import { createServer, type Server, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { pageTemplate } from "../../src/output/pageTemplate.ts"
import type { RunState } from "../../src/result/Summary.ts"
import { sampleDatabase } from "../result/sampleDatabase.ts"
import { sampleSummary } from "../result/sampleSummary.ts"

export const stopToken = "only-for-this-page"

export const stageSummary = sampleSummary(100, 1)

/** The state of the run after `count` seconds. */
const stateAt = (count: number): RunState => ({
  ...stageSummary,
  endedBy: null,
  elapsedSeconds: count,
  last: stageSummary.timeline[count - 1] ?? null,
  database: sampleDatabase(count),
  timeline: stageSummary.timeline.slice(0, count)
})

export interface LiveStage {
  readonly url: string
  /** The number of connections to the events. */
  readonly connections: () => number
  /** The tokens of the requests to stop. */
  readonly stops: ReadonlyArray<string | undefined>
  readonly send: (event: "second" | "end", count: number) => void
  /** Sets the seconds of the state for new connections; `undefined` refuses them. */
  readonly seconds: (count: number | undefined) => void
  readonly hangUp: () => void
  readonly close: () => void
}

const portOf = (server: Server): number => {
  const isPort = (address: AddressInfo | string | null): address is AddressInfo =>
    typeof address === "object" && address !== null
  const address = server.address()
  return isPort(address) ? address.port : 0
}

export const startLiveStage = (): Promise<LiveStage> => {
  const listeners = new Set<ServerResponse>()
  const stops: Array<string | undefined> = []
  let connections = 0
  let seconds: number | undefined = 10
  const page = pageTemplate({ _tag: "Live", stopToken, files: ["summary.json"] })
  const server = createServer((request, response) => {
    switch (`${request.method} ${request.url}`) {
      case "GET /":
        response.setHeader("content-type", "text/html").end(page)
        break
      case "GET /events":
        connections++
        if (seconds === undefined) {
          response.writeHead(503).end()
          break
        }
        response.writeHead(200, { "content-type": "text/event-stream" })
        response.write(`retry: 50\nevent: state\ndata: ${JSON.stringify(stateAt(seconds))}\n\n`)
        listeners.add(response)
        break
      case "POST /stop":
        stops.push(request.headers["x-edfi-perf-token"]?.toString())
        response.writeHead(202).end()
        break
      default:
        response.writeHead(404).end()
    }
  })
  const stage = {
    connections: () => connections,
    stops,
    send: (event: "second" | "end", count: number) => {
      const state = stateAt(count)
      const { database } = state
      const newest = {
        ...state,
        timeline: state.timeline.slice(-1),
        database: database && { ...database, timeline: database.timeline.slice(-1) }
      }
      const data = event === "end" ? stageSummary : newest
      for (const listener of listeners) listener.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
    },
    seconds: (count: number | undefined) => {
      seconds = count
    },
    hangUp: () => {
      for (const listener of listeners) listener.destroy()
      listeners.clear()
    },
    close: () => {
      server.closeAllConnections()
      server.close()
    }
  }
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve({ ...stage, url: `http://127.0.0.1:${portOf(server)}/` }))
  })
}
