/** A plain HTTP client for the live page, without default headers. */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Mailbox from "effect/Mailbox"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import { type IncomingHttpHeaders, type IncomingMessage, request } from "node:http"
import { RunState } from "../../src/result/Summary.ts"

export interface Reply {
  readonly status: number | undefined
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

export interface RequestOptions {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
}

const send = (
  url: string,
  path: string,
  { headers = {}, method = "GET" }: RequestOptions,
  onResponse: (response: IncomingMessage) => void,
  onError: (error: Error) => void
) => {
  const { hostname, port } = new URL(url)
  const sent = request({ hostname, port, path, method, headers, agent: false }, onResponse)
  sent.on("error", onError)
  sent.end()
  return sent
}

/** @param path as it is sent, dots and all */
export const ask = (url: string, path: string, options: RequestOptions = {}): Effect.Effect<Reply, Error> =>
  Effect.async((resume) => {
    send(
      url,
      path,
      options,
      (response) => {
        let text = ""
        response.setEncoding("utf8").on("data", (part: string) => (text += part))
        response.on("end", () =>
          resume(Effect.succeed({ status: response.statusCode, headers: response.headers, text }))
        )
      },
      (error) => resume(Effect.fail(error))
    )
  })

export interface PageEvent {
  readonly event: string
  readonly state: RunState
}

const readState = Schema.decodeSync(Schema.parseJson(RunState))

export interface Watcher {
  /** The next event; fails when there will be no more. */
  readonly next: Effect.Effect<PageEvent, unknown>
  /** All events until the server closes. */
  readonly rest: Effect.Effect<ReadonlyArray<PageEvent>>
  /** Stops reading from its socket until `resume`. */
  readonly pause: Effect.Effect<void>
  readonly resume: Effect.Effect<void>
}

/** A page that is open until the scope closes; ready when the server has responded. */
export const watch = (url: string): Effect.Effect<Watcher, Error, Scope.Scope> =>
  Effect.gen(function* () {
    const events = yield* Mailbox.make<PageEvent>()
    const { response } = yield* Effect.acquireRelease(
      Effect.async<{ readonly response: IncomingMessage; readonly close: () => void }, Error>((resume) => {
        const sent = send(
          url,
          "/events",
          {},
          (response) => resume(Effect.succeed({ response, close: () => sent.destroy() })),
          (error) => resume(Effect.fail(error))
        )
      }),
      ({ close }) => Effect.sync(close)
    )
    let text = ""
    response.setEncoding("utf8").on("data", (part: string) => {
      const messages = (text + part).split("\n\n")
      text = messages.pop() ?? ""
      for (const message of messages) {
        const [, event, data] = /^event: (\w+)\ndata: (.*)$/.exec(message) ?? []
        if (event !== undefined && data !== undefined) events.unsafeOffer({ event, state: readState(data) })
      }
    })
    for (const end of ["end", "error", "close"]) response.on(end, () => events.unsafeDone(Exit.void))
    return {
      next: events.take,
      rest: Effect.map(events.takeAll, ([all]) => [...all]),
      pause: Effect.sync(() => response.pause()),
      resume: Effect.sync(() => response.resume())
    }
  })
