/** The worker's side of the messages. */
import type { WorkerError } from "@effect/platform/WorkerError"
import * as WorkerRunner from "@effect/platform/WorkerRunner"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import type { DmsConfig } from "../dms/DmsConfig.ts"
import type { Transport } from "../dms/Transport.ts"
import { WorkerSession } from "./WorkerSession.ts"
import { WorkerRequest } from "./messages.ts"

/** Handles the coordinator's messages; one that fits no schema is refused. */
export const serve = (
  transport: Layer.Layer<Transport, never, DmsConfig>
): Layer.Layer<never, WorkerError, WorkerRunner.PlatformRunner> =>
  WorkerRunner.layerSerialized(WorkerRequest, {
    InitialMessage: (setup) => WorkerSession.layer(setup, transport),
    RunShare: ({ plan }) => Stream.unwrap(Effect.map(WorkerSession, ({ events }) => events(plan))),
    Stop: ({ timeIsOver }) =>
      Effect.flatMap(WorkerSession, ({ stop }) => stop(timeIsOver ? "runTime" : "interrupt")),
    TakeToken: ({ bearer }) => Effect.flatMap(WorkerSession, ({ takeToken }) => takeToken(bearer))
  })
