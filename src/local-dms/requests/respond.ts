/** The request handler: rate limit, routes, tokens, latency and faults. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import { excerpt } from "../../domain/excerpt.ts"
import { parseJsonTo } from "../../domain/parseJson.ts"
import { admitted, afterFreeze } from "./admission.ts"
import { respondToBatch } from "./batch.ts"
import type { SimulateLatency } from "./batch.ts"
import { availableVersions, availableVersionsPath, snapshotResponse } from "./changeQueries.ts"
import { respondToData } from "./data.ts"
import { viewName } from "./dataRoute.ts"
import * as Exchange from "../Exchange.ts"
import { circuitMillis, Faults } from "../Faults.ts"
import type { InjectedFaults } from "../Faults.ts"
import { hex } from "../ids.ts"
import { loggedCause } from "../loggedCause.ts"
import { openRoutes } from "./openRoutes.ts"
import type { Call } from "./openRoutes.ts"
import * as Refusal from "./Refusal.ts"
import { refusalResponse } from "./refusalResponse.ts"
import type { ServerState } from "../ServerState.ts"
import type { Stats } from "../Stats.ts"

const refused = ({ server, traceId }: Call, refusal: Refusal.Refusal): Exchange.Response =>
  refusalResponse(refusal, traceId, server.dialect.problems)

const countedRoutes: ReadonlySet<string> = new Set([
  "/batch",
  availableVersionsPath,
  "/_local/stats",
  "/_local/faults"
])

/** Never fails: a defect in a route is a 500, as on the real server. */
export const respond = (server: ServerState, request: Exchange.Request): Effect.Effect<Exchange.Reply> =>
  Effect.suspend(() => {
    const path = pathOf(request.target)
    const { correlationHeader, problems } = server.dialect
    const given = correlationHeader === undefined ? undefined : request.headers[correlationHeader]
    const made = hex(server.random.traces, 16)
    const traceId = given === undefined || given === "" ? made : given
    return Effect.flatMap(Clock.currentTimeMillis, (nowMillis) =>
      route({ server, request, path, nowMillis, traceId })
    ).pipe(
      Effect.catchAllDefect((defect) =>
        Effect.as(
          Effect.logError("a request ended in a defect", loggedCause(defect)),
          refusalResponse(Refusal.crash("The server encountered an unexpected condition."), traceId, problems)
        )
      ),
      Effect.tap((reply) =>
        server.counters.countRequest(
          routeName(server, request.method, path),
          reply._tag === "Reset" ? "reset" : reply.status
        )
      )
    )
  })

/** Without query and trailing slash, which routing ignores. */
const pathOf = (target: string): string => {
  const path = target.split("?", 1)[0] ?? ""
  return path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path
}

/** The name under which `GET /_local/stats` counts a request; ids are left out. */
const routeName = ({ dialect, models }: ServerState, method: string, path: string): string => {
  const lowerPath = path.toLowerCase()
  const { dataPath } = dialect
  if (!isUnder(dataPath, lowerPath)) {
    const isKnown = countedRoutes.has(lowerPath) || openRoutes[dialect.name].has(lowerPath)
    return isKnown ? `${method} ${lowerPath}` : `${method} other`
  }
  const [project = "", endpoint = "", id] = path.slice(dataPath.length + 1).split("/")
  const model = models.find(project, endpoint)
  if (model === undefined) return `${method} ${dataPath}/other`
  const end = id === undefined ? "" : `/${dialect.hasChangeQueries ? (viewName(id) ?? "{id}") : "{id}"}`
  return `${method} ${dataPath}/${model.project}/${model.endpoint}${end}`
}

const isUnder = (dataPath: string, lowerPath: string): boolean =>
  lowerPath === dataPath || lowerPath.startsWith(`${dataPath}/`)

const route = (call: Call): Effect.Effect<Exchange.Reply> => {
  const { nowMillis, path, request, server, traceId } = call
  const lowerPath = path.toLowerCase()
  if (lowerPath.startsWith("/_local/")) return respondLocal(server, request, lowerPath)
  if (!server.rateLimit.admits(request.headers["host"] ?? "", nowMillis)) {
    return afterFreeze(server, () => refused(call, Refusal.tooManyRequests))
  }
  if (request.tooLong) {
    return afterFreeze(server, () => refused(call, Refusal.crash("Request body too large.")))
  }
  const open = openRoutes[server.dialect.name].get(lowerPath)
  if (open !== undefined) {
    return afterFreeze(server, () =>
      request.method === open.method ? open.respond(call) : Exchange.empty(405, { allow: open.method })
    )
  }
  if (lowerPath === "/batch" && server.dialect.hasBatch) {
    return request.method === "POST"
      ? guarded(call, "batch", (faults, simulateLatency) =>
          respondToBatch(server, request.body, faults, simulateLatency, traceId)
        )
      : afterFreeze(server, () => Exchange.empty(405, { allow: "POST" }))
  }
  if (lowerPath === availableVersionsPath && server.dialect.hasChangeQueries) {
    return request.method === "GET"
      ? guarded(call, "data", (_, simulateLatency) =>
          Effect.zipRight(simulateLatency(1), availableVersions(server, traceId))
        )
      : afterFreeze(server, () => Exchange.empty(405, { allow: "GET" }))
  }
  const { dataPath } = server.dialect
  if (isUnder(dataPath, lowerPath)) {
    return guarded(call, "data", (faults, simulateLatency) =>
      Effect.zipRight(
        simulateLatency(1),
        respondToData(server, request, path.slice(dataPath.length), faults, traceId)
      )
    )
  }
  return afterFreeze(server, () => refused(call, Refusal.noSuchRoute))
}

/** A route that needs a token, is queued, has a latency and can have faults. */
const guarded = (
  call: Call,
  name: "batch" | "data",
  run: (faults: InjectedFaults, simulateLatency: SimulateLatency) => Effect.Effect<Exchange.Reply>
): Effect.Effect<Exchange.Reply> => {
  const { nowMillis, request, server, traceId } = call
  const { counters } = server
  if (!server.tokens.accepts(request.headers["authorization"], nowMillis)) {
    return afterFreeze(server, () => unauthorized(call))
  }
  const faults = server.faults.faultsFor(name)
  if (faults.has("dropTokens")) {
    counters.countFault("dropTokens")
    server.tokens.drop()
    return afterFreeze(server, () => unauthorized(call))
  }
  strikeServer(server, faults, nowMillis)
  if (faults.has("stall")) counters.countFault("stall")
  const stallMillis = faults.has("stall") ? server.faults.stallMillis : 0
  const snapshot = snapshotResponse(server, request, traceId)
  const response = admitted(
    server,
    stallMillis,
    (simulateLatency) =>
      snapshot === undefined ? run(faults, simulateLatency) : Effect.as(simulateLatency(1), snapshot),
    () => {
      counters.countPoolTimeout()
      if (name === "batch") counters.countBatch("refused")
      return refused(call, Refusal.noConnection)
    }
  )
  return faults.has("lock") ? Effect.zipRight(lockStore(server), response) : response
}

/** Faults that strike the server as a whole. */
const strikeServer = (server: ServerState, faults: InjectedFaults, nowMillis: number): void => {
  const { counters } = server
  if (faults.has("openCircuit")) {
    counters.countFault("openCircuit")
    server.circuit.openUntilMillis = nowMillis + circuitMillis
  }
  if (faults.has("freeze") && nowMillis >= server.freeze.untilMillis) {
    counters.countFault("freeze")
    server.freeze.untilMillis = nowMillis + server.faults.freezeMillis
  }
  if (faults.has("leak")) {
    counters.countFault("leak")
    // Written to, because memory that was never touched is not resident.
    server.leaked.push(new Uint8Array(server.faults.leakBytes).fill(1))
  }
}

/** The request itself waits for the lock like all others. */
const lockStore = ({ counters, faults, store }: ServerState): Effect.Effect<void> =>
  Effect.map(store.lockWrites(faults.lockMillis), (isLocked) => {
    if (isLocked) counters.countFault("lock")
  })

const unauthorized = (call: Call): Exchange.Response => {
  const response = refused(call, Refusal.unauthorized)
  return {
    ...response,
    headers: { ...response.headers, "www-authenticate": 'Bearer error="invalid_token"' }
  }
}

/** The current counters. */
export const statsOf = (server: ServerState): Effect.Effect<Stats> =>
  server.store.rows.pipe(
    Effect.orElseSucceed(() => ({})),
    Effect.map((rows) => server.counters.stats(rows, server.congestion))
  )

const decodeFaults = Schema.decodeUnknownEither(parseJsonTo(Faults), { onExcessProperty: "error" })

/** The control interface, which the real server does not have: no token, rate limit or faults. */
const respondLocal = (
  server: ServerState,
  request: Exchange.Request,
  path: string
): Effect.Effect<Exchange.Reply> => {
  if (path === "/_local/stats" && request.method === "GET") {
    return Effect.map(statsOf(server), (stats) => Exchange.json(200, stats))
  }
  if (path !== "/_local/faults") return Effect.succeed(Exchange.empty(404))
  if (request.method === "GET") return Effect.sync(() => Exchange.json(200, server.faults.current))
  if (request.method !== "PUT") return Effect.succeed(Exchange.empty(405, { allow: "GET, PUT" }))
  return Effect.sync(() => {
    const faults = decodeFaults(request.body)
    if (Either.isLeft(faults)) {
      const message = excerpt(faults.left.message, 1000)
      return Exchange.json(400, { error: "not a description of faults", message })
    }
    server.faults.replace(faults.right)
    return Exchange.json(200, server.faults.current)
  })
}
