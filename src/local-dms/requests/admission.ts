/** What a request waits for: a seat, a connection to the database, the end of a freeze, and its latency. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { SimulateLatency } from "./batch.ts"
import type * as Exchange from "../Exchange.ts"
import type { Seat } from "./FifoSeats.ts"
import * as Latency from "../Latency.ts"
import type { ServerState } from "../ServerState.ts"

/** Responds without queue and latency, after the end of a freeze. */
export const afterFreeze = (server: ServerState, run: () => Exchange.Reply): Effect.Effect<Exchange.Reply> =>
  Effect.zipRight(wait(server, { fixedMillis: 0, latencyMillis: 0 }, { lateMillis: 0 }), Effect.sync(run))

/**
 * Responds with a seat and a connection, which the request holds until its end.
 *
 * @param stallMillis added to the latency
 * @param run calls the given function for the latency of the request
 * @param withoutConnection the response if no connection becomes free within `poolTimeoutSeconds`
 */
export const admitted = (
  server: ServerState,
  stallMillis: number,
  run: (simulateLatency: SimulateLatency) => Effect.Effect<Exchange.Reply>,
  withoutConnection: () => Exchange.Reply
): Effect.Effect<Exchange.Reply> => {
  const { congestion, connections, options, random, seats } = server
  const respond = (seat: Seat) =>
    run((operations) => {
      const latencyMillis = Latency.draw(options.latency, random.latency, operations)
      return wait(
        server,
        { fixedMillis: stallMillis, latencyMillis: latencyMillis * congestion.factor() },
        seat
      )
    })
  if (connections === undefined) return seats.withSeat(respond)
  const { poolTimeoutSeconds } = options
  const giveUp =
    poolTimeoutSeconds === undefined
      ? undefined
      : { afterMillis: poolTimeoutSeconds * 1000, instead: afterFreeze(server, withoutConnection) }
  return seats.withSeat(() => connections.withSeat(respond, giveUp))
}

/** How long a request takes: a fixed time, and a latency that grows with the age of the server (`latencyGrowth`). */
interface Taken {
  readonly fixedMillis: number
  readonly latencyMillis: number
}

/** Waits until the end of a freeze, and then as long as a request takes, less the lateness that the seat carries over. */
const wait = (server: ServerState, { fixedMillis, latencyMillis }: Taken, seat: Seat): Effect.Effect<void> =>
  Effect.flatMap(Clock.currentTimeMillis, (nowMillis) => {
    const growth = Latency.growthAfter(nowMillis - server.startedAtMillis, server.options.latencyGrowth)
    const millis = fixedMillis + latencyMillis * growth
    const startMillis = Math.max(nowMillis, server.freeze.untilMillis)
    const dueMillis = startMillis + Math.max(millis - seat.lateMillis, 0)
    seat.lateMillis = 0
    return dueMillis === nowMillis
      ? Effect.void
      : Effect.sleep(dueMillis - nowMillis).pipe(
          Effect.zipRight(Clock.currentTimeMillis),
          Effect.map((endMillis) => {
            seat.lateMillis = Math.max(endMillis - dueMillis, 0)
          })
        )
  })
