/** Studies over engine, client and server, on the clock of the test and without a socket. */
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/TestClock"
import { Transport } from "../../src/dms/Transport.ts"
import type { DatabaseReader } from "../../src/database/DatabaseReader.ts"
import type { LocalDms, LocalDmsOptions } from "../../src/local-dms/LocalDms.ts"
import { openSession } from "../../src/run/session.ts"
import { specOfSlice } from "../../src/run/specOfSlice.ts"
import type { MeasureSlice } from "../../src/studies/MeasureSlice.ts"
import { inMemory, type ServerBehaviour } from "../integration/client.ts"
import { makeInProcess } from "../workers/inProcess.ts"
import { specOf } from "./specOf.ts"

/**
 * Runs a study to its end, in virtual time.
 *
 * @param texts the settings of its loads
 * @param behaviour `finishesAbandoned`: the server works on requests that the client no longer waits for, as one does
 * that does not notice
 * @param database that is watched; none by default
 */
export const studied = <A, E>(
  texts: Readonly<Record<string, string>>,
  server: Partial<LocalDmsOptions>,
  study: (measure: MeasureSlice<unknown>) => Effect.Effect<A, E, LocalDms>,
  behaviour: ServerBehaviour = {},
  database?: DatabaseReader["Type"]
) =>
  Effect.gen(function* () {
    const studying = Effect.gen(function* () {
      const measure = yield* openSession({
        seed: 1,
        specOf: ({ batchTripleCount, load }, time) =>
          specOfSlice(
            specOf(
              texts["testType"] === "VOLUME"
                ? texts
                : { ...texts, batchTripleCount: String(batchTripleCount) }
            ),
            load,
            time
          ),
        planned: { seconds: 60, isUpperBound: true },
        progress: { show: () => Effect.void, end: Effect.void },
        begin: Effect.void,
        database,
        defect: Effect.never
      })
      return yield* study(measure)
    }).pipe(
      Effect.uninterruptible,
      Effect.provide(
        Layer.merge(
          inMemory(server, {}, behaviour),
          makeInProcess(Transport.layerMemory(() => Effect.dieMessage("there are no workers"))).layer
        )
      )
    )
    const fiber = yield* Effect.fork(studying)
    while (fiber.unsafePoll() === null) yield* TestClock.adjust("10 seconds")
    return yield* Fiber.join(fiber)
  })
