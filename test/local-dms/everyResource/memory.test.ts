/** All resources against the store in memory, with a part of the violations; the system tests try all. */
import { describe } from "@effect/vitest"
import * as Arr from "effect/Array"
import * as FastCheck from "effect/FastCheck"
import { LocalDms } from "../../../src/local-dms/LocalDms.ts"
import { everyResource } from "./index.ts"
import type { Choose } from "./index.ts"

/** One violation of each kind. */
const oneOfEach: Choose = (violations) =>
  Object.values(Arr.groupBy(violations, ({ kind }) => kind)).flatMap((ofKind) =>
    FastCheck.sample(FastCheck.constantFrom(...ofKind), { numRuns: 1, seed: 1 })
  )

describe("store in memory", () => {
  everyResource(LocalDms.layerHttpClient, oneOfEach, 20)
})
