/** The health of the generator has the connections of both wires, also those that were opened before it was measured. */
import { assert, describe } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Transport } from "../../src/dms/Transport.ts"
import { wireNames } from "../../src/domain/wireNames.ts"
import { threadProbe } from "../../src/metrics/nodeProbe.ts"
import { ThreadProbe } from "../../src/metrics/ThreadProbe.ts"
import { config } from "../dms/responses.ts"
import { it } from "../engine/virtualTime.ts"
import { listening } from "../listening.ts"

const openNow = Effect.provide(
  Effect.map(ThreadProbe, ({ take }) => take()?.sockets ?? 0),
  threadProbe
)

describe("the open sockets of a thread", () => {
  it.scopedLive("include connections of both wires that were opened before", () =>
    Effect.gen(function* () {
      const before = yield* openNow
      const url = new URL(yield* listening((_, response) => response.end("[]")))
      for (const wire of wireNames) {
        const transport = yield* Layer.build(Layer.provide(Transport.layer, config({ wire })))
        const { send } = Context.get(transport, Transport)
        yield* send({ method: "GET", url, headers: {}, body: null })
      }
      assert.strictEqual((yield* openNow) - before, 2)
    })
  )
})
