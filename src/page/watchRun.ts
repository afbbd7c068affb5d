/** Follows a run through the server-sent events of its live page. */
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import { tokenHeader } from "../result/PageData.ts"
import { RunState, SummaryJson } from "../result/Summary.ts"
import {
  afterEnd,
  afterLoss,
  afterProblem,
  afterSecond,
  afterState,
  connecting,
  type LiveRun
} from "./LiveRun.ts"

const decodeState = Schema.decodeUnknownEither(Schema.parseJson(RunState))
const decodeSummary = Schema.decodeUnknownEither(SummaryJson)

/** Delay before reconnecting after the browser has given up. */
const retryMillis = 2000

/** @param show called with every new state */
export const watchRun = (show: (watched: LiveRun) => void): void => {
  let watched = connecting
  const become = (next: LiveRun): void => {
    watched = next
    show(next)
  }

  const connect = (): void => {
    const source = new EventSource("events")
    const reconnect = (): void => {
      source.close()
      connect()
    }
    const on = <A>(
      name: string,
      decode: (data: unknown) => Either.Either<A, Error>,
      use: (value: A) => void
    ): void =>
      source.addEventListener(name, ({ data }) => {
        const decoded = decode(data)
        if (Either.isRight(decoded)) {
          use(decoded.right)
          return
        }
        source.close()
        become(
          afterProblem(
            watched,
            `This page does not match the program that serves it. Reload it. (${name}: ${decoded.left.message})`
          )
        )
      })

    on("state", decodeState, (run) => become(afterState(run)))
    on("second", decodeState, (second) => {
      const next = afterSecond(watched, second)
      if (next === undefined) reconnect()
      else become(next)
    })
    // The connection stays open: while it is, the program keeps serving the files.
    on("end", decodeSummary, (summary) => become(afterEnd(summary)))
    source.addEventListener("error", () => {
      if (watched.connection === "closed") {
        source.close()
        return
      }
      become(afterLoss(watched))
      // The browser reconnects by itself, except after a status other than 200.
      if (source.readyState === EventSource.CLOSED) setTimeout(connect, retryMillis)
    })
  }
  connect()
}

/** Requests the end of the run. Resolves to the reason when the request fails. */
export const stopRun = (stopToken: string): Promise<string | undefined> =>
  fetch("stop", { method: "POST", headers: { [tokenHeader]: stopToken } }).then(
    ({ ok, status }) => (ok ? undefined : `the server responded with ${status}; reload the page`),
    () => "the server is unreachable"
  )
