/** A server with tenants and school years in its addresses, in front of a local DMS. @see api-facts section 1 */
import { request as send } from "undici"
import { listening } from "../listening.ts"

/** Where a server has its tenant and school year. */
export interface RouteStyle {
  /** The part that stands before every path in discovery: `/{tenant}/{schoolYear}`. */
  readonly template: string
  /** The part of the one route that it serves: `/acme/2026`. */
  readonly route: string
  /** That before the paths of metadata: a DMS has none there. */
  readonly metadata: string
}

const isMetadata = (path: string): boolean => path.startsWith("/metadata")

const toMethod = (method: string) =>
  (["GET", "POST", "PUT", "DELETE"] as const).find((each) => each === method) ?? "GET"

/** @returns the root URL; every other path than those of its route is 404 */
export const routedServer = (dmsUrl: string, { metadata, route, template }: RouteStyle) =>
  listening((incoming, outgoing) => {
    const { headers, method = "GET", url: path = "/" } = incoming
    const root = `http://${headers.host}`
    const own = [route, metadata].find((prefix) => path.startsWith(`${prefix}/`)) ?? ""
    const rest = path.slice(own.length)
    const isServed = path === "/" || (isMetadata(rest) ? own === metadata : own === route)
    if (!isServed) {
      outgoing.writeHead(404).end()
      return
    }
    const chunks: Array<Buffer> = []
    incoming.on("data", (chunk) => chunks.push(chunk))
    incoming.on("end", () => {
      const body = method === "GET" ? null : Buffer.concat(chunks)
      const { authorization, "content-type": type } = headers
      const passed = { ...(authorization && { authorization }), ...(type && { "content-type": type }) }
      void send(`${dmsUrl}${rest}`, { method: toMethod(method), headers: passed, body }).then(
        async (answer) => {
          const text = await answer.body.text()
          const prefix = path === "/" ? template : isMetadata(rest) ? metadata : route
          const { location } = answer.headers
          outgoing.statusCode = answer.statusCode
          outgoing.setHeader("content-type", "application/json")
          if (location !== undefined) outgoing.setHeader("location", location)
          outgoing.end(text.replaceAll(dmsUrl, `${root}${prefix}`))
        }
      )
    })
  })
