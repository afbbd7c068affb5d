/** A client of a scenario that reads nothing. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { ReadClient } from "../../src/dms/ReadClient.ts"

const never = () => Effect.dieMessage("no read was expected")

export const noReads = Layer.succeed(ReadClient, { document: never, page: never, value: never })
