/** CHANGE_QUERY against the store in memory; the other dialect is in the system tests. */
import { describe } from "@effect/vitest"
import { LocalDms } from "../../src/local-dms/LocalDms.ts"
import { changeQueryFacts } from "./changeQueryFacts.ts"

describe("CHANGE_QUERY, store in memory", () => {
  changeQueryFacts(LocalDms.layerHttpClient, ["main"], 1100)
})
