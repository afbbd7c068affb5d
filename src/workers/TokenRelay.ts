/** Gives the coordinator's token to the workers: the coordinator alone logs in. */
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { Tokens } from "../dms/Tokens.ts"
import { TakeToken } from "./messages.ts"
import { type Background, type RunningWorker, send } from "./RunningWorker.ts"

export interface TokenRelay {
  /** Sends the current token to every worker that does not have it yet. */
  readonly sendCurrent: Effect.Effect<void>
  /**
   * A worker had this token refused. One login serves all users of all workers: a worker whose refused token is no
   * longer the last one it was sent already has the new one on its way.
   */
  readonly renew: (worker: RunningWorker, refused: Redacted.Redacted) => Effect.Effect<void>
}

export const makeTokenRelay = (
  workers: ReadonlyArray<RunningWorker>,
  background: Background
): Effect.Effect<TokenRelay, never, Tokens> =>
  Effect.map(Tokens, (tokens) => {
    const sendTo = (worker: RunningWorker, bearer: Redacted.Redacted) => {
      worker.bearer = bearer
      send(background, worker, new TakeToken({ bearer }))
    }
    const sendCurrent = Effect.map(tokens.current, (bearer) => {
      for (const worker of workers) if (worker.bearer !== bearer) sendTo(worker, bearer)
    })
    return {
      sendCurrent,
      renew: (worker, refused) =>
        Effect.gen(function* () {
          const { bearer } = worker
          if (Redacted.value(bearer) !== Redacted.value(refused)) return
          const renewed = yield* Effect.isSuccess(tokens.renew(bearer))
          if (renewed) yield* sendCurrent
          else sendTo(worker, bearer)
        })
    }
  })
