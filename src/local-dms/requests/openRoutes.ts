/** The routes without token, queue and latency: discovery, metadata, health and logins. */
import { dialects } from "../Dialect.ts"
import type { Dialect, DialectName } from "../Dialect.ts"
import { dependencies, dependenciesGraph, discovery, metadataIndex } from "./discovery.ts"
import * as Exchange from "../Exchange.ts"
import { apiToken, connectToken, proxyToken } from "./oauth.ts"
import type { ServerState } from "../ServerState.ts"
import { specification, specificationList } from "../openapi/specifications.ts"

/** A request with the data of its route. */
export interface Call {
  readonly server: ServerState
  readonly request: Exchange.Request
  /** Without query and trailing slash. */
  readonly path: string
  readonly nowMillis: number
  readonly traceId: string
}

interface OpenRoute {
  readonly method: "GET" | "POST"
  readonly respond: (call: Call) => Exchange.Response
}

/** By lower-case path: routing ignores case. */
type Routes = ReadonlyMap<string, OpenRoute>

const get = (respond: OpenRoute["respond"]): OpenRoute => ({ method: "GET", respond })

const dependenciesResponse = ({ request, server: { models } }: Call): Exchange.Response =>
  request.headers["accept"]?.includes("graphml") === true
    ? { ...Exchange.empty(200, { "content-type": "application/graphml" }), body: dependenciesGraph(models) }
    : Exchange.json(200, dependencies(models))

type IssueToken = typeof connectToken

const tokenRoute = (issue: IssueToken): OpenRoute => ({
  method: "POST",
  respond: ({ nowMillis, request, server, traceId }) => issue(server, request, nowMillis, traceId)
})

const tokenRoutes: {
  readonly [issuer in Dialect["login"]["issuer"]]: ReadonlyArray<readonly [path: string, issue: IssueToken]>
} = {
  "configuration service": [
    ["/connect/token", connectToken],
    ["/oauth/token", proxyToken]
  ],
  api: [["/oauth/token", apiToken]]
}

const routesOf = (dialect: Dialect): Routes => {
  const { dependenciesPath, hasIndex, specifications, specificationsPath } = dialect.metadata
  const routes = new Map<string, OpenRoute>()
  const add = (path: string, route: OpenRoute) => routes.set(path.toLowerCase(), route)
  add(
    "/",
    get(({ request, server }) => Exchange.json(200, discovery(server, request.root)))
  )
  add(
    "/health",
    get(() => Exchange.json(200, { Status: "Healthy", Results: {} }))
  )
  add(dependenciesPath, get(dependenciesResponse))
  if (hasIndex) {
    add(
      "/metadata",
      get(({ request, server }) => Exchange.json(200, metadataIndex(server, request.root)))
    )
  }
  add(
    specificationsPath,
    get(({ request }) => Exchange.json(200, specificationList(dialect, request.root)))
  )
  for (const { content, path } of specifications) {
    add(
      path,
      get(({ request, server }) =>
        Exchange.jsonText(200, specification(server.models, dialect, content, request.root))
      )
    )
  }
  for (const [path, issue] of tokenRoutes[dialect.login.issuer]) add(path, tokenRoute(issue))
  return routes
}

export const openRoutes: { readonly [name in DialectName]: Routes } = {
  batch: routesOf(dialects.batch),
  main: routesOf(dialects.main),
  ods: routesOf(dialects.ods)
}
