/** Who asks the live page over a socket, as plain as can be: what a browser adds of its own is said here. */
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

export interface Question {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
}

const send = (
  url: string,
  path: string,
  { headers = {}, method = "GET" }: Question,
  onAnswer: (answer: IncomingMessage) => void,
  onError: (error: Error) => void
) => {
  const { hostname, port } = new URL(url)
  const asked = request({ hostname, port, path, method, headers, agent: false }, onAnswer)
  asked.on("error", onError)
  asked.end()
  return asked
}

/** @param path as it is sent, dots and all */
export const ask = (url: string, path: string, question: Question = {}): Effect.Effect<Reply, Error> =>
  Effect.async((resume) => {
    send(
      url,
      path,
      question,
      (answer) => {
        let text = ""
        answer.setEncoding("utf8").on("data", (part: string) => (text += part))
        answer.on("end", () =>
          resume(Effect.succeed({ status: answer.statusCode, headers: answer.headers, text }))
        )
      },
      (error) => resume(Effect.fail(error))
    )
  })

export interface Told {
  readonly event: string
  readonly state: RunState
}

const readState = Schema.decodeSync(Schema.parseJson(RunState))

export interface Watcher {
  /** The next event; fails when there will be no more. */
  readonly next: Effect.Effect<Told, unknown>
  /** All that come until the server closes. */
  readonly rest: Effect.Effect<ReadonlyArray<Told>>
  /** Does not read from its socket until `resume`. */
  readonly pause: Effect.Effect<void>
  readonly resume: Effect.Effect<void>
}

/** A page that is open until the scope closes; ready when the server has answered. */
export const watch = (url: string): Effect.Effect<Watcher, Error, Scope.Scope> =>
  Effect.gen(function* () {
    const told = yield* Mailbox.make<Told>()
    const { answer } = yield* Effect.acquireRelease(
      Effect.async<{ readonly answer: IncomingMessage; readonly close: () => void }, Error>((resume) => {
        const asked = send(
          url,
          "/events",
          {},
          (answer) => resume(Effect.succeed({ answer, close: () => asked.destroy() })),
          (error) => resume(Effect.fail(error))
        )
      }),
      ({ close }) => Effect.sync(close)
    )
    let text = ""
    answer.setEncoding("utf8").on("data", (part: string) => {
      const messages = (text + part).split("\n\n")
      text = messages.pop() ?? ""
      for (const message of messages) {
        const [, event, data] = /^event: (\w+)\ndata: (.*)$/.exec(message) ?? []
        if (event !== undefined && data !== undefined) told.unsafeOffer({ event, state: readState(data) })
      }
    })
    for (const end of ["end", "error", "close"]) answer.on(end, () => told.unsafeDone(Exit.void))
    return {
      next: told.take,
      rest: Effect.map(told.takeAll, ([all]) => [...all]),
      pause: Effect.sync(() => answer.pause()),
      resume: Effect.sync(() => answer.resume())
    }
  })
