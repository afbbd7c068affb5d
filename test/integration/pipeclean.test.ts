/** PIPECLEAN against the store in memory; the other dialects and documents are in the system tests. */
import { describe } from "@effect/vitest"
import { LocalDms } from "../../src/local-dms/LocalDms.ts"
import { pipecleanFacts } from "./pipecleanFacts.ts"

describe("PIPECLEAN, store in memory", () => {
  pipecleanFacts(LocalDms.layerHttpClient, [["main", "full"]])
})
