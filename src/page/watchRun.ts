/** Listens to the server of a live page. */
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
  notYet,
  type Watched
} from "./Watched.ts"

const decodeState = Schema.decodeUnknownEither(Schema.parseJson(RunState))
const decodeSummary = Schema.decodeUnknownEither(SummaryJson)

/** When the browser has given up on a connection, it is tried again after so long. */
const retryMillis = 2000

/** @param show is called with every change */
export const watchRun = (show: (watched: Watched) => void): void => {
  let watched = notYet
  const become = (next: Watched): void => {
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
            `This page does not fit the program that serves it. Load it again. (${name}: ${decoded.left.message})`
          )
        )
      })

    on("state", decodeState, (run) => become(afterState(run)))
    on("second", decodeState, (second) => {
      const next = afterSecond(watched, second)
      if (next === undefined) reconnect()
      else become(next)
    })
    // It goes on listening: as long as it does, the program knows that somebody may want the files, and waits.
    on("end", decodeSummary, (summary) => become(afterEnd(summary)))
    source.addEventListener("error", () => {
      if (watched.connection === "closed") {
        source.close()
        return
      }
      become(afterLoss(watched))
      // The browser tries again by itself, but not after an answer other than 200.
      if (source.readyState === EventSource.CLOSED) setTimeout(connect, retryMillis)
    })
  }
  connect()
}

/** Asks the server to end the run; says why it did not. */
export const stopRun = (stopToken: string): Promise<string | undefined> =>
  fetch("stop", { method: "POST", headers: { [tokenHeader]: stopToken } }).then(
    ({ ok, status }) => (ok ? undefined : `the server answered ${status}; load the page again`),
    () => "the server could not be reached"
  )
