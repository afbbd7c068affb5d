/** Answers any request: rate limit, route, token, faults, and what each route then does. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import { excerpt } from "../domain/excerpt.ts"
import { parseJsonTo } from "../domain/parseJson.ts"
import { answerBatch } from "./batch.ts"
import type { TakeTime } from "./batch.ts"
import { answerData, refusalAnswer } from "./data.ts"
import { dependencies, dependenciesGraph, discovery } from "./discovery.ts"
import * as Exchange from "./Exchange.ts"
import { circuitMillis, Faults } from "./Faults.ts"
import type { Strikes } from "./Faults.ts"
import { hex } from "./ids.ts"
import * as Latency from "./Latency.ts"
import type { Turn } from "./FifoSeats.ts"
import type { ServerState } from "./ServerState.ts"
import { loggedCause } from "./loggedCause.ts"
import { connectToken, proxyToken } from "./oauth.ts"
import * as Refusal from "./Refusal.ts"
import { findByEndpoint } from "./ResourceModel.ts"
import type { Stats } from "./Stats.ts"

/** Never fails: what escapes a route is a 500, as on the real server. */
export const answer = (machine: ServerState, request: Exchange.Request): Effect.Effect<Exchange.Reply> =>
  Effect.suspend(() => {
    const path = pathOf(request.target)
    const traceId = hex(machine.random.traces, 16)
    return dispatch(machine, request, path, traceId).pipe(
      Effect.catchAllDefect((defect) =>
        Effect.as(
          Effect.logError("a request ended in a defect", loggedCause(defect)),
          refusalAnswer(Refusal.crash("The server encountered an unexpected condition."), traceId)
        )
      ),
      Effect.tap((reply) =>
        machine.ledger.request(
          routeName(request.method, path),
          reply._tag === "Reset" ? "reset" : reply.status
        )
      )
    )
  })

/** Without query and final slash, which routing ignores. */
const pathOf = (target: string): string => {
  const path = target.split("?", 1)[0] ?? ""
  return path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path
}

/** What `GET /_local/stats` files a request under: ids are left out. */
const routeName = (method: string, path: string): string => {
  const [first = "", , endpoint = "", id] = path.slice(1).split("/")
  if (first.toLowerCase() !== "data")
    return known.has(path.toLowerCase()) ? `${method} ${path.toLowerCase()}` : `${method} other`
  const model = findByEndpoint(endpoint)
  if (model === undefined) return `${method} /data/other`
  return `${method} /data/ed-fi/${model.endpoint}${id === undefined ? "" : "/{id}"}`
}

const known = new Set([
  "/",
  "/health",
  "/metadata/dependencies",
  "/connect/token",
  "/oauth/token",
  "/batch",
  "/_local/stats",
  "/_local/faults"
])

const dispatch = (
  machine: ServerState,
  request: Exchange.Request,
  path: string,
  traceId: string
): Effect.Effect<Exchange.Reply> =>
  Effect.flatMap(Clock.currentTimeMillis, (nowMillis) => {
    const route = path.toLowerCase()
    if (route.startsWith("/_local/")) return answerLocal(machine, request, route)
    if (!machine.rateLimit.admits(request.headers["host"] ?? "", nowMillis))
      return afterFreeze(machine, () => Exchange.empty(429))
    if (request.tooLong) {
      return afterFreeze(machine, () => refusalAnswer(Refusal.crash("Request body too large."), traceId))
    }
    switch (route) {
      case "/":
        return allow(machine, "GET", request, () => Exchange.json(200, discovery(request.root)))
      case "/health":
        return allow(machine, "GET", request, () => Exchange.json(200, { status: "Healthy" }))
      case "/metadata/dependencies":
        return allow(machine, "GET", request, () =>
          request.headers["accept"]?.includes("graphml") === true
            ? { ...Exchange.empty(200, { "content-type": "application/graphml" }), body: dependenciesGraph }
            : Exchange.json(200, dependencies)
        )
      case "/connect/token":
        return allow(machine, "POST", request, () => connectToken(machine, request, nowMillis, traceId))
      case "/oauth/token":
        return allow(machine, "POST", request, () => proxyToken(machine, request, nowMillis, traceId))
      case "/batch":
        return request.method === "POST"
          ? guarded(machine, request, "batch", nowMillis, traceId, (strikes, takeTime) =>
              answerBatch(machine, request.body, strikes, takeTime, traceId)
            )
          : afterFreeze(machine, () => Exchange.empty(405, { allow: "POST" }))
    }
    if (route === "/data" || route.startsWith("/data/")) {
      return guarded(machine, request, "data", nowMillis, traceId, (strikes, takeTime) =>
        Effect.zipRight(
          takeTime(1),
          answerData(machine, request, path.slice("/data".length), strikes, traceId)
        )
      )
    }
    return afterFreeze(machine, () => Exchange.empty(404))
  })

const allow = (
  machine: ServerState,
  method: string,
  request: Exchange.Request,
  run: () => Exchange.Reply
): Effect.Effect<Exchange.Reply> =>
  afterFreeze(machine, () => (request.method === method ? run() : Exchange.empty(405, { allow: method })))

/** What every route does that is not held to line and latency. */
const afterFreeze = (machine: ServerState, run: () => Exchange.Reply): Effect.Effect<Exchange.Reply> =>
  Effect.zipRight(wait(machine, 0, { lateMillis: 0 }), Effect.sync(run))

/** Lets pass what is left of a freeze, and `millis` after it, less what the turn before took too long. */
const wait = (machine: ServerState, millis: number, turn: Turn): Effect.Effect<void> =>
  Effect.flatMap(Clock.currentTimeMillis, (nowMillis) => {
    const beginMillis = Math.max(nowMillis, machine.freeze.untilMillis)
    const dueMillis = beginMillis + Math.max(millis - turn.lateMillis, 0)
    turn.lateMillis = 0
    return dueMillis === nowMillis
      ? Effect.void
      : Effect.sleep(dueMillis - nowMillis).pipe(
          Effect.zipRight(Clock.currentTimeMillis),
          Effect.map((endMillis) => {
            turn.lateMillis = Math.max(endMillis - dueMillis, 0)
          })
        )
  })

/** A route that needs a token, waits in line, takes its time and may be struck by faults. */
const guarded = (
  machine: ServerState,
  request: Exchange.Request,
  route: "batch" | "data",
  nowMillis: number,
  traceId: string,
  run: (strikes: Strikes, takeTime: TakeTime) => Effect.Effect<Exchange.Reply>
): Effect.Effect<Exchange.Reply> => {
  if (!machine.tokens.accepts(request.headers["authorization"], nowMillis)) {
    return afterFreeze(machine, () => unauthorized(traceId))
  }
  const strikes = machine.dice.throwFor(route)
  if (strikes.has("dropTokens")) {
    machine.ledger.fault("dropTokens")
    machine.tokens.drop()
    return afterFreeze(machine, () => unauthorized(traceId))
  }
  if (strikes.has("openCircuit")) {
    machine.ledger.fault("openCircuit")
    machine.circuit.openUntilMillis = nowMillis + circuitMillis
  }
  if (strikes.has("freeze") && nowMillis >= machine.freeze.untilMillis) {
    machine.ledger.fault("freeze")
    machine.freeze.untilMillis = nowMillis + machine.dice.freezeMillis
  }
  let stallMillis = 0
  if (strikes.has("stall")) {
    machine.ledger.fault("stall")
    stallMillis = machine.dice.stallMillis
  }
  return machine.line.seat((turn) =>
    run(strikes, (operations) => {
      const { latency } = machine.options
      return wait(machine, stallMillis + Latency.draw(latency, machine.random.latency, operations), turn)
    })
  )
}

/** The body is serialized twice: a JSON string that holds JSON. @see contract section 3, "trap" */
const unauthorized = (traceId: string): Exchange.Answer =>
  Exchange.json(401, JSON.stringify(Refusal.unauthorized.body(traceId)), {
    "www-authenticate": 'Bearer error="invalid_token"'
  })

/** The counters as they are now. */
export const stats = (machine: ServerState): Effect.Effect<Stats> =>
  machine.store.rows.pipe(
    Effect.orElseSucceed(() => ({})),
    Effect.map((rows) => machine.ledger.stats(rows))
  )

const decodeFaults = Schema.decodeUnknownEither(parseJsonTo(Faults), { onExcessProperty: "error" })

/** The side door of the local DMS, which the real one lacks: no token, no rate limit, no faults. */
const answerLocal = (
  machine: ServerState,
  request: Exchange.Request,
  route: string
): Effect.Effect<Exchange.Reply> => {
  if (route === "/_local/stats" && request.method === "GET") {
    return Effect.map(stats(machine), (counted) => Exchange.json(200, counted))
  }
  if (route !== "/_local/faults") return Effect.succeed(Exchange.empty(404))
  if (request.method === "GET") return Effect.sync(() => Exchange.json(200, machine.dice.current))
  if (request.method !== "PUT") return Effect.succeed(Exchange.empty(405, { allow: "GET, PUT" }))
  return Effect.sync(() => {
    const faults = decodeFaults(request.body)
    if (Either.isLeft(faults)) {
      const message = excerpt(faults.left.message, 1000)
      return Exchange.json(400, { error: "not a description of faults", message })
    }
    machine.dice.replace(faults.right)
    return Exchange.json(200, machine.dice.current)
  })
}
